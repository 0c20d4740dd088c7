"""Histories of a log are those that the service makes, and no row knows its own outcome or the future."""

import numpy as np
import pandas as pd
import pytest

from model_training.history.predict import predict_alone, predict_with_learner
from model_training.review_log import histories as histories_module
from model_training.review_log.features import scored_features
from model_training.review_log.histories import DAYS, HISTORY_COLUMNS, scored_histories
from recall.card_history import history_of
from recall.errors import InvalidInputError
from recall.features import SECONDS_PER_DAY
from recall.history import history_features
from tests.unit.histories import MODEL

from .logs import START, canonical, simulated, written

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


def random_log(cards, seed):
    """Return cards of one to forty reviews: repeats after seconds, short nights, years, unknown durations."""
    rng = np.random.default_rng(seed)
    sizes = rng.integers(1, 40, cards)
    gaps = rng.choice([1e-4, 0.1, 0.17, 1.0, 3.0, 90.0, 4_000.0], sizes.sum())
    gaps *= rng.uniform(0.5, 2.0, len(gaps))
    seconds = pd.Series(rng.uniform(0.0, 200.0, len(gaps))).mask(rng.random(len(gaps)) < 0.2)
    card = np.repeat(np.arange(cards), sizes)
    after = pd.Series(gaps).groupby(card).cumsum() - gaps[0]
    return canonical(
        pd.DataFrame(
            {
                "learner": "ann",
                "card": card,
                "reviewed_at": (START + pd.to_timedelta(after, unit="D")).astype("datetime64[us, UTC]"),
                "rating": rng.choice([1, 2, 3, 4], len(card), p=rng.dirichlet(np.ones(4))),
                "duration_ms": (seconds * 1000).round(),
                "day": np.floor(after - rng.uniform(0, 1)).astype(int),
                "kind": -1,
            }
        )
    )


def served_features(log):
    """Return what the service makes before each scored review, and the days since the card's last one."""
    time = (log["reviewed_at"] - log["reviewed_at"].min()).dt.total_seconds() / SECONDS_PER_DAY
    seconds = log["duration_ms"].fillna(0) / 1000
    rows = []
    for _, reviews in log.assign(time=time, seconds=seconds).groupby(["learner", "card"]):
        given = reviews[["time", "rating", "day", "seconds"]].itertuples(index=False, name=None)
        history = history_of([next(given)])
        for review in given:
            if review[2] > history.day:
                rows.append((*history_features(history), min(review[0] - history.time, 36_500)))
            history.review(*review)
    return np.array(rows)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("cards", [3, 400], ids=["few cards", "many cards"])
def test_features_are_those_that_the_service_makes_to_the_last_bit(cards, seed, monkeypatch):
    monkeypatch.setattr(
        histories_module, "AT_ONCE", 1_000
    )  # many cards, and a card at a border of two blocks
    log = random_log(cards, seed)
    served, trained = served_features(log), scored_histories(log)[[*HISTORY_COLUMNS, DAYS]].to_numpy()
    assert trained.shape == served.shape
    assert trained.tolist() == served.tolist()


def test_review_before_the_card_s_last_one_is_refused():
    log = written(("ann", 1, 0, 3), ("ann", 1, 2, 3), ("ann", 1, 5, 3))
    log.loc[2, "day"] = 1
    with pytest.raises(InvalidInputError, match="not before those of the review before"):
        scored_histories(log)


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
