"""What the history model predicts for a log: vectorised for a card alone, in time order with a learner."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model_training.history import DAYS, HISTORY_COLUMNS
from model_training.history_fit import follow_learners, with_intercept
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
