"""A card's curve: evenly spaced days, the right model's recall, and what is wrong with a request."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ..unit.strategies import difficulties, review_counts
from .calls import CARD, refused
from .fakes import THREE_INPUTS
from .full_model import NOW, REVIEWS, curve_of

CURVE_PATH = "/v1/curve"
TIMELESS = {"review_count": 4, "difficulty": 5.5}


@given(review_counts, difficulties, st.floats(1e-6, 36_500), st.integers(2, 500))
def test_curve_is_the_models_recall_at_evenly_spaced_days(call, count, difficulty, span, points):
    card = {"review_count": count, "difficulty": difficulty}
    body = call(CURVE_PATH, card | {"days": span, "points": points}).body

    days, recall = body["days"], body["recall_probability"]
    assert (len(days), days[0], days[-1]) == (points, 0, span)
    assert days == pytest.approx([span * i / (points - 1) for i in range(points)], rel=1e-12)
    assert recall == [THREE_INPUTS.recall_probability(day, count, difficulty) for day in days]
    assert all(later <= earlier + 1e-15 for earlier, later in pairwise(recall))


def test_curve_of_a_history_is_the_history_models(call):
    body = call(CURVE_PATH, {"reviews": REVIEWS, "now": NOW, "days": 40, "points": 5}).body
    recall, _ = curve_of(REVIEWS)

    assert body == {
        "days": [0, 10, 20, 30, 40],
        "recall_probability": pytest.approx([recall(day) for day in (0, 10, 20, 30, 40)], abs=1e-12),
        "model": "history",
        "model_version": "file",
    }


def test_curve_has_100_points_over_30_days_by_default(call):
    body = call(CURVE_PATH, CARD).body

    assert (len(body["days"]), body["days"][-1]) == (100, 30)
    assert body == call(CURVE_PATH, TIMELESS).body


@pytest.mark.parametrize(
    ("changes", "field", "problem"),
    [
        ({"days": 0}, "days", "must be a number greater than 0 and at most 36500 (days), not 0"),
        ({"days": 36_500.5}, "days", "not 36500.5"),
        ({"points": 1}, "points", "must be a whole number from 2 to 500, not 1"),
        ({"points": 501}, "points", "not 501"),
        ({"points": 2.5}, "points", "not 2.5"),
        ({"points": float("nan")}, "points", "not nan"),
        ({"cards": [TIMELESS]}, "cards", "is unknown"),
        (
            {"recalled": True},
            "recalled",
            "is unknown; known are days_since_last_review, review_count, difficulty, days, points, "
            "learner_state, now, time_zone, day_starts_at",
        ),
        ({"reviews": REVIEWS}, "review_count", 'is unknown beside "reviews"'),
    ],
)
def test_wrong_field_of_a_curve_is_named(call, changes, field, problem):
    _code, message, named = refused(call(CURVE_PATH, TIMELESS | changes))

    assert named == field
    assert problem in message


def test_smallest_span_stays_a_curve(call):
    body = call(CURVE_PATH, TIMELESS | {"days": 5e-324, "points": 3}).body

    assert body["days"] == [0, 0, 5e-324]
