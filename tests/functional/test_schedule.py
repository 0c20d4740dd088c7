"""When a card is due: the inverse of its curve, bounds, targets, due times; what is wrong with a request."""

import math
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recall.curve import MAXIMUM_INTERVAL
from recall.offset import shifted

from ..unit.strategies import difficulties, review_counts
from .calls import CARD, refused
from .fakes import CURVE
from .full_model import NOW, NOW_AT, REVIEWS, SCHEDULE, own_curve

SCHEDULE_PATH = "/v1/schedule"
TIMELESS = {"review_count": 4, "difficulty": 5.5}
OFFSETS = st.floats(-5, 5) | st.just(0.0)
TARGETS = st.floats(0.05, 0.99)


def recall_of_schedule(days, count, difficulty, offset=0.0):
    return shifted(SCHEDULE.recall_probability(days, count, difficulty), offset)


@given(review_counts, difficulties, TARGETS, OFFSETS)
def test_recall_at_the_interval_is_the_target_also_with_an_offset(ask, count, difficulty, target, offset):
    card = {"review_count": count, "difficulty": difficulty}
    body = ask(SCHEDULE_PATH, card | {"target_recall": target, "learner_offset": offset}).body

    if "bound_by" not in body:
        recall = recall_of_schedule(body["interval_days"], count, difficulty, offset)
        assert recall == pytest.approx(target, abs=1e-9)
    elif body["bound_by"] == "min_interval":
        assert body["interval_days"] == 0
        assert recall_of_schedule(0, count, difficulty, offset) <= target + 1e-12
    else:
        assert body["interval_days"] == MAXIMUM_INTERVAL
        assert recall_of_schedule(MAXIMUM_INTERVAL, count, difficulty, offset) >= target - 1e-12


@given(TARGETS, OFFSETS)
def test_of_a_history_too(ask, target, offset):
    request = {"reviews": REVIEWS, "now": NOW, "target_recall": target, "learner_offset": offset}
    body = ask(SCHEDULE_PATH, request).body
    recall, _ = own_curve(REVIEWS)

    assert body["model"] == "history"
    if "bound_by" not in body:
        assert shifted(recall(body["interval_days"]), offset) == pytest.approx(target, abs=1e-9)


def test_interval_and_curve_agree_over_http(ask):
    request = {"reviews": REVIEWS, "now": NOW, "learner_offset": 0.7}
    due = ask(SCHEDULE_PATH, request | {"target_recall": 0.6}).body["interval_days"]
    curve = ask("/v1/curve", request | {"days": due, "points": 2}).body

    assert curve["recall_probability"][1] == pytest.approx(0.6, abs=1e-9)


def test_three_inputs_are_scheduled_from_the_curve_that_is_made_for_it(ask, send_path):
    own = {"target_recall": 0.7} | TIMELESS

    assert ask(SCHEDULE_PATH, own).body["interval_days"] == SCHEDULE.interval(0.7, 4, 5.5)
    assert send_path(SCHEDULE_PATH, own).body["interval_days"] == CURVE.interval(0.7, 4, 5.5)


def test_target_is_90_percent_unless_another_is_asked_for(ask):
    body = ask(SCHEDULE_PATH, TIMELESS | {"difficulty": 2}).body

    assert body == {
        "interval_days": SCHEDULE.interval(0.9, 4, 2),
        "target_recall": 0.9,
        "model": "three_inputs",
        "model_version": "file",
    }


def test_list_of_targets_gets_an_interval_each_in_order(ask):
    targets = [0.5, 0.9, 0.7, 0.5]
    body = ask(SCHEDULE_PATH, TIMELESS | {"difficulty": 2, "target_recall": targets}).body

    assert [i["target_recall"] for i in body["intervals"]] == targets
    assert [i["interval_days"] for i in body["intervals"]] == [SCHEDULE.interval(t, 4, 2) for t in targets]
    assert set(body) == {"intervals", "model", "model_version"}


def test_list_of_one_target_is_answered_as_a_list(ask):
    single = ask(SCHEDULE_PATH, TIMELESS | {"target_recall": 0.8}).body
    listed = ask(SCHEDULE_PATH, TIMELESS | {"target_recall": [0.8]}).body

    assert {**listed["intervals"][0], "model": "three_inputs", "model_version": "file"} == single


@pytest.mark.parametrize(
    ("bounds", "interval", "bound"),
    [
        ({"min_interval": 1000}, 1000, "min_interval"),
        ({"max_interval": 0.25}, 0.25, "max_interval"),
        ({"max_interval": 0}, 0, "max_interval"),
        ({"min_interval": 7, "max_interval": 7}, 7, "min_interval"),
        ({"min_interval": 0.25, "max_interval": 1000}, SCHEDULE.interval(0.7, 4, 5.5), None),
    ],
)
def test_bound_that_binds_is_named(ask, bounds, interval, bound):
    body = ask(SCHEDULE_PATH, TIMELESS | {"target_recall": 0.7} | bounds).body

    assert 0.25 < SCHEDULE.interval(0.7, 4, 5.5) < 7
    assert (body["interval_days"], body.get("bound_by")) == (interval, bound)


@pytest.mark.parametrize("shortest", [0, 2])
def test_target_above_recall_from_the_start_is_bound_from_below(ask, shortest):
    body = ask(SCHEDULE_PATH, TIMELESS | {"target_recall": 0.999999, "min_interval": shortest}).body

    assert SCHEDULE.recall_probability(0, 4, 5.5) < 0.999999
    assert (body["interval_days"], body["bound_by"]) == (shortest, "min_interval")


def test_target_that_recall_never_falls_to_is_bound_from_above(ask):
    body = ask(SCHEDULE_PATH, TIMELESS | {"target_recall": 1e-9}).body

    assert (body["interval_days"], body["bound_by"]) == (36_500, "max_interval")


@pytest.mark.parametrize("target", [5e-324, 1e-300, math.nextafter(1.0, 0.0)])
@pytest.mark.parametrize("offset", [-5, 0, 5])
def test_extreme_target_has_an_interval(ask, target, offset):
    body = ask(SCHEDULE_PATH, TIMELESS | {"target_recall": target, "learner_offset": offset}).body

    assert body["bound_by"] == ("min_interval" if target > 0.5 else "max_interval")


def test_due_time_is_the_last_review_and_the_interval(ask):
    last = "2026-11-17T07:40:00+01:00"
    body = ask(SCHEDULE_PATH, TIMELESS | {"last_review_at": last, "now": NOW, "target_recall": 0.7}).body
    due = datetime.fromisoformat(last) + timedelta(days=body["interval_days"])

    assert body["due_at"].endswith("Z")
    assert abs(datetime.fromisoformat(body["due_at"]) - due) <= timedelta(seconds=0.5)


def test_due_time_of_a_history_runs_from_its_last_review(ask):
    body = ask(
        SCHEDULE_PATH, {"reviews": REVIEWS[::-1], "now": NOW, "target_recall": 0.8, "max_interval": 2}
    ).body

    assert body["bound_by"] == "max_interval"
    assert body["due_at"] == "2026-11-16T06:40:00Z"


def test_due_time_of_days_ago_runs_from_now(ask):
    reviews = [{"days_ago": 1.5, "rating": 3}]
    body = ask(SCHEDULE_PATH, {"reviews": reviews, "now": NOW, "min_interval": 36_500}).body

    assert datetime.fromisoformat(body["due_at"]) == NOW_AT - timedelta(days=1.5) + timedelta(days=36_500)


def test_latest_due_time_is_still_a_time(ask):
    late = {"now": "2999-12-31T23:59:59-23:59", "last_review_at": "2999-12-31T23:59:59-23:59"}
    body = ask(SCHEDULE_PATH, TIMELESS | late | {"target_recall": 1e-9}).body

    assert body["due_at"] == "3099-12-08T23:58:59Z"


def test_time_since_the_last_review_is_taken_and_not_used(ask):
    plain = ask(SCHEDULE_PATH, TIMELESS).body

    assert ask(SCHEDULE_PATH, CARD).body == plain
    assert ask(SCHEDULE_PATH, CARD | {"days_since_last_review": 300}).body == plain


def test_mixed_batch_is_answered_in_order(ask):
    cards = [TIMELESS, {"reviews": REVIEWS}, TIMELESS | {"last_review_at": "2026-11-19T09:00:00Z"}]
    body = ask(SCHEDULE_PATH, {"cards": cards, "now": NOW, "target_recall": [0.8, 0.6]}).body
    singles = [ask(SCHEDULE_PATH, card | {"now": NOW, "target_recall": [0.8, 0.6]}).body for card in cards]

    assert body == {"results": singles, "model_version": "file"}
    assert ["due_at" in result["intervals"][0] for result in body["results"]] == [False, True, True]


@pytest.mark.parametrize("size", [1000, 1001])
def test_thousand_cards_and_no_more(ask, size):
    assert ask(SCHEDULE_PATH, {"cards": [TIMELESS] * size}).status == (200 if size == 1000 else 400)


@pytest.mark.parametrize(
    ("changes", "field", "problem"),
    [
        ({"target_recall": 0}, "target_recall", "must be a number greater than 0 and less than 1, not 0"),
        ({"target_recall": 1}, "target_recall", "not 1"),
        ({"target_recall": "0.9"}, "target_recall", "not a string"),
        ({"target_recall": None}, "target_recall", "not null"),
        ({"target_recall": True}, "target_recall", "not a boolean"),
        ({"target_recall": float("nan")}, "target_recall", "not nan"),
        ({"target_recall": []}, "target_recall", "must be a list of 1 to 10 targets, not a list of 0"),
        ({"target_recall": [0.9] * 11}, "target_recall", "not a list of 11"),
        ({"target_recall": [0.9, 0.8, 1.5]}, "target_recall[2]", "not 1.5"),
        ({"target_recall": [[0.9]]}, "target_recall[0]", "not a list"),
        ({"min_interval": -1}, "min_interval", "must be a number from 0 to 36500 (days), not -1"),
        ({"min_interval": 36_501}, "min_interval", "not 36501"),
        ({"max_interval": "1"}, "max_interval", "not a string"),
        ({"max_interval": float("inf")}, "max_interval", "not a number that large"),
        ({"min_interval": 3, "max_interval": 2}, "max_interval", "must be at least min_interval, 3, not 2"),
        ({"last_review_at": "2026-11-20T09:00:01Z"}, "last_review_at", "must not be after now"),
        (
            {"last_review_at": "1926-12-15T08:59:59Z"},
            "last_review_at",
            "must be at most 36500 days before now",
        ),
        ({"last_review_at": None}, "last_review_at", "must be an RFC 3339 time"),
        ({"days_since_last_review": -1}, "days_since_last_review", "not -1"),
        ({"review_count": 0}, "review_count", "not 0"),
        ({"difficulty": "hard"}, "difficulty", "not a string"),
        ({"recalled": True}, "recalled", "is unknown"),
        (
            {"ease": 3},
            "ease",
            "is unknown; known are days_since_last_review, review_count, difficulty, last_review_at, "
            "target_recall, min_interval, max_interval, learner_offset, now",
        ),
        ({"learner_offset": 6}, "learner_offset", "not 6"),
        ({"now": "now"}, "now", "must be an RFC 3339 time"),
    ],
)
def test_wrong_field_is_named(ask, changes, field, problem):
    _code, message, named = refused(ask(SCHEDULE_PATH, TIMELESS | {"now": NOW} | changes))

    assert named == field
    assert problem in message


@pytest.mark.parametrize(
    ("card", "field"),
    [
        ({"review_count": 4}, "cards[1].difficulty"),
        ({"difficulty": 4}, "cards[1].review_count"),
        (TIMELESS | {"last_review_at": 3}, "cards[1].last_review_at"),
        (TIMELESS | {"target_recall": 0.9}, "cards[1].target_recall"),
        ({"reviews": REVIEWS, "last_review_at": NOW}, "cards[1].last_review_at"),
        ({"reviews": [{"days_ago": 1, "rating": 7}]}, "cards[1].reviews[0].rating"),
        (None, "cards[1]"),
    ],
)
def test_wrong_card_of_a_batch_is_named_with_its_index(ask, card, field):
    assert refused(ask(SCHEDULE_PATH, {"cards": [TIMELESS, card], "now": NOW}))[2] == field


@pytest.mark.parametrize("body", ["[]", "null", "7"])
def test_body_that_is_no_object_is_refused(ask, body):
    assert refused(ask(SCHEDULE_PATH, body))[2] == "body"
