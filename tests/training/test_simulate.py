"""The simulated learners: the same for the same seed, with a memory that does what the literature says."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model_training.features import scored_features
from model_training.memory_model import (
    Card,
    recall,
    stability_after_failure,
    stability_after_success,
)
from model_training.simulate import is_simulated, simulate_learner

from .logs import simulated

stabilities = st.floats(0.2, 1_000)
difficulty_values = st.floats(-3, 3)


@given(stabilities)
def test_stability_is_the_delay_at_ninety_percent_recall(stability):
    assert recall(stability, stability) == pytest.approx(0.9)
    assert recall(0.0, stability) == 1.0


@given(stabilities, difficulty_values)
def test_spaced_success_strengthens_more_than_a_massed_one(stability, difficulty):
    massed = stability_after_success(stability, difficulty, 0.999)
    spaced = stability_after_success(stability, difficulty, 0.8)
    assert stability < massed < spaced


@given(stabilities)
def test_harder_cards_gain_less(stability):
    assert stability_after_success(stability, 1.0, 0.9) < stability_after_success(stability, 0.0, 0.9)


@given(stabilities, difficulty_values)
def test_failure_never_strengthens(stability, difficulty):
    assert 0.2 <= stability_after_failure(stability, difficulty) <= stability


def test_card_forgets_from_its_last_review_on():
    card = Card(difficulty=0.0, stability=4.0, seen=10.0)
    assert card.recall_at(14.0) == pytest.approx(0.9)
    card.learn(14.0, passed=True)
    assert card.recall_at(14.0) == 1.0
    assert card.recall_at(18.0) > 0.9


def test_seed_and_number_alone_decide_the_reviews():
    first = simulate_learner(1, 4, 60)
    pd.testing.assert_frame_equal(first, simulate_learner(1, 4, 60))
    assert not first.equals(simulate_learner(2, 4, 60))
    assert first["learner"].unique().tolist() == ["simulated-005"]


def test_log_is_in_time_order_and_fits_the_calendar():
    log = simulate_learner(1, 0, 90)
    assert log["reviewed_at"].is_monotonic_increasing
    midnight = log["reviewed_at"].dt.normalize()
    assert (log["day"] == (midnight - pd.Timestamp("2020-01-01", tz="UTC")).dt.days).all()
    assert log["day"].between(0, 89).all()
    assert set(log["rating"]) == {1, 2, 3, 4}
    assert log["duration_ms"].between(1, 60_000).all()
    assert not log.duplicated(["card", "reviewed_at"]).any()


def test_card_failed_in_the_day_is_relearnt_the_same_day():
    log = simulate_learner(1, 0, 120)
    by_day = log.groupby(["card", "day"])["rating"]
    ended_failed = by_day.last() == 1
    assert (by_day.size()[ended_failed] == 4).all()  # given up for the day
    assert (by_day.size() > 1).mean() > 0.02
    repeats = log[log.duplicated(["card", "day"])]
    assert set(repeats["kind"]) == {0, 2}  # repeats of a new card are still learning


def test_recall_is_like_that_of_a_well_kept_collection_and_differs_between_learners():
    recalled = scored_features(simulated(8, 180)).groupby("learner")["recalled"].mean()
    assert 0.84 < recalled.mean() < 0.92
    assert recalled.max() - recalled.min() > 0.04


def test_intervals_expand():
    features = scored_features(simulated())
    median = features.groupby("review_count")["days_since_last_review"].median()
    assert median[1] < median[3] < median[5]


def test_simulated_learners_are_recognised_among_others():
    assert is_simulated(pd.Series(["ann", "simulated-001"], dtype="str"))
    assert not is_simulated(pd.Series(["ann", "not-simulated-001"], dtype="str"))
