"""Features of a log are those that the service makes, and no row knows its own outcome or the future."""

from datetime import timedelta

import numpy as np
import pandas as pd
import pytest

from memory.card import RememberedCard, after, day_of, days_of
from memory.reviews import EPOCH, Review
from model_training.history.predict import predict_alone, predict_with_learner
from model_training.review_log import features as features_module
from model_training.review_log.features import (
    FEATURE_COLUMNS,
    HISTORY_COLUMNS,
    scored_features,
)
from model_training.review_log.study_days import study_day
from recall.errors import InvalidInputError
from recall.history import history_features
from tests.unit.histories import MODEL

from .logs import START, canonical, simulated, written

ROW = ["learner", "card", "reviewed_at"]


def predictions(reviews):
    """Return the histories, and both heads' predictions beside them."""
    histories = scored_features(reviews)
    alone, with_learner = predict_alone(MODEL, histories), predict_with_learner(MODEL, histories)
    return histories.assign(alone=alone, with_learner=with_learner)


def random_log(cards, seed):
    """Return cards of one to forty reviews: repeats after seconds, short nights, years, unknown durations."""
    rng = np.random.default_rng(seed)
    sizes = rng.integers(1, 40, cards)
    gaps = rng.choice([1e-4, 0.1, 0.17, 1.0, 3.0, 90.0, 4_000.0], sizes.sum())
    gaps *= rng.uniform(0.5, 2.0, len(gaps))
    seconds = pd.Series(rng.uniform(0.0, 200.0, len(gaps))).mask(rng.random(len(gaps)) < 0.2)
    card = np.repeat(np.arange(cards), sizes)
    after = pd.Series(gaps).groupby(card).cumsum() - gaps[0]
    reviewed_at = (START + pd.to_timedelta(after, unit="D")).astype("datetime64[us, UTC]")
    return canonical(
        pd.DataFrame(
            {
                "learner": "ann",
                "card": card,
                "reviewed_at": reviewed_at,
                "rating": rng.choice([1, 2, 3, 4], len(card), p=rng.dirichlet(np.ones(4))),
                "duration_ms": (seconds * 1000).round(),
                "day": study_day(reviewed_at),
                "kind": -1,
            }
        )
    )


def remembered(row):
    """Return a row of a log as the memory keeps it; its study days begin at 4 a.m. UTC."""
    micros = (row.reviewed_at - EPOCH) // timedelta(microseconds=1)
    duration = None if row.duration_ms is pd.NA else int(row.duration_ms)
    return Review(micros, "", row.rating, 0, -240, duration, None, 0)


def served_features(log):
    """Return what the memory knows of the card before each scored review: a history, and three inputs."""
    rows = []
    for _, reviews in log.groupby(["learner", "card"]):
        history = None
        for review in map(remembered, reviews.itertuples()):
            if history is not None and day_of(review) > history.day:
                inputs = RememberedCard(history, days_of(review)).inputs
                rows.append((*history_features(history), min(inputs[0], 36_500), *inputs[1:]))
            history = after(history, review)
    return rows


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("cards", [3, 200], ids=["few cards", "many cards"])
def test_features_are_those_that_the_service_makes_to_the_last_bit(cards, seed, monkeypatch):
    # Many cards, and one at a border of two blocks.
    monkeypatch.setattr(features_module, "AT_ONCE", 1_000)
    log = random_log(cards, seed)
    trained = scored_features(log)[[*HISTORY_COLUMNS, *FEATURE_COLUMNS]]
    assert list(trained.itertuples(index=False, name=None)) == served_features(log)


def test_review_before_the_card_s_last_one_is_refused():
    log = written(("ann", 1, 0, 3), ("ann", 1, 2, 3), ("ann", 1, 5, 3))
    log.loc[2, "day"] = 1
    with pytest.raises(InvalidInputError, match="not before those of the review before"):
        scored_features(log)


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
    known = scored_features(log)["log_last_seconds"]
    assert known.tolist() == pytest.approx([np.log(14 / 7), 0.0, np.log(3.5 / 7)])
    without = scored_features(log.drop(columns="duration_ms"))["log_last_seconds"]
    assert without.tolist() == [0.0, 0.0, 0.0]
