"""What the history model teaches the three-input curve: recall at delays that a card wouldn't have got.

Outcomes alone show a card's recall only where a scheduler chose to review it, and good cards got the long
delays: a curve of three inputs that is fitted to outcomes promises too much at delays that a card wouldn't
have got. The history model knows better what card it has before it. So it predicts each card's recall at
the same delays, and the three-input curve follows the outcomes and these probabilities (distillation; Hinton
et al. 2015, arXiv:1503.02531).
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model_training.fitting.likelihood import log_recall
from model_training.fitting.maximum_likelihood import Teacher
from model_training.history.predict import curves_alone
from model_training.review_log.features import DAYS, FEATURE_COLUMNS
from recall.history import HistoryModel

DELAYS = (1, 3, 8, 20, 45, 90, 180)  # days
# Of the outcomes' weight. More makes the curve worse at predicting, less makes it worse at scheduling.
TEACHER_WEIGHT = 0.3
CARD_COLUMNS = [column for column in FEATURE_COLUMNS if column != DAYS]


def history_teacher(features: pd.DataFrame, model: HistoryModel, weight: NDArray[np.float64]) -> Teacher:
    """Return the recall that the history model expects at `DELAYS` for the log's cards.

    Parameters
    ----------
    features : DataFrame of shape (n_scored_reviews, …)
        Result of `model_training.review_log.features.scored_features`.
    model : HistoryModel
        Predicts each card's recall, without a learner's state.
    weight : array of shape (n_scored_reviews,)
        Weight of each review, 0 or more.
    """
    # All that three inputs can follow is the mean over the cards that share the other two.
    cards, cell = _distinct(features[CARD_COLUMNS].to_numpy())
    curves, total = curves_alone(model, features), np.bincount(cell, weight)
    mean = np.empty((len(cards), len(DELAYS)))
    for position, delay in enumerate(DELAYS):
        recall = np.exp(log_recall(curves, np.full(len(cell), float(delay))))
        mean[:, position] = np.bincount(cell, weight * recall) / total
    X = np.column_stack([np.tile(DELAYS, len(cards)), np.repeat(cards, len(DELAYS), axis=0)])
    share = TEACHER_WEIGHT / len(DELAYS)
    return Teacher(X, mean.ravel(), np.repeat(total * share, len(DELAYS)))


def _distinct(pairs: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """Return the distinct pairs, sorted, and which one each pair is, in a tenth of `numpy.unique`'s time."""
    (left, i), (right, j) = (np.unique(column, return_inverse=True) for column in pairs.T)
    codes, cell = np.unique(i * len(right) + j, return_inverse=True)
    return np.column_stack([left[codes // len(right)], right[codes % len(right)]]), cell
