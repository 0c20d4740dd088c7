"""Log likelihood of the forgetting curve and its gradient, vectorised over reviews.

The same curve as `recall.curve.PowerCurve`, with the same clips, in logarithms::

    ln p = −softplus(z) − c · ln(1 + t/τ)      c = softplus(u)      slip = logistic(z)

where ln τ, u and z are each linear in (1, ln review_count, logit failure share).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

from recall.curve import LOG_TIME_SCALE_LIMIT, MAXIMUM_SHARE, MINIMUM_DECAY, MINIMUM_SHARE
from recall.features import share_from_difficulty

Array = NDArray[np.float64]

# ln p stays below zero by this much, so that a failure at p = 1 costs a finite 27 nats.
LARGEST_LOG_RECALL = -1e-12


def lines_design(review_count: Array, difficulty: Array) -> Array:
    """Return the columns (1, ln review_count, logit failure share), of shape (n_reviews, 3)."""
    share = np.clip(share_from_difficulty(difficulty), MINIMUM_SHARE, MAXIMUM_SHARE)  # type: ignore[arg-type]
    return np.column_stack([np.ones(len(share)), np.log(review_count), logit(share)])


def log_recall(coefficients: Array, design: Array, days: Array) -> Array:
    """Return ln p for each review.

    Parameters
    ----------
    coefficients : array of shape (3, 3)
        A row each for the log time scale, the decay and the slip.
    design : array of shape (n_reviews, 3)
        From `lines_design`.
    days : array of shape (n_reviews,)
        Days since the last review.
    """
    log_scale, u, z = coefficients @ design.T
    return -np.logaddexp(0.0, z) - _decay(u) * np.log1p(days * np.exp(-_clip_scale(log_scale)))


def negative_log_likelihood(
    coefficients: Array, design: Array, cell: NDArray[np.intp], days: Array, recalled: Array, weight: Array
) -> tuple[float, Array]:
    """Weighted sum of −ln(probability of the outcome), in nats, and its gradient.

    Many reviews share review count and difficulty: the shape of the curve is computed once for each such cell
    (about 1,700 in 47,000 reviews).

    Parameters
    ----------
    coefficients : array of shape (3, 3)
        As for `log_recall`.
    design : array of shape (n_cells, 3)
        From `lines_design`.
    cell : int array of shape (n_reviews,)
        Each review's row of the design.
    days : array of shape (n_reviews,)
        Days since the last review.
    recalled : array of shape (n_reviews,)
        Whether each card was recalled: 0, 1, or a probability in between.
    weight : array of shape (n_reviews,)
        How much each review counts.

    Returns
    -------
    value : float
    gradient : array of shape (3, 3)
    """
    log_scale, u, z = coefficients @ design.T
    scale, decay = _clip_scale(log_scale), _decay(u)
    relative_delay = days * np.exp(-scale)[cell]
    log_delay = np.log1p(relative_delay)
    log_p = np.minimum(-np.logaddexp(0.0, z)[cell] - decay[cell] * log_delay, LARGEST_LOG_RECALL)

    failed = 1.0 - recalled
    failure = -np.expm1(log_p)
    value = -np.sum(weight * (recalled * log_p + failed * np.log(failure)))
    # −d value / d ln p of each review: 1 when recalled, −p/(1 − p) when not
    pull = weight * (recalled + failed * (1.0 - 1.0 / failure))

    def cell_sum(of_reviews: Array) -> Array:
        return np.asarray(np.bincount(cell, of_reviews, minlength=len(design)), dtype=np.float64)

    # d value / d (log_scale, u, z) of each cell; zero where a clip holds
    slopes = [
        (scale == log_scale) * -decay * cell_sum(pull * relative_delay / (1.0 + relative_delay)),
        (decay > MINIMUM_DECAY) * expit(u) * cell_sum(pull * log_delay),
        expit(z) * cell_sum(pull),
    ]
    return float(value), np.stack(slopes) @ design


def _clip_scale(log_scale: Array) -> Array:
    return np.clip(log_scale, -LOG_TIME_SCALE_LIMIT, LOG_TIME_SCALE_LIMIT)


def _decay(u: Array) -> Array:
    return np.maximum(np.logaddexp(0.0, u), MINIMUM_DECAY)
