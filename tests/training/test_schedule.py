"""The curve to schedule with follows the history model at any delay, and is nearer to the truth for it."""

import numpy as np
import pandas as pd
import pytest
from model_training.schedule import DELAYS, fit_schedule_head

from model_training.estimator import PowerCurveClassifier
from model_training.features import design, learner_weights, scored_features
from model_training.history import DAYS, scored_histories
from model_training.history_fit import fit_history
from model_training.history_predict import predict_alone
from recall.history import HistoryModel
from tests.unit.histories import line

from .fsrs_logs import fsrs_log, true_recall

LEARNERS = 30


@pytest.fixture(scope="module")
def fitted():
    """Return the curve to predict with, the curve to schedule with and the history model, of one log."""
    log = fsrs_log(range(LEARNERS))
    features, histories = scored_features(log), scored_histories(log)
    curve = PowerCurveClassifier().fit(*design(features), learner_weights(features)).to_curve()
    history = fit_history(histories)
    return curve, fit_schedule_head(features, histories, history), history


@pytest.fixture(scope="module")
def held_out():
    """Return the log of other learners with its features and histories."""
    log = fsrs_log(range(LEARNERS, 2 * LEARNERS))
    return log, scored_features(log), scored_histories(log)


def mean_recall(curve, features):
    """Return the mean of a curve over cards, for each of the delays."""
    cards = features[["review_count", "difficulty"]].to_numpy().tolist()
    return np.array([np.mean([curve.recall_probability(days, *card) for card in cards]) for days in DELAYS])


def test_head_has_the_mean_recall_of_the_history_model_on_held_out_learners(fitted, held_out):
    _, head, history = fitted
    _, features, histories = held_out
    asked = [predict_alone(history, histories.assign(**{DAYS: days})).mean() for days in DELAYS]
    assert np.abs(mean_recall(head, features) - asked).max() < 0.02


def test_head_is_nearer_to_the_true_recall_than_the_curve_that_predicts(fitted, held_out):
    curve, head, _ = fitted
    log, features, _ = held_out
    truth = np.array([true_recall(log, days).mean() for days in DELAYS])
    bias, plain = mean_recall(head, features) - truth, mean_recall(curve, features) - truth
    assert plain[-1] > 0.1  # what fitting to outcomes promises too much after 120 days
    assert np.abs(bias).max() < 0.02


def test_outcomes_and_actual_delays_have_no_effect(fitted, held_out):
    _, _, history = fitted
    _, features, histories = held_out
    other = {"recalled": 0, DAYS: 7.0}
    head = fit_schedule_head(features, histories, history)
    again = fit_schedule_head(features.assign(**other), histories.assign(**other), history)
    assert mean_recall(head, features).tolist() == mean_recall(again, features).tolist()


def test_history_model_of_one_curve_for_all_cards_is_found_exactly(held_out):
    # S = 20, c = 0.3 and no slip to speak of, whatever the card
    lines = (line(np.log(20.0)), line(np.log(0.3)), line(-12.0))
    _, features, histories = held_out
    head = fit_schedule_head(features, histories, HistoryModel(lines, lines))
    expected = [(1 + (0.9 ** (-1 / 0.3) - 1) * days / 20) ** -0.3 for days in DELAYS]
    for card in ((1, 2.0), (4, 4.0), (10, 7.0)):
        found = [head.recall_probability(days, *card) for days in DELAYS]
        assert found == pytest.approx(expected, abs=0.002)


def test_cells_count_as_often_as_they_occur(fitted, held_out):
    _, _, history = fitted
    _, features, histories = held_out
    frequent = features["difficulty"] > features["difficulty"].median()
    tenfold = [features, *[features[frequent]] * 9], [histories, *[histories[frequent]] * 9]
    heavy = fit_schedule_head(*(pd.concat(parts, ignore_index=True) for parts in tenfold), history)
    head = fit_schedule_head(features, histories, history)
    asked = [predict_alone(history, histories[frequent].assign(**{DAYS: days})).mean() for days in DELAYS]
    near, far = (np.abs(mean_recall(c, features[frequent]) - asked).sum() for c in (heavy, head))
    assert near < far
