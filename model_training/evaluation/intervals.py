"""Intervals for means over reviews that resemble each other: those of one learner, or of one card.

Only whole clusters, learners or cards, count as independent. With few of them, or one that has half of the
reviews, percentile and BCa intervals are far too narrow; so two intervals are computed, and each end is that
of the wider one:

- Student's t with the unbiased variance of the weighted mean of the clusters' means and Satterthwaite's
  degrees of freedom, both exact for equally varying normal means (R. M. Bell & D. F. McCaffrey, Survey
  Methodology 28, 2002; G. W. Imbens & M. Kolesár, Review of Economics and Statistics 98, 2016). It holds
  where one cluster weighs much, and fails where the means are skewed.
- Bootstrap-t over clusters (B. Efron & R. J. Tibshirani, An Introduction to the Bootstrap, 1993, 12.5). It
  holds for skewed means, and fails where one cluster weighs much.

``docs/model.md`` has the coverage of each, which a test simulates.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t as student

Array = NDArray[np.float64]

REPLICATES = 4_999
SEED = 20_261
COVERAGE = 0.95
# With more clusters the skewness of their mean is small, and Student's t alone holds.
MOST_RESAMPLED = 200
_FEWEST = 2  # clusters: one says nothing of how much they differ
_NO_SPREAD = 1e-12  # of the clusters' own spread: that of a draw of one cluster again and again


class Interval(NamedTuple):
    """A weighted mean, and the ends of an interval around it that has the mean of all learners or cards."""

    mean: float
    low: float
    high: float


def interval(
    values: Array, clusters: NDArray[np.int64], weights: Array | None = None, level: float = COVERAGE
) -> Interval | None:
    """Return the mean of values, and its interval over clusters.

    Parameters
    ----------
    values : array of shape (n,)
        A value of each review, such as the difference between two models' log losses, in nats.
    clusters : int array of shape (n,)
        The learner or card of each review.
    weights : array of shape (n,), optional
        The weight of each review, more than 0; 1 by default.
    level : float
        The chance that the interval has the true mean, between 0 and 1. An end of an interval of level
        ``1 - 2 * a`` is a bound that is wrong with the chance ``a``.

    Returns
    -------
    Interval or None
        None when there are fewer than two clusters.
    """
    _, code = np.unique(clusters, return_inverse=True)
    total = np.bincount(code, weights)
    if len(total) < _FEWEST:
        return None
    means = np.bincount(code, values if weights is None else values * weights) / total
    share = total / total.sum()
    mean = float(share @ means)
    error = float(_error(share, means - mean))
    tail = (1.0 - level) / 2.0
    low = high = float(student.isf(tail, _degrees_of_freedom(share)))
    if len(total) <= MOST_RESAMPLED:
        drawn = _bootstrap_t(share, means, mean, error)
        low = max(low, float(np.quantile(drawn, 1.0 - tail)))
        high = max(high, -float(np.quantile(drawn, tail)))
    return Interval(mean, mean - low * error, mean + high * error)


def _error(share: Array, residual: Array) -> Array:
    """Return the standard error of weighted means; the last axis has the clusters.

    Its square is unbiased when the clusters' means vary alike: a residual varies by 1 − 2w + Σw² of that.
    """
    return np.asarray(np.sqrt((_factor(share) * residual**2).sum(axis=-1)))


def _factor(share: Array) -> Array:
    return np.asarray(share**2 / (1.0 - 2.0 * share + (share**2).sum(axis=-1, keepdims=True)))


def _degrees_of_freedom(share: Array) -> float:
    """Satterthwaite's, tr(A)² / tr(A²), where the squared error is xᵀAx: n − 1 for n equal clusters."""
    factor, square = _factor(share), share @ share
    total, along = factor.sum(), factor @ share
    trace_of_square = (
        factor @ factor * (1.0 + 2.0 * square)
        + 2.0 * (total * (factor @ share**2) - 2.0 * (factor**2 @ share))
        + 2.0 * along**2
        - 4.0 * total * along * square
        + (total * square) ** 2
    )
    return float(square**2 / trace_of_square)


def _bootstrap_t(share: Array, means: Array, mean: float, error: float) -> Array:
    """Return Student's t of means over clusters that are drawn with replacement, about the mean of all."""
    count = len(share)
    draws = np.random.default_rng(SEED).integers(0, count, (REPLICATES, count))
    drawn = share[draws] / share[draws].sum(axis=1, keepdims=True)
    again = (drawn * means[draws]).sum(axis=1)
    errors = _error(drawn, means[draws] - again[:, None])
    varied = errors > _NO_SPREAD * error
    return (again[varied] - mean) / errors[varied] if varied.any() else np.zeros(1)
