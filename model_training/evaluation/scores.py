"""Measures of predicted probabilities against outcomes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.metrics import brier_score_loss, log_loss, roc_auc_score

CALIBRATION_BINS = 20
RELIABILITY_BINS = 10  # of the diagrams that are stored beside a model
# The means over learners take those with enough reviews for figures of their own.
MINIMUM_ROWS_OF_LEARNER = 300
DIGITS = 6  # of figures in JSON, after the point; beyond them, the order of summation shows
# As scikit-learn's log_loss: a certain prediction that fails costs a finite 36 nats.
_CLOSEST_TO_CERTAIN = float(np.finfo(np.float64).eps)

Recalled = NDArray[np.int64]
Probabilities = NDArray[np.float64]


@dataclass(frozen=True)
class Scores:
    """Quality of predictions: the lower the better, but for ``auc``.

    Parameters
    ----------
    log_loss : float
        Mean −ln(probability of the outcome), in nats.
    auc : float or None
        Chance that a recalled review was predicted higher than a failed one; None when all ended alike.
    brier : float
        Mean squared difference between probability and outcome.
    ece : float
        Expected calibration error over `CALIBRATION_BINS` quantile bins.
    """

    log_loss: float
    auc: float | None
    brier: float
    ece: float


def score(recalled: Recalled, probability: Probabilities) -> Scores:
    """Score predictions, arrays of shape (n_reviews,), against the outcomes."""
    groups = reliability(recalled, probability, CALIBRATION_BINS)
    gap = (groups["predicted"] - groups["observed"]).abs()
    return Scores(
        log_loss=float(log_loss(recalled, probability, labels=[0, 1])),
        auc=auc(recalled, probability),
        brier=float(brier_score_loss(recalled, probability, pos_label=1)),
        ece=float(np.average(gap, weights=groups["reviews"])),
    )


def auc(recalled: Recalled, probability: Probabilities) -> float | None:
    """Return the area under the ROC curve, 0 to 1; None when all reviews ended alike."""
    return None if np.unique(recalled).size == 1 else float(roc_auc_score(recalled, probability))


def rounded(value: float | None) -> float | None:
    """Round a figure for JSON; what can't be measured, None or NaN, is None."""
    return None if value is None or np.isnan(value) else round(float(value), DIGITS)


def clip_probability(probability: Probabilities) -> Probabilities:
    """Keep probabilities far enough from 0 and 1 for finite logarithms."""
    return np.clip(probability, _CLOSEST_TO_CERTAIN, 1.0 - _CLOSEST_TO_CERTAIN)


def log_losses(recalled: Recalled, probability: Probabilities) -> NDArray[np.float64]:
    """Return −ln(probability of the outcome) of each review, in nats."""
    p = clip_probability(probability)
    return -np.where(recalled == 1, np.log(p), np.log1p(-p))


def reliability(recalled: Recalled, probability: Probabilities, bins: int) -> pd.DataFrame:
    """Compare predicted with observed recall in quantile bins of the prediction.

    Returns
    -------
    DataFrame
        At most ``bins`` rows of ``reviews``, ``predicted`` and ``observed``; equal predictions share a bin.
    """
    edges = np.unique(np.quantile(probability, np.linspace(0, 1, bins + 1)[1:-1]))
    table = pd.DataFrame({"predicted": probability, "observed": recalled})
    groups = table.groupby(np.searchsorted(edges, probability, side="right"))
    means = groups.mean().reset_index(drop=True)
    means.insert(0, "reviews", groups.size().to_numpy())
    return means


def reliability_rows(recalled: Recalled, probability: Probabilities) -> list[list[float]]:
    """Return a reliability diagram for JSON: at most ten [predicted, observed, reviews], by prediction."""
    table = reliability(recalled, probability, RELIABILITY_BINS)
    columns = (table["predicted"].round(DIGITS), table["observed"].round(DIGITS), table["reviews"])
    return [list(row) for row in zip(*(column.tolist() for column in columns), strict=True)]


def rmse_bins(rows: pd.DataFrame, recalled: Recalled, probability: Probabilities) -> float:
    """Root mean square of predicted minus observed recall over bins of similar reviews.

    As srs-benchmark defines it (github.com/open-spaced-repetition/srs-benchmark, ``rmse_matrix``): a bin is a
    range of study days since the last review, of the review's number among the card's review days, and of
    earlier lapses; each range is a power of 3.62, 1.89 and 1.73 wide. Bins weigh by their reviews.

    Parameters
    ----------
    rows : DataFrame of shape (n_reviews, …)
        With ``days_apart``, ``review_count`` and ``lapses`` of `model_training.evaluation.rows.timeline`.
    recalled, probability : array of shape (n_reviews,)
        Outcomes, 0 or 1, and predictions.
    """
    table = pd.DataFrame({"predicted": probability, "observed": recalled})
    groups = table.groupby(
        [
            _power_of(3.62, rows["days_apart"]),
            _power_of(1.89, rows["review_count"] + 1),  # the review itself counts
            _power_of(1.73, rows["lapses"]),
        ]
    )
    means = groups.mean()
    return float(np.sqrt(np.average((means["predicted"] - means["observed"]) ** 2, weights=groups.size())))


def _power_of(base: float, values: pd.Series) -> NDArray[np.int64]:
    """Greatest k with base^k ≤ value; −1 for the value zero."""
    counted = np.maximum(values.to_numpy(dtype=float), 1.0)
    return np.where(values > 0, np.floor(np.log(counted) / np.log(base)), -1).astype(np.int64)
