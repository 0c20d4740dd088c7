"""When a card is due: the inverse of its curve, bounds, targets, due times; what is wrong with a request."""

import math
from datetime import datetime, timedelta

import pytest
from hypothesis import given

from recall.curve import interval

from ..unit.strategies import difficulties, review_counts, targets
from .calls import CARD, refused
from .fakes import THREE_INPUTS
from .full_model import NOW, NOW_AT, REVIEWS, curve_of

SCHEDULE_PATH = "/v1/schedule"
TIMELESS = {"review_count": 4, "difficulty": 2}
CURVE = THREE_INPUTS.curve(4, 2)


@given(review_counts, difficulties, targets)
def test_recall_at_the_interval_is_the_target_where_it_can_be_reached(call, count, difficulty, target):
    card = {"review_count": count, "difficulty": difficulty}
    body = call(SCHEDULE_PATH, card | {"target_recall": target}).body
    days = body["interval_days"]
    predicted = call("/v1/predict", card | {"days_since_last_review": days}).body["recall_probability"]

    if not body["reachable"]:
        assert (days, body["highest_recall"]) == (1, predicted)
        assert predicted < target
    elif days < 36_500:
        assert predicted == pytest.approx(target, abs=1e-9)
    else:
        assert predicted >= target


@given(targets)
def test_recall_of_a_history_at_the_interval_is_the_target(call, target):
    body = call(SCHEDULE_PATH, {"reviews": REVIEWS, "now": NOW, "target_recall": target}).body
    recall, _ = curve_of(REVIEWS)

    assert body["model"] == "history"
    if body["reachable"] and body["interval_days"] < 36_500:
        assert recall(body["interval_days"]) == pytest.approx(target, abs=1e-9)


def test_target_is_90_percent_by_default(call):
    assert call(SCHEDULE_PATH, TIMELESS).body == {
        "interval_days": interval(CURVE, 0.9),
        "target_recall": 0.9,
        "reachable": True,
        "model": "three_inputs",
        "model_version": "file",
    }


def test_list_of_targets_gets_an_interval_each_in_order(call):
    wanted = [0.5, 0.9, 0.7, 0.5]
    body = call(SCHEDULE_PATH, TIMELESS | {"target_recall": wanted}).body

    assert [i["target_recall"] for i in body["intervals"]] == wanted
    assert [i["interval_days"] for i in body["intervals"]] == [
        min(interval(CURVE, t), 36_500) for t in wanted
    ]
    assert set(body) == {"intervals", "model", "model_version"}


@pytest.mark.parametrize(
    ("bounds", "days", "reachable", "bound"),
    [
        ({"min_interval": 1000}, 1000, False, "min_interval"),
        ({"max_interval": 0.25}, 0.25, True, "max_interval"),
        ({"min_interval": 2, "max_interval": 2}, 2, True, "max_interval"),
        ({"min_interval": 1, "max_interval": 1000}, interval(CURVE, 0.9), True, None),
        ({"min_relearning_interval": 0.5}, interval(CURVE, 0.9), True, None),
    ],
)
def test_bound_that_the_caller_sent_is_named_where_it_made_the_interval(call, bounds, days, reachable, bound):
    body = call(SCHEDULE_PATH, TIMELESS | bounds).body

    assert 2 < interval(CURVE, 0.9) < 1000
    assert (body["interval_days"], body["reachable"], body.get("bound_by")) == (days, reachable, bound)


def test_longest_interval_below_the_default_shortest_one_counts(call):
    body = call(SCHEDULE_PATH, TIMELESS | {"max_interval": 0.25, "target_recall": 0.999}).body

    assert (body["interval_days"], body["reachable"], body["bound_by"]) == (0.25, False, "max_interval")


@pytest.mark.parametrize(("sent", "bound"), [({}, None), ({"max_interval": 36_500}, "max_interval")])
def test_target_that_recall_never_falls_to_gives_the_longest_interval(call, sent, bound):
    body = call(SCHEDULE_PATH, TIMELESS | {"target_recall": 1e-9} | sent).body

    assert (body["interval_days"], body["reachable"], body.get("bound_by")) == (36_500, True, bound)


@pytest.mark.parametrize(("target", "reachable"), [(5e-324, True), (math.nextafter(1, 0), False)])
def test_extreme_target_has_an_interval(call, target, reachable):
    assert call(SCHEDULE_PATH, TIMELESS | {"target_recall": target}).body["reachable"] is reachable


AGAIN_LAST = [*REVIEWS, {"at": "2026-11-19T08:00:00Z", "rating": 1}]


@pytest.mark.parametrize(
    ("reviews", "bounds", "days", "bound"),
    [
        (REVIEWS, {}, 1, None),
        (REVIEWS, {"min_interval": 3}, 3, "min_interval"),
        (AGAIN_LAST, {}, 1 / 1440, None),
        (AGAIN_LAST, {"min_interval": 3}, 1 / 1440, None),
        (AGAIN_LAST, {"min_relearning_interval": 2}, 2, "min_relearning_interval"),
    ],
)
def test_shortest_interval_is_another_one_after_again(call, reviews, bounds, days, bound):
    body = call(SCHEDULE_PATH, {"reviews": reviews, "now": NOW, "target_recall": 0.9999} | bounds).body

    assert (body["reachable"], body["interval_days"], body.get("bound_by")) == (False, days, bound)


def test_interval_beyond_training_is_marked(call):
    inside, outside = call(SCHEDULE_PATH, TIMELESS | {"target_recall": [0.9, 0.5]}).body["intervals"]

    assert inside["interval_days"] < 400 < outside["interval_days"]
    assert "extrapolated" not in inside
    assert outside["extrapolated"] is True


@pytest.mark.parametrize("path", [SCHEDULE_PATH, "/v1/curve"])
def test_inputs_beyond_training_are_named_but_not_the_days(call, path):
    card = {"days_since_last_review": 30_000, "review_count": 61, "difficulty": 1.2}

    assert call(path, card).body["out_of_range"] == ["review_count", "difficulty"]
    assert "out_of_range" not in call(path, CARD | {"days_since_last_review": 30_000}).body


def test_due_time_is_the_last_review_and_the_interval(call):
    last = "2026-11-17T07:40:00+01:00"
    body = call(SCHEDULE_PATH, TIMELESS | {"last_review_at": last, "now": NOW, "target_recall": 0.7}).body
    due = datetime.fromisoformat(last) + timedelta(days=body["interval_days"])

    assert body["due_at"].endswith("Z")
    assert abs(datetime.fromisoformat(body["due_at"]) - due) <= timedelta(seconds=0.5)


def test_due_time_of_a_history_runs_from_its_last_review(call):
    body = call(
        SCHEDULE_PATH, {"reviews": REVIEWS[::-1], "now": NOW, "target_recall": 0.8, "max_interval": 2}
    ).body

    assert body["bound_by"] == "max_interval"
    assert body["due_at"] == "2026-11-16T06:40:00Z"


def test_due_time_of_days_ago_runs_from_now(call):
    reviews = [{"days_ago": 1.5, "rating": 3}]
    body = call(SCHEDULE_PATH, {"reviews": reviews, "now": NOW, "min_interval": 36_500}).body

    assert datetime.fromisoformat(body["due_at"]) == NOW_AT - timedelta(days=1.5) + timedelta(days=36_500)


def test_latest_due_time_is_still_a_time(call):
    late = {"now": "2999-12-31T23:59:59-23:59", "last_review_at": "2999-12-31T23:59:59-23:59"}
    body = call(SCHEDULE_PATH, TIMELESS | late | {"target_recall": 1e-9}).body

    assert body["due_at"] == "3099-12-08T23:58:59Z"


def test_time_since_the_last_review_is_taken_and_not_used(call):
    plain = call(SCHEDULE_PATH, TIMELESS).body

    assert call(SCHEDULE_PATH, TIMELESS | {"days_since_last_review": 300}).body == plain


def test_mixed_batch_gets_the_results_of_its_cards_in_order(call):
    cards = [TIMELESS, {"reviews": REVIEWS}, TIMELESS | {"last_review_at": "2026-11-19T09:00:00Z"}]
    body = call(SCHEDULE_PATH, {"cards": cards, "now": NOW, "target_recall": [0.8, 0.6]}).body
    singles = [call(SCHEDULE_PATH, card | {"now": NOW, "target_recall": [0.8, 0.6]}).body for card in cards]

    assert body == {"results": singles, "model_version": "file"}
    assert ["due_at" in result["intervals"][0] for result in body["results"]] == [False, True, True]


@pytest.mark.parametrize(
    ("changes", "field", "problem"),
    [
        ({"target_recall": 0}, "target_recall", "must be a number greater than 0 and less than 1, not 0"),
        ({"target_recall": 1}, "target_recall", "not 1"),
        ({"target_recall": True}, "target_recall", "not a boolean"),
        ({"target_recall": float("nan")}, "target_recall", "not nan"),
        ({"target_recall": []}, "target_recall", "must be a list of 1 to 10 targets, not a list of 0"),
        ({"target_recall": [0.9, 0.8, 1.5]}, "target_recall[2]", "not 1.5"),
        (
            {"min_interval": 0},
            "min_interval",
            "must be a number greater than 0 and at most 36500 (days), not 0",
        ),
        (
            {"min_relearning_interval": 3, "min_interval": 2},
            "min_relearning_interval",
            "must be at most min_interval, 2, not 3",
        ),
        (
            {"min_relearning_interval": 3, "max_interval": 2},
            "min_relearning_interval",
            "must be at most max_interval, 2, not 3",
        ),
        ({"for_each_rating": 1}, "for_each_rating", "must be true or false, not a number"),
        ({"for_each_rating": True}, "for_each_rating", "needs reviews: three inputs don't tell"),
        ({"max_interval": 36_501}, "max_interval", "not 36501"),
        ({"min_interval": 3, "max_interval": 2}, "max_interval", "must be at least min_interval, 3, not 2"),
        ({"last_review_at": "2026-11-20T09:05:01Z"}, "last_review_at", "must not be after now"),
        ({"recalled": True}, "days_since_last_review", "is missing"),
        ({"rating": 3}, "rating", "is unknown"),
        (
            {"ease": 3},
            "ease",
            "is unknown; known are days_since_last_review, review_count, difficulty, recalled, "
            "last_review_at, target_recall, min_interval, min_relearning_interval, max_interval, "
            "for_each_rating, learner_state, now, time_zone, day_starts_at",
        ),
    ],
)
def test_wrong_field_of_a_schedule_is_named(call, changes, field, problem):
    _code, message, named = refused(call(SCHEDULE_PATH, TIMELESS | {"now": NOW} | changes))

    assert named == field
    assert problem in message


@pytest.mark.parametrize(
    ("card", "field"),
    [
        ({"review_count": 4}, "cards[1].difficulty"),
        (TIMELESS | {"last_review_at": 3}, "cards[1].last_review_at"),
        (TIMELESS | {"target_recall": 0.9}, "cards[1].target_recall"),
        ({"reviews": REVIEWS, "last_review_at": NOW}, "cards[1].last_review_at"),
        ({"reviews": REVIEWS, "rating": 7}, "cards[1].rating"),
        ({"reviews": REVIEWS, "recalled": True}, "cards[1].recalled"),
        (None, "cards[1]"),
    ],
)
def test_wrong_card_of_a_batch_is_named_with_its_index(call, card, field):
    assert refused(call(SCHEDULE_PATH, {"cards": [TIMELESS, card], "now": NOW}))[2] == field
