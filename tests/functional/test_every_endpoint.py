"""What holds for every endpoint that takes cards: the body, the learner and the moment are read alike."""

import json

import pytest

from recall.learner import START
from recall.learner_text import encode_state

from ..unit.histories import random_state, seeded
from .calls import CARD, refused
from .full_model import ARTIFACT, HISTORY, NOW

STATE = encode_state(random_state(seeded(1), HISTORY), ARTIFACT.fingerprint)
every_path = pytest.mark.parametrize("path", ["/v1/predict", "/v1/schedule", "/v1/curve", "/v1/rank"])
# The rules have tests of their own.
WRONG_FIELDS = {
    "learner_state": "",
    "now": "yesterday",
    "time_zone": "Europe/Atlantis",
    "day_starts_at": "4:00",
}


def body_for(path, card=CARD, **beside):
    return json.dumps(({"cards": [card]} if path == "/v1/rank" else card) | beside)


@every_path
def test_wrong_request_is_refused_by_the_name_of_the_field(call, path):
    place = "cards[0]." if path == "/v1/rank" else ""
    wrong = {
        "{": "body",
        "[]": "body",
        body_for(path, CARD | {"difficulty": 11}): f"{place}difficulty",
        body_for(path, {"reviews": [{"days_ago": 1, "rating": 9}]}): f"{place}reviews[0].rating",
        **{body_for(path, **{name: value}): name for name, value in WRONG_FIELDS.items()},
    }

    assert {body: refused(call(path, body))[2] for body in wrong} == wrong


@every_path
def test_state_of_a_learner_is_returned_where_the_request_names_one(call, path):
    without = call(path, body_for(path)).body
    new = call(path, body_for(path, learner_state=None)).body
    known = call(path, body_for(path, learner_state=STATE)).body

    assert "learner_state" not in without
    assert new == without | {"learner_state": encode_state(START, ARTIFACT.fingerprint)}
    assert known["learner_state"] == STATE  # no outcome has taught it anything


@pytest.mark.parametrize("path", ["/v1/predict", "/v1/schedule", "/v1/rank"])
def test_more_reviews_in_all_than_a_call_has_time_for_are_refused(call, path, monkeypatch):
    monkeypatch.setattr("inference.cards.MAXIMUM_REVIEWS_OF_ALL", 3)
    deck = [{"reviews": [{"days_ago": 9, "rating": 3}] * 2}] * 2

    assert call(path, {"cards": [deck[0], CARD], "now": NOW}).status == 200
    assert refused(call(path, {"cards": deck, "now": NOW})) == (
        "invalid_input",
        "cards must have at most 3 reviews in all; send fewer cards per call",
        "cards",
    )
