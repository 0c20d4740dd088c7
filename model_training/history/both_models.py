"""The two models that are served, fitted to one log."""

from __future__ import annotations

import pandas as pd

from model_training.fitting.estimator import PowerCurveClassifier
from model_training.fitting.starting_point import StartingPoint
from model_training.history.fit import fit_history, fit_new_learner
from model_training.history.teacher import history_teacher
from model_training.review_log.features import design, learner_weights
from recall.history import HistoryModel


def fit_both(
    features: pd.DataFrame, histories: pd.DataFrame, start: StartingPoint
) -> tuple[PowerCurveClassifier, HistoryModel]:
    """Fit the history model, and the three-input curve to the same outcomes and to what it teaches.

    Parameters
    ----------
    features, histories : DataFrame
        `model_training.review_log.features.scored_features` and
        `model_training.review_log.histories.scored_histories` of a log.
    start : StartingPoint
        The prior of both.
    """
    history = fit_history(histories, start.history)
    return _taught(features, histories, start, history), history


def fit_three_inputs(
    features: pd.DataFrame, histories: pd.DataFrame, start: StartingPoint
) -> PowerCurveClassifier:
    """Return the curve of `fit_both` in a third of the time: the line for known learners doesn't teach it."""
    new = fit_new_learner(histories, start.history)
    return _taught(features, histories, start, HistoryModel(new, new))


def _taught(
    features: pd.DataFrame, histories: pd.DataFrame, start: StartingPoint, model: HistoryModel
) -> PowerCurveClassifier:
    weight = learner_weights(features)
    teacher = history_teacher(features, histories, model, weight)
    estimator = PowerCurveClassifier(prior=start.three_inputs, teacher=teacher)
    return estimator.fit(*design(features), weight)
