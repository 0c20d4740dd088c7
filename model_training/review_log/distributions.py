"""How model inputs are spread: their deciles, and which share of them lies between these."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from model_training.review_log.features import FEATURE_COLUMNS
from model_training.review_log.stability import (
    BINS,
    EDGE_DIGITS,
    MOST_OF_LEARNER,
    SHARE_DIGITS,
    Distribution,
)


def distribution(values: ArrayLike, weights: ArrayLike | None = None) -> Distribution:
    """Return the deciles of values, and which share of them lies in each bin between.

    Parameters
    ----------
    values : array of shape (n,)
        The values, at least one.
    weights : array of shape (n,), optional
        Their weights, more than 0; 1 by default.

    Returns
    -------
    dict
        ``edges``, ascending and at most 9 (equal ones are one), and ``shares``, one more than edges. Bin
        ``i`` is ``edges[i - 1] <= value < edges[i]``; the first and the last have no other end.
    """
    array = np.asarray(values, dtype=np.float64)
    weight = np.ones(len(array)) if weights is None else np.asarray(weights, dtype=np.float64)
    # Values themselves, not means of two: most review counts are tied.
    inner = np.linspace(0, 1, BINS + 1)[1:-1]
    deciles = np.quantile(array, inner, weights=weight, method="inverted_cdf")
    edges = np.unique(deciles.round(EDGE_DIGITS))
    shares = _shares(array, weight, edges).round(SHARE_DIGITS)
    return {"edges": edges.tolist(), "shares": shares.tolist()}


def input_distributions(features: pd.DataFrame) -> dict[str, Distribution]:
    """Return the distribution of each of the model's inputs, of `features.scored_features`, by learner."""
    weights = by_learner(features)
    return {name: distribution(features[name], weights) for name in FEATURE_COLUMNS}


def by_learner(features: pd.DataFrame) -> NDArray[np.float64]:
    """Return weights of reviews by which no learner counts more than `MOST_OF_LEARNER` reviews.

    One who reviews a thousand cards in a week is one learner; what they do says nothing of the others.
    """
    size = features.groupby("learner")["learner"].transform("size").to_numpy(dtype=np.float64)
    return np.minimum(size, MOST_OF_LEARNER) / size


def _shares(
    values: NDArray[np.float64], weights: NDArray[np.float64], edges: NDArray[np.float64]
) -> NDArray[np.float64]:
    bins = np.searchsorted(edges, values, side="right")
    return np.bincount(bins, weights, minlength=len(edges) + 1) / weights.sum()
