"""A learner's state: what teaches it, what it changes, how it goes from call to call, and what is none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recall.history import history_features
from recall.learner import START, widened
from recall.learner_text import decode_state, encode_state

from ..unit.histories import random_state, seeded
from .calls import CARD, post
from .fakes import THREE_INPUTS
from .full_model import ARTIFACT, HISTORY, NOW, REVIEWS, curve_of, history

STATE = random_state(seeded(1), HISTORY)
TEXT = encode_state(STATE, ARTIFACT.fingerprint)
KNOWN = decode_state(TEXT, ARTIFACT.fingerprint)  # rounded as the text is
HISTORY_CARD = {"reviews": REVIEWS, "now": NOW}


def learned(text):
    """Return a state of the service's model from its text."""
    return decode_state(text, ARTIFACT.fingerprint)


def test_state_shifts_predictions_of_histories(call):
    recall, elapsed = curve_of(REVIEWS, KNOWN)
    body = call("/v1/predict", HISTORY_CARD | {"learner_state": TEXT}).body

    assert body["recall_probability"] == pytest.approx(recall(elapsed), abs=1e-12)
    assert body["recall_probability"] != call("/v1/predict", HISTORY_CARD).body["recall_probability"]


def test_state_shifts_predictions_of_three_inputs(call):
    body = call("/v1/predict", CARD | {"learner_state": TEXT}).body

    assert body["recall_probability"] == THREE_INPUTS.recall_probability(*CARD.values(), KNOWN)


@pytest.mark.parametrize("card", [CARD, HISTORY_CARD], ids=["three inputs", "history"])
def test_schedule_curve_and_rank_are_for_the_same_learner(call, card):
    learner = {"learner_state": TEXT}
    days = call("/v1/schedule", card | learner | {"target_recall": 0.6, "min_interval": 0.001}).body[
        "interval_days"
    ]
    course = call("/v1/curve", card | learner | {"days": days}).body["recall_probability"]
    alone = {name: value for name, value in card.items() if name != "now"}
    ranked = call("/v1/rank", {"cards": [alone], "now": NOW} | learner).body["ranking"][0]

    assert course[-1] == pytest.approx(0.6, abs=1e-9)
    assert ranked["recall_probability"] == call("/v1/predict", card | learner).body["recall_probability"]


def test_outcome_of_a_history_teaches_by_the_card_as_it_was(call):
    body = call("/v1/predict", HISTORY_CARD | {"learner_state": TEXT, "recalled": False}).body
    left = history(REVIEWS)
    after = HISTORY.learner_after(KNOWN, history_features(left), -left.time, recalled=False)

    assert learned(body["learner_state"]).mean == pytest.approx(after.mean, rel=1e-6)
    assert (
        body["recall_probability"]
        == call("/v1/predict", HISTORY_CARD | {"learner_state": TEXT}).body["recall_probability"]
    )


def test_outcome_without_a_state_is_of_a_new_learner(call):
    without = call("/v1/predict", CARD | {"recalled": True}).body

    assert without == call("/v1/predict", CARD | {"recalled": True, "learner_state": None}).body
    after = THREE_INPUTS.learner_after(START, *CARD.values(), recalled=True)
    assert learned(without["learner_state"]).mean == pytest.approx(after.mean, rel=1e-6)


def test_rating_counts_as_recalled_unless_it_is_again(call):
    for rating, recalled in ((1, False), (2, True), (3, True), (4, True)):
        rated = call("/v1/predict", CARD | {"rating": rating}).body
        assert rated == call("/v1/predict", CARD | {"recalled": recalled}).body


@given(st.lists(st.sampled_from([None, True, False]), min_size=1, max_size=8))
def test_outcomes_of_a_list_teach_one_after_the_other(call, outcomes):
    cards = [CARD | {"review_count": 1 + i} for i in range(len(outcomes))]
    sent = [c | ({} if o is None else {"recalled": o}) for c, o in zip(cards, outcomes, strict=True)]
    body = call("/v1/predict", {"cards": sent, "learner_state": TEXT}).body
    state = KNOWN
    for card, outcome in zip(cards, outcomes, strict=True):
        if outcome is not None:
            state = THREE_INPUTS.learner_after(state, *card.values(), recalled=outcome)

    assert learned(body["learner_state"]).mean == pytest.approx(state.mean, rel=1e-5, abs=1e-9)
    assert body["results"] == call("/v1/predict", {"cards": cards, "learner_state": TEXT}).body["results"]


def test_rank_learns_from_outcomes_as_predict_does(call):
    cards = {"cards": [CARD, CARD | {"recalled": False}], "learner_state": TEXT}

    assert call("/v1/rank", cards).body["learner_state"] == call("/v1/predict", cards).body["learner_state"]


@pytest.mark.parametrize(
    "card",
    [
        CARD | {"days_since_last_review": 0.49},
        {"reviews": [{"days_ago": 0.5, "rating": 3}]},
        {"reviews": [{"at": "2026-11-20T04:00:00Z", "rating": 3}], "now": NOW},
        {"reviews": []},
    ],
    ids=["three inputs", "days ago", "same day", "new card"],
)
def test_outcome_on_the_same_study_day_teaches_nothing(call, card):
    body = call("/v1/predict", card | {"learner_state": TEXT, "recalled": False}).body

    assert body["learner_state"] == TEXT


@pytest.mark.parametrize(
    "card",
    [
        CARD | {"days_since_last_review": 0.5},
        {"reviews": [{"days_ago": 0.51, "rating": 3}]},
        {"reviews": [{"at": "2026-11-20T03:59:59Z", "rating": 3}], "now": "2026-11-20T04:00:00Z"},
    ],
    ids=["three inputs", "days ago", "next study day"],
)
def test_outcome_on_another_study_day_teaches(call, card):
    body = call("/v1/predict", card | {"learner_state": TEXT, "recalled": False}).body

    assert body["learner_state"] != TEXT


def test_state_of_another_model_is_used_with_less_certainty(call):
    text = encode_state(STATE, ARTIFACT.fingerprint + 1)
    recall, elapsed = curve_of(REVIEWS, widened(KNOWN))
    body = call("/v1/predict", HISTORY_CARD | {"learner_state": text}).body

    assert body["recall_probability"] == pytest.approx(recall(elapsed), abs=1e-12)
    assert body["learner_state"] == text


def test_outcome_makes_another_models_state_this_models(call):
    text = encode_state(STATE, ARTIFACT.fingerprint + 1)
    after = call("/v1/predict", HISTORY_CARD | {"learner_state": text, "recalled": True}).body[
        "learner_state"
    ]

    assert decode_state(after, ARTIFACT.fingerprint) != decode_state(after, ARTIFACT.fingerprint + 1)
    again = call("/v1/predict", HISTORY_CARD | {"learner_state": after}).body
    recall, elapsed = curve_of(REVIEWS, learned(after))
    assert again["recall_probability"] == pytest.approx(recall(elapsed), abs=1e-12)


def test_model_without_a_part_for_histories_learns_from_their_three_inputs(send):
    before = send(post(HISTORY_CARD | {"learner_state": None})).body
    after = send(post(HISTORY_CARD | {"learner_state": None, "recalled": True})).body

    assert (after["model"], before["model"]) == ("three_inputs", "three_inputs")
    assert after["learner_state"] != before["learner_state"]
