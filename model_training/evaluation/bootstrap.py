"""Intervals for differences between models on the same reviews, by resampling cards or learners.

Reviews of one card, and of one learner, resemble each other, so whole clusters are drawn with replacement
(Efron & Tibshirani 1993, percentile intervals); all models are measured on the same draws.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

REPLICATES = 2_000
SEED = 20_261
COVERAGE = 0.95
_CHUNK = 100  # replicates at once: 100 × 100,000 clusters are 80 MB


def resampled_means(losses: Array, clusters: NDArray[np.int64]) -> Array:
    """Mean losses over resampled clusters.

    Parameters
    ----------
    losses : array of shape (n_reviews, n_models)
        Each model's loss on each review.
    clusters : int array of shape (n_reviews,)
        The card or learner of each review.

    Returns
    -------
    array of shape (REPLICATES, n_models)
        Every replicate draws as many clusters as there are.
    """
    _, code = np.unique(clusters, return_inverse=True)
    size = np.bincount(code)
    sums = np.column_stack([np.bincount(code, column) for column in losses.T])
    rng = np.random.default_rng(SEED)
    means = []
    for _ in range(REPLICATES // _CHUNK):
        draws = rng.integers(0, len(size), (_CHUNK, len(size)))
        times = np.stack([np.bincount(draw, minlength=len(size)) for draw in draws]).astype(float)
        means.append((times @ sums) / (times @ size)[:, None])
    return np.concatenate(means)


def interval(differences: Array) -> tuple[float, float]:
    """Percentile interval of `COVERAGE` for replicated differences, of shape (n_replicates,)."""
    low, high = np.quantile(differences, [(1 - COVERAGE) / 2, (1 + COVERAGE) / 2])
    return float(low), float(high)
