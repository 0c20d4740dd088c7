"""What the history model predicts for a log: vectorised for a card alone, in time order with a learner."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model_training.history import DAYS, HISTORY_COLUMNS
from model_training.history_fit import fit_history, follow_learners, with_intercept
from model_training.history_likelihood import log_recall
from recall.history import HistoryModel

Array = NDArray[np.float64]


def predict_alone(model: HistoryModel, histories: pd.DataFrame) -> Array:
    """Probability of recall from each card's history alone, of shape (n_scored_reviews,)."""
    curves = np.array(model.history) @ with_intercept(histories[HISTORY_COLUMNS].to_numpy()).T
    return np.asarray(np.exp(log_recall(curves, histories[DAYS].to_numpy())))


def predict_with_learner(model: HistoryModel, histories: pd.DataFrame) -> Array:
    """Probability of recall from each card's history and its learner's state, of shape (n_scored_reviews,).

    The state starts anew for each learner and has seen the outcomes of their earlier rows, and nothing else.
    """
    return follow_learners(histories, np.array(model.learner))[0]


def predict_held_out(histories: pd.DataFrame, train: NDArray[np.bool_]) -> tuple[Array, Array]:
    """Fit on some reviews and predict the others, as they would have been predicted at the time.

    Parameters
    ----------
    histories : DataFrame of shape (n_scored_reviews, 30)
        From `model_training.history.scored_histories`, of all learners.
    train : bool array of shape (n_scored_reviews,)
        Reviews to fit on. For a fair forecast none of them lies after a learner's reviews to predict.

    Returns
    -------
    alone, with_learner : array of shape (n_held_out,)
        Predictions for the rows that ``train`` leaves out, in their order. A learner's state has seen all of
        the learner's earlier outcomes, in ``train`` or not.
    """
    model = fit_history(histories[train])
    alone, with_learner = predict_alone(model, histories), predict_with_learner(model, histories)
    return alone[~train], with_learner[~train]
