"""Online learning of one number per learner: how much better or worse they do than predicted."""

from __future__ import annotations

from math import exp

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import logit

from model_training.evaluation.candidate import Fit, Predictor
from model_training.evaluation.scores import Probabilities, clip_probability
from model_training.review_log.features import OUTCOME

LEARNING_RATE = 0.05  # logits per unit of error


def online_probabilities(
    rows: pd.DataFrame, logits: NDArray[np.float64], rate: float, start: float = 0.0
) -> Probabilities:
    """Add to each logit an offset that learns from the learner's earlier outcomes.

    For each row in turn, p = logistic(logit + o), then o ← o + rate · (y − p): a step down the log loss.

    Parameters
    ----------
    rows : DataFrame of shape (n, …)
        Whole timelines of learners, as `model_training.evaluation.rows.timeline` sorts them.
    logits : array of shape (n,)
        Predictions without the offset.
    rate : float
        Step size η, in logits.
    start : float
        Each learner's first offset.
    """
    probabilities = np.empty(len(rows))
    offset, current = start, None
    observations = zip(rows["learner"].tolist(), logits.tolist(), rows[OUTCOME].tolist(), strict=True)
    for index, (learner, value, recalled) in enumerate(observations):
        if learner != current:
            offset, current = start, learner
        probabilities[index] = p = 1.0 / (1.0 + exp(-value - offset))
        offset += rate * (recalled - p)
    return probabilities


def with_offset(fit: Fit) -> Fit:
    """Return a candidate's fit whose predictions learn an offset per learner while they are made."""

    def fit_with_offset(train: pd.DataFrame) -> Predictor:
        predict = fit(train)
        return lambda rows: online_probabilities(rows, logit(clip_probability(predict(rows))), LEARNING_RATE)

    return fit_with_offset
