"""Histories of a log are those that the service makes, and no row knows its own outcome or the future."""

import numpy as np
import pandas as pd
import pytest

from model_training.history.predict import predict_alone, predict_with_learner
from model_training.review_log.features import scored_features
from model_training.review_log.histories import HISTORY_COLUMNS, scored_histories
from recall.card_history import history_of
from recall.features import SECONDS_PER_DAY
from recall.history import history_features
from tests.unit.histories import MODEL

from .logs import simulated, written

ROW = ["learner", "card", "reviewed_at"]


def predictions(reviews):
    """Return the histories, and both heads' predictions beside them."""
    histories = scored_histories(reviews)
    alone, with_learner = predict_alone(MODEL, histories), predict_with_learner(MODEL, histories)
    return histories.assign(alone=alone, with_learner=with_learner)


def test_rows_days_and_outcomes_are_those_of_the_three_input_model():
    log = simulated()
    shared = [*ROW, "days_since_last_review", "recalled"]
    pd.testing.assert_frame_equal(scored_histories(log)[shared], scored_features(log)[shared], rtol=1e-12)


@pytest.mark.parametrize("origin", ["first review", "2020-01-01"])
def test_features_are_those_that_the_service_makes_of_the_same_reviews(origin):
    log, checked = simulated(), 0
    log.loc[log.index % 5 == 0, "duration_ms"] = pd.NA
    histories = scored_histories(log).set_index(ROW)[HISTORY_COLUMNS]
    start = log["reviewed_at"].min() if origin == "first review" else pd.Timestamp(origin, tz="UTC")
    # The service's clock may start anywhere: with the log's own, all bits are the same.
    tolerance = 0.0 if origin == "first review" else 1e-9
    log["time"] = (log["reviewed_at"] - start).dt.total_seconds() / SECONDS_PER_DAY
    for (learner, card), reviews in list(log.groupby(["learner", "card"]))[:60]:
        seconds = reviews["duration_ms"].astype(float).fillna(0.0) / 1000
        given = list(zip(reviews["time"], reviews["rating"], reviews["day"], seconds, strict=True))
        for i, when in enumerate(reviews["reviewed_at"]):
            if i and given[i][2] > given[i - 1][2]:
                served = history_features(history_of(given[:i]))
                trained = histories.loc[(learner, card, when)].tolist()
                assert trained == pytest.approx(served, abs=tolerance, rel=0)
                checked += 1
    assert checked > 300


def test_outcomes_from_a_day_on_change_nothing_before_it():
    log = simulated()
    cut = log["reviewed_at"].quantile(0.6)
    later = log["reviewed_at"] >= cut
    shuffled = log.copy()
    ratings = log.loc[later, "rating"].to_numpy()
    shuffled.loc[later, "rating"] = np.random.default_rng(1).permutation(ratings)
    before, after = predictions(log), predictions(shuffled)

    # Rows at the cut itself are predicted from what came before, whatever their outcome.
    known = before["reviewed_at"] <= cut
    columns = [*HISTORY_COLUMNS, "alone", "with_learner"]
    pd.testing.assert_frame_equal(before.loc[known, columns], after.loc[known, columns], check_exact=True)
    assert (before.loc[~known, "with_learner"] != after.loc[~known, "with_learner"]).mean() > 0.9


def test_own_outcome_changes_no_own_feature_or_prediction():
    log = simulated()
    before = predictions(log)
    columns = [*HISTORY_COLUMNS, "alone", "with_learner"]
    for row in (5, 700, 2000):
        flipped = log.copy()
        mine = (log[ROW] == before.loc[row, ROW]).all(axis=1)
        flipped.loc[mine, "rating"] = 3 if before.loc[row, "recalled"] == 0 else 1
        after = predictions(flipped)
        assert after.loc[row, "recalled"] != before.loc[row, "recalled"]
        assert after.loc[row, columns].tolist() == before.loc[row, columns].tolist()
        assert not after[columns].equals(before[columns])


def test_other_learners_change_no_prediction():
    log = simulated()
    learner = log["learner"].iloc[-1]
    alone = predictions(log[log["learner"] == learner].reset_index(drop=True))
    together = predictions(log)
    together = together[together["learner"] == learner].reset_index(drop=True)
    pd.testing.assert_frame_equal(alone, together, rtol=1e-9)


def test_answer_s_time_is_that_of_the_review_before_and_zero_where_unknown():
    log = written(("ann", 1, 0, 3), ("ann", 1, 2, 3), ("ann", 1, 5, 3), ("ann", 1, 9, 1))
    log["duration_ms"] = pd.array([14_000, pd.NA, 3_500, 999_999], dtype="Int64")
    known = scored_histories(log)["log_last_seconds"]
    assert known.tolist() == pytest.approx([np.log(14 / 7), 0.0, np.log(3.5 / 7)])
    without = scored_histories(log.drop(columns="duration_ms"))["log_last_seconds"]
    assert without.tolist() == [0.0, 0.0, 0.0]
