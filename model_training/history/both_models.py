"""The two models that are served, fitted to one log."""

from __future__ import annotations

import pandas as pd

from model_training.fitting.cell_outcomes import CellOutcomes
from model_training.fitting.estimator import PowerCurveClassifier
from model_training.fitting.starting_point import StartingPoint
from model_training.history.fit import FITS, fit_history, fit_new_learner
from model_training.history.teacher import history_teacher
from model_training.progress import Advance, unseen
from model_training.review_log.features import design, learner_weights
from recall.history import HistoryModel
from recall.three_inputs import ThreeInputModel

FITS_OF_BOTH, FITS_OF_THREE_INPUTS = FITS + 1, 2


def fit_both(
    features: pd.DataFrame, start: StartingPoint, advance: Advance = unseen
) -> tuple[PowerCurveClassifier, HistoryModel]:
    """Fit the history model, and the three-input curve to the same outcomes and to what it teaches.

    Parameters
    ----------
    features : DataFrame
        Result of `model_training.review_log.features.scored_features`.
    start : StartingPoint
        The prior of both.
    advance : callable
        Is told how many more reviews are done; all of them `FITS_OF_BOTH` times.
    """
    history = fit_history(features, start.history, advance)
    estimator = _taught(features, start, history)
    advance(len(features))
    return estimator, history


def fit_three_inputs(
    features: pd.DataFrame, start: StartingPoint, advance: Advance = unseen
) -> PowerCurveClassifier:
    """Return the curve of `fit_both` in a third of the time: the line for known learners doesn't teach it.

    Parameters as of `fit_both`; ``advance`` is told of all reviews `FITS_OF_THREE_INPUTS` times.
    """
    new = fit_new_learner(features, start.history)
    advance(len(features))
    estimator = _taught(features, start, HistoryModel(new, new))
    advance(len(features))
    return estimator


def fit_with_cells(
    features: pd.DataFrame, cells: CellOutcomes, start: StartingPoint, advance: Advance = unseen
) -> tuple[ThreeInputModel, HistoryModel]:
    """Fit the history model to a sample, and the three-input curve to all outcomes and to what that teaches.

    Parameters
    ----------
    features, start, advance
        As of `fit_both`, of the sample.
    cells : CellOutcomes
        All outcomes, of which the sample's are a part.
    """
    history = fit_history(features, start.history, advance)
    weight = learner_weights(features)
    teacher = history_teacher(features, history, weight)
    # It weighs as much beside all outcomes as beside the sample's.
    weighty = teacher._replace(weight=teacher.weight * (cells.weight.sum() / weight.sum()))
    curve, _ = cells.fit(start.three_inputs, weighty)
    advance(len(features))
    return curve, history


def _taught(features: pd.DataFrame, start: StartingPoint, model: HistoryModel) -> PowerCurveClassifier:
    weight = learner_weights(features)
    teacher = history_teacher(features, model, weight)
    estimator = PowerCurveClassifier(prior=start.three_inputs, teacher=teacher)
    return estimator.fit(*design(features), weight)
