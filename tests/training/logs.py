"""Canonical review logs for the tests: written by hand, or simulated."""

from functools import cache

import pandas as pd

from model_training.simulation.simulate import simulate_learner

DAY = pd.Timedelta(days=1)
START = pd.Timestamp("2024-03-01T10:00:00Z")


def canonical(reviews):
    """Sort a frame of reviews as the readers do."""
    ordered = reviews.sort_values(["learner", "card", "reviewed_at"], kind="stable", ignore_index=True)
    return ordered.astype({"rating": "int8", "duration_ms": "Int64", "day": "int64", "kind": "int8"})


def written(*rows):
    """Make a log of (learner, card, days after the start, rating); the study day is the whole part."""
    frame = pd.DataFrame(rows, columns=["learner", "card", "after", "rating"])
    after = frame.pop("after").astype(float)
    reviewed_at = (START + after * DAY).astype("datetime64[us, UTC]")
    return canonical(frame.assign(reviewed_at=reviewed_at, duration_ms=pd.NA, day=after.astype(int), kind=-1))


@cache
def _simulated(learners, days):
    return canonical(pd.concat([simulate_learner(119, number, days) for number in range(learners)]))


def simulated(learners=3, days=120):
    """Return a few thousand simulated reviews, of one busy and two slower learners; the caller's own copy."""
    return _simulated(learners, days).copy()
