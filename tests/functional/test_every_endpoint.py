"""What holds for every endpoint that takes cards: the body, the learner and the moment are read alike."""

import pytest

from recall.learner import START
from recall.learner_text import encode_state

from ..unit.histories import random_state, seeded
from .calls import CARD, refused
from .full_model import ARTIFACT, HISTORY, NOW

STATE = encode_state(random_state(seeded(1), HISTORY), ARTIFACT.fingerprint)
every_path = pytest.mark.parametrize("path", ["/v1/predict", "/v1/schedule", "/v1/curve", "/v1/rank"])
# What is sent, and the field that is named; the rules have their own tests.
WRONG_BODIES = {"{": "body", "[]": "body"}
WRONG_FIELDS = {
    "learner_state": "",
    "now": "yesterday",
    "time_zone": "Europe/Atlantis",
    "day_starts_at": "4:00",
}


def body_for(path, card=CARD, **beside):
    return ({"cards": [card]} if path == "/v1/rank" else card) | beside


@every_path
def test_body_that_is_no_object_is_refused(ask, path):
    assert {body: refused(ask(path, body))[2] for body in WRONG_BODIES} == WRONG_BODIES


@every_path
def test_wrong_field_beside_the_cards_is_refused_by_name(ask, path):
    for name, value in WRONG_FIELDS.items():
        code, _message, field = refused(ask(path, body_for(path, **{name: value})))
        assert (code, field) == ("invalid_input", name)


@every_path
def test_wrong_card_is_refused_by_its_field(ask, path):
    place = "cards[0]." if path == "/v1/rank" else ""
    history = {"reviews": [{"days_ago": 1, "rating": 9}]}

    assert refused(ask(path, body_for(path, CARD | {"difficulty": 11})))[2] == f"{place}difficulty"
    assert refused(ask(path, body_for(path, history)))[2] == f"{place}reviews[0].rating"


@every_path
def test_nothing_is_said_of_a_learner_who_was_not_named(ask, path):
    assert "learner_state" not in ask(path, body_for(path)).body


@every_path
def test_null_is_a_new_learner_whose_state_is_returned(ask, path):
    new = encode_state(START, ARTIFACT.fingerprint)

    assert ask(path, body_for(path, learner_state=None)).body == (
        ask(path, body_for(path)).body | {"learner_state": new}
    )


@every_path
def test_state_without_outcomes_comes_back_as_it_was(ask, path):
    assert ask(path, body_for(path, learner_state=STATE)).body["learner_state"] == STATE


@pytest.mark.parametrize("path", ["/v1/predict", "/v1/schedule", "/v1/rank"])
def test_more_reviews_in_all_than_a_call_has_time_for_are_refused(ask, path, monkeypatch):
    monkeypatch.setattr("inference.requests.histories.MAXIMUM_REVIEWS_OF_ALL", 3)
    deck = [{"reviews": [{"days_ago": 9, "rating": 3}] * 2}] * 2

    assert ask(path, {"cards": [deck[0], CARD], "now": NOW}).status == 200
    assert refused(ask(path, {"cards": deck, "now": NOW})) == (
        "invalid_input",
        "cards must have at most 3 reviews in all; send fewer cards per call",
        "cards",
    )
