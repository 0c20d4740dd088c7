"""What the history model predicts for a log: vectorised for a card alone, in time order with a learner."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model_training.fitting.likelihood import log_recall
from model_training.history.replay import raw_stability, replay_learners
from model_training.review_log.features import DAYS, HISTORY_COLUMNS
from recall.history import LARGEST_DEVIATION, LOG_STABILITY, HistoryModel

Array = NDArray[np.float64]


def predict_alone(model: HistoryModel, histories: pd.DataFrame) -> Array:
    """Return the probability of recall from each card's history alone, of shape (n_scored_reviews,)."""
    return np.asarray(np.exp(log_recall(curves_alone(model, histories), histories[DAYS].to_numpy())))


def curves_alone(model: HistoryModel, histories: pd.DataFrame) -> Array:
    """Return ln S, ln c and the slip's logit of each history's curve, of shape (3, n_histories)."""
    features = histories[HISTORY_COLUMNS].to_numpy(dtype=np.float64)
    line, center = model.new_learner, features[:, LOG_STABILITY]
    near = np.clip(raw_stability(line, features), center - LARGEST_DEVIATION, center + LARGEST_DEVIATION)
    return np.stack([near, *(np.full_like(near, end) for end in (line.log_decay, line.slip_logit))])


def predict_with_learner(model: HistoryModel, histories: pd.DataFrame) -> Array:
    """Return the probability of recall with the learner's state, of shape (n_scored_reviews,).

    The state starts anew for each learner and has seen the outcomes of their earlier rows, and nothing else.
    """
    return replay_learners(histories, model)[0]
