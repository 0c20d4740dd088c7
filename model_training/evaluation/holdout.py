"""How good the predictions are, measured on each learner's newest reviews by a model that never saw them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model_training.evaluation.held_out_percent import HELD_OUT_PERCENT
from model_training.evaluation.scores import Probabilities, Recalled, Scores, score
from model_training.review_log.features import OUTCOME, design

Mask = NDArray[np.bool_]
Predict = Callable[[pd.DataFrame], Probabilities]


@dataclass(frozen=True)
class Evaluation:
    """Scores on held-out reviews.

    Parameters
    ----------
    model : Scores
        Scores of the model that was trained on the older reviews only.
    baseline : Scores
        Scores of always predicting the older reviews' recall rate.
    recalled : ndarray of shape (n_held_out,)
        Outcomes, 0 or 1.
    probability : ndarray of shape (n_held_out,)
        The model's predictions.
    held_out_sha256 : str
        The held-out reviews' `fingerprint`.
    """

    model: Scores
    baseline: Scores
    recalled: Recalled
    probability: Probabilities
    held_out_sha256: str


def held_out(features: pd.DataFrame) -> Mask:
    """Mark each learner's newest 20 % of the scored reviews (rounded down), of shape (n_scored_reviews,)."""
    newness = features.groupby("learner")["reviewed_at"].rank(method="first", ascending=False)
    size = features.groupby("learner")["reviewed_at"].transform("size")
    marks: Mask = (newness <= size * HELD_OUT_PERCENT // 100).to_numpy()
    return marks


def fingerprint(X: pd.DataFrame, recalled: NDArray[np.int64]) -> str:
    """Return the sha256 of reviews' inputs, shape (n, 3), and outcomes, shape (n,), in hexadecimal.

    Figures may be compared when they were measured on reviews with the same one. The order of the rows, which
    follows the learners' names, doesn't count.
    """
    rows = np.column_stack([X.to_numpy(dtype="<f8"), recalled.astype("<f8")])
    return sha256(rows[np.lexsort(rows.T)].tobytes()).hexdigest()


def evaluate_held_out(features: pd.DataFrame, fit: Callable[[Mask], Predict]) -> Evaluation | None:
    """Train on the older reviews and score the newest ones.

    Parameters
    ----------
    features : DataFrame
        Result of `model_training.review_log.features.scored_features`.
    fit : callable
        Fits a model to the rows that a mask of shape (n_scored_reviews,) marks, and returns what predicts
        recall from the three inputs.

    Returns
    -------
    Evaluation or None
        None when nothing can be measured: no learner has five scored reviews, or all older ones ended alike.
    """
    newest = held_out(features)
    older = features[~newest]
    if not newest.any() or older[OUTCOME].nunique() < 2:  # noqa: PLR2004 - failed and recalled
        return None
    X, recalled = design(features[newest])
    probability = fit(~newest)(X)
    constant = np.full(len(recalled), older[OUTCOME].mean())
    return Evaluation(
        score(recalled, probability),
        score(recalled, constant),
        recalled,
        probability,
        fingerprint(X, recalled),
    )
