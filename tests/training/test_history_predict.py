"""Predictions for a log are, review by review, those that the served code makes."""

import numpy as np
import pytest

from model_training.history.predict import predict_alone, predict_with_learner
from model_training.history.replay import FEW_LEARNERS, UNSHIFTED, replay_learners
from model_training.review_log.features import DAYS, HISTORY_COLUMNS, scored_features
from recall.curve import recall_probability
from recall.history import directions
from recall.learner import START, certainty, shifted
from tests.unit.histories import MODEL, random_model, seeded

from .logs import simulated

SUREST = 1 - 1e-6  # the filter takes no prediction for surer


@pytest.fixture(scope="module")
def histories():
    """Return those of more learners than are followed one by one, who don't all end together."""
    histories = scored_features(simulated(FEW_LEARNERS + 4, 25))
    sizes = histories.groupby("learner").size().sort_values()
    assert sizes.iloc[-1] > sizes.iloc[-FEW_LEARNERS] > sizes.iloc[0]
    return histories


def served(histories, model):
    """Go through a log as time did: for each row its prediction, certainty and shifts before its outcome."""
    states, found = {}, {}
    for row in histories.sort_values(["reviewed_at", "card"]).itertuples():
        features = tuple(getattr(row, name) for name in HISTORY_COLUMNS)
        days, state = getattr(row, DAYS), states.get(row.learner, START)
        probability = recall_probability(model.curve(features, state), days)
        shifts = shifted(UNSHIFTED, state, directions(features), model.least_slope)
        found[row.Index] = min(probability, SUREST), certainty(state), *shifts
        states[row.learner] = model.learner_after(state, features, days, recalled=row.recalled == 1)
    return np.array([found[index] for index in histories.index]).T


@pytest.mark.parametrize("model", [MODEL, random_model(seeded(4), 0.1)], ids=["default", "random"])
def test_learners_are_followed_exactly_as_they_are_served(histories, model):
    known_durations = histories["log_last_seconds"] != 0
    assert known_durations.mean() > 0.9
    probability, states = replay_learners(histories, model)
    expected = served(histories, model)
    assert np.abs(probability - expected[0]).max() <= 1e-12
    assert np.abs(states.share - expected[1]).max() <= 1e-12
    assert np.abs(states.shifts - expected[2:]).max() <= 1e-10


def test_order_of_the_rows_has_no_effect(histories):
    shuffled = histories.sample(frac=1, random_state=3)
    probability = predict_with_learner(MODEL, shuffled)
    # To rounding: BLAS and vectorised functions may round a value otherwise at another position.
    assert np.abs(probability - predict_with_learner(MODEL, histories)[shuffled.index]).max() <= 1e-12


def test_predictions_alone_are_the_served_ones(histories):
    rows = zip(histories[HISTORY_COLUMNS].itertuples(index=False), histories[DAYS], strict=True)
    expected = [recall_probability(MODEL.curve(tuple(features)), days) for features, days in rows]
    assert np.abs(predict_alone(MODEL, histories) - expected).max() <= 1e-12


def test_outcomes_teach_later_predictions_of_their_learner_only(histories):
    learner = histories["learner"].iloc[0]
    mine = histories["learner"] == learner
    middle = histories.loc[mine, "reviewed_at"].median()
    later = mine & (histories["reviewed_at"] > middle)
    changed = histories.assign(recalled=histories["recalled"].mask(later, 1 - histories["recalled"]))
    before, after = (predict_with_learner(MODEL, log) for log in (histories, changed))
    first = (later & (histories["reviewed_at"] == histories.loc[later, "reviewed_at"].min())).to_numpy()
    taught = later.to_numpy() & ~first
    assert before[~taught].tolist() == after[~taught].tolist()
    assert np.abs(before[taught] - after[taught]).max() > 0.1
