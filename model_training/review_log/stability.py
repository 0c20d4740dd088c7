"""How far the inputs are from those that a model was trained on: the population stability index."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from model_training.review_log.features import FEATURE_COLUMNS

BINS = 10
EDGE_DIGITS = SHARE_DIGITS = 6
# A bin that one of the two doesn't reach counts as one in ten thousand: the logarithm of 0 has no value.
SMALLEST_SHARE = 1e-4
MOST_OF_LEARNER = 50  # reviews: fewer of one learner are mostly chance

Distribution = dict[str, list[float]]


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


def stability_index(reference: Distribution, values: ArrayLike, weights: ArrayLike | None = None) -> float:
    """Return the population stability index of values, Σ (a − e) · ln(a / e) over the bins.

    ``e`` is a bin's share of the reference, ``a`` of the values. It is 0 when all are equal; customarily less
    than 0.1 is read as no shift, and 0.25 or more as a large one (N. Siddiqi, Credit Risk Scorecards, 2006).
    Without any shift n values against m of the reference have about (bins − 1) · (1/n + 1/m) all the same
    (B. Yurdakul, Statistical Properties of Population Stability Index, 2018): too few values look like one.

    Parameters
    ----------
    reference : dict
        Result of `distribution`.
    values : array of shape (n,)
        The values, at least one.
    weights : array of shape (n,), optional
        Their weights, more than 0; 1 by default.
    """
    array = np.asarray(values, dtype=np.float64)
    weight = np.ones(len(array)) if weights is None else np.asarray(weights, dtype=np.float64)
    actual = _shares(array, weight, np.array(reference["edges"]))
    a = np.maximum(actual, SMALLEST_SHARE)
    e = np.maximum(np.array(reference["shares"]), SMALLEST_SHARE)
    return float(np.sum((a - e) * np.log(a / e)))


def _shares(
    values: NDArray[np.float64], weights: NDArray[np.float64], edges: NDArray[np.float64]
) -> NDArray[np.float64]:
    bins = np.searchsorted(edges, values, side="right")
    return np.bincount(bins, weights, minlength=len(edges) + 1) / weights.sum()
