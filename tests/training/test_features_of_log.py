"""The inputs are computed from the card's past alone, by the service's own definition."""

import numpy as np
import pandas as pd
import pytest

from model_training.review_log.features import FEATURE_COLUMNS, scored_features
from recall.three_inputs import difficulty_from_share, failure_share

from .logs import simulated, written

AGAIN, HARD, GOOD, EASY = 1, 2, 3, 4


def test_history_becomes_the_inputs_worked_by_hand():
    log = written(
        ("ann", 1, 0.0, AGAIN),
        ("ann", 1, 0.01, GOOD),  # the same day: in the history, not scored
        ("ann", 1, 1.25, HARD),
        ("ann", 1, 4.0, AGAIN),
        ("ann", 1, 4.1, AGAIN),
        ("ann", 1, 6.0, EASY),
    )
    features = scored_features(log)
    assert features["days_since_last_review"].tolist() == pytest.approx([1.24, 2.75, 1.9])
    assert features["review_count"].tolist() == [1, 2, 3]
    shares = [failure_share(1, 2), failure_share(1, 3), failure_share(3, 5)]
    assert features["difficulty"].tolist() == [difficulty_from_share(share) for share in shares]
    assert features["recalled"].tolist() == [1, 0, 1]


def test_next_study_day_is_scored_even_when_less_than_a_day_has_passed():
    features = scored_features(written(("ann", 1, 0.9, GOOD), ("ann", 1, 1.2, GOOD)))
    assert features["days_since_last_review"].tolist() == pytest.approx([0.3])


def test_cards_of_the_same_name_belong_to_their_own_learners():
    log = written(("ann", 1, 0, AGAIN), ("ann", 1, 2, GOOD), ("bob", 1, 0, GOOD), ("bob", 1, 5, GOOD))
    features = scored_features(log)
    assert features["learner"].tolist() == ["ann", "bob"]
    assert features["days_since_last_review"].tolist() == [2.0, 5.0]
    assert features["difficulty"].tolist() == pytest.approx([1 + 9 * 1.6 / 5, 1 + 9 * 0.6 / 5])


def test_neighbouring_cards_share_no_history():
    log = written(
        ("ann", "x", 0, AGAIN), ("ann", "x", 9, AGAIN), ("ann", "y", 3, GOOD), ("ann", "y", 4, GOOD)
    )
    features = scored_features(log)
    assert features["card"].tolist() == ["x", "y"]
    assert features["review_count"].tolist() == [1, 1]
    assert features["days_since_last_review"].tolist() == [9.0, 1.0]


def test_interval_of_centuries_is_clipped_to_the_bound():
    features = scored_features(written(("ann", 1, 0, GOOD), ("ann", 1, 40_000, GOOD)))
    assert features["days_since_last_review"].tolist() == [36_500.0]


def test_log_without_a_second_day_scores_nothing():
    features = scored_features(written(("ann", 1, 0.0, GOOD), ("ann", 1, 0.1, GOOD), ("ann", 2, 1, GOOD)))
    assert features.empty
    assert {"learner", "card", "reviewed_at", *FEATURE_COLUMNS, "recalled"} <= set(features.columns)


def test_outcome_of_a_review_never_changes_its_own_inputs():
    log = simulated(1, 60)
    flipped = log.assign(rating=np.where(log["rating"] == AGAIN, GOOD, AGAIN).astype("int8"))
    last = log.groupby(["learner", "card"]).tail(1).index  # nothing comes after these
    changed = log.copy()
    changed.loc[last, "rating"] = flipped.loc[last, "rating"]
    before, after = scored_features(log), scored_features(changed)
    pd.testing.assert_frame_equal(before[FEATURE_COLUMNS], after[FEATURE_COLUMNS])
    assert (before["recalled"] != after["recalled"]).sum() > 10


def test_shuffled_later_outcomes_never_change_an_earlier_row():
    log = simulated(2, 90)
    later = log["reviewed_at"] > log["reviewed_at"].quantile(0.6)
    changed = log.copy()
    changed.loc[later, "rating"] = changed.loc[later, "rating"].sample(frac=1, random_state=1).to_numpy()
    before, after = scored_features(log), scored_features(changed)
    earlier = before["reviewed_at"] <= log.loc[~later, "reviewed_at"].max()
    pd.testing.assert_frame_equal(before[earlier], after[earlier])
    assert not before[~earlier].equals(after[~earlier])
