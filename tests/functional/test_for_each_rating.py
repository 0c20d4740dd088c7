"""What each of the four answers would lead to, and what an answer given now does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recall.learner_text import encode_state

from ..unit.histories import random_state, seeded
from ..unit.strategies import targets
from .calls import CARD, refused
from .full_model import ARTIFACT, HISTORY, NOW, REVIEWS, curve_of

SCHEDULE = "/v1/schedule"
NAMES = ("again", "hard", "good", "easy")
STATE = encode_state(random_state(seeded(1), HISTORY), ARTIFACT.fingerprint)
REVIEW = st.fixed_dictionaries({"days_ago": st.floats(0, 2000), "rating": st.integers(1, 4)})


@given(
    st.lists(REVIEW, max_size=12),
    targets,
    st.sampled_from([None, STATE]) | st.integers(0, 999),
    st.fixed_dictionaries(
        {}, optional={"max_interval": st.floats(1, 500), "min_interval": st.floats(0.01, 1)}
    ),
)
def test_better_answer_never_leads_to_a_shorter_interval(call, reviews, target, learner, bounds):
    if isinstance(learner, int):
        learner = encode_state(random_state(seeded(learner), HISTORY, 20), ARTIFACT.fingerprint)
    request = {"reviews": reviews, "learner_state": learner, "target_recall": target, "for_each_rating": True}
    body = call(SCHEDULE, request | bounds).body

    days = [body[name]["interval_days"] for name in NAMES]
    assert days == sorted(days)
    assert days[0] > 0
    assert body["learner_state"] == (learner or body["learner_state"])


@pytest.mark.parametrize("learner", [None, STATE], ids=["new learner", "known learner"])
@pytest.mark.parametrize("reviews", [REVIEWS, []], ids=["reviewed", "new"])
def test_rating_given_now_leads_to_what_was_predicted_for_it(call, learner, reviews):
    card = {"reviews": reviews, "now": NOW, "learner_state": learner}
    hypothetical = call(SCHEDULE, card | {"for_each_rating": True}).body

    for rating, name in enumerate(NAMES, start=1):
        answered = call(SCHEDULE, card | {"rating": rating}).body
        assert {key: answered[key] for key in hypothetical[name]} == hypothetical[name]


def test_rating_given_now_is_the_last_review_of_the_history(call):
    answered = [*REVIEWS, {"at": NOW, "rating": 3}]
    recall, _ = curve_of(answered)
    body = call(SCHEDULE, {"reviews": REVIEWS, "rating": 3, "now": NOW}).body

    assert recall(body["interval_days"]) == pytest.approx(0.9, abs=1e-9)
    assert body["due_at"] == call(SCHEDULE, {"reviews": answered, "now": NOW}).body["due_at"]


def test_rating_given_now_teaches_what_the_same_outcome_does_in_a_prediction(call):
    card = {"reviews": REVIEWS, "rating": 1, "now": NOW, "learner_state": STATE}

    assert (
        call(SCHEDULE, card).body["learner_state"] == call("/v1/predict", card).body["learner_state"] != STATE
    )


def test_outcome_of_three_inputs_teaches_and_leaves_the_interval(call):
    card = CARD | {"target_recall": 0.5, "learner_state": STATE}
    before, after = call(SCHEDULE, card).body, call(SCHEDULE, card | {"recalled": False}).body

    assert after == before | {"learner_state": after["learner_state"]}
    assert (
        after["learner_state"]
        == call("/v1/predict", CARD | {"recalled": False, "learner_state": STATE}).body["learner_state"]
    )


def test_each_rating_has_an_interval_for_each_target(call):
    body = call(
        SCHEDULE, {"reviews": REVIEWS, "now": NOW, "for_each_rating": True, "target_recall": [0.9, 0.7]}
    ).body

    for name in NAMES:
        assert [result["target_recall"] for result in body[name]["intervals"]] == [0.9, 0.7]
        sooner, later = (result["interval_days"] for result in body[name]["intervals"])
        assert sooner < later


def test_batch_gets_the_results_of_its_cards(call):
    cards = [{"reviews": REVIEWS}, {"reviews": []}]
    beside = {"now": NOW, "for_each_rating": True, "target_recall": 0.8}
    body = call(SCHEDULE, {"cards": cards} | beside).body

    assert body["results"] == [call(SCHEDULE, card | beside).body for card in cards]


def test_again_comes_after_a_minute_where_the_target_cannot_be_reached(call):
    body = call(SCHEDULE, {"reviews": [], "now": NOW, "for_each_rating": True, "target_recall": 0.9999}).body

    assert [body[name]["interval_days"] for name in NAMES] == [1 / 1440, 1, 1, 1]
    assert body["again"]["due_at"] == "2026-11-20T09:01:00Z"
    assert [body[name]["reachable"] for name in NAMES] == [False] * 4


def test_each_rating_has_three_targets_at_most(call):
    body = {"reviews": REVIEWS, "now": NOW, "for_each_rating": True}

    assert call(SCHEDULE, body | {"target_recall": [0.9, 0.8, 0.7]}).status == 200
    assert refused(call(SCHEDULE, body | {"target_recall": [0.9, 0.8, 0.7, 0.6]}))[1:] == (
        "target_recall must be a list of 1 to 3 targets, not a list of 4",
        "target_recall",
    )


@pytest.mark.parametrize(
    ("cards", "field"),
    [
        ([{"reviews": REVIEWS}, CARD], "for_each_rating"),
        ([{"reviews": REVIEWS}, {"reviews": REVIEWS, "rating": 3}], "cards[1].rating"),
    ],
)
def test_card_whose_answers_cannot_be_imagined_is_refused(call, cards, field):
    assert refused(call(SCHEDULE, {"cards": cards, "now": NOW, "for_each_rating": True}))[2] == field


@given(targets)
def test_interval_after_an_answer_reaches_the_target_or_says_that_it_cannot(call, target):
    body = call(
        SCHEDULE, {"reviews": REVIEWS, "now": NOW, "for_each_rating": True, "target_recall": target}
    ).body
    for rating, name in enumerate(NAMES, start=1):
        recall, _ = curve_of([*REVIEWS, {"at": NOW, "rating": rating}])
        result = body[name]
        if not result["reachable"]:
            assert result["highest_recall"] == pytest.approx(recall(result["interval_days"]), abs=1e-12)
            assert result["highest_recall"] < target
        elif result["interval_days"] < 36_500:
            assert recall(result["interval_days"]) == pytest.approx(target, abs=1e-9)
