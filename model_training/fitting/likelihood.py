"""Log likelihood of forgetting curves and its gradient, vectorised over reviews.

The same curve as `recall.curve`, with the same limits, in logarithms::

    ln p = −softplus(z) − c · ln(1 + t · F/S)      F = e^y − 1      y = −ln 0.9 / c

where z is the slip's logit.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from recall.curve import LOG_RETENTION, LOG_STABILITY_LIMIT, MAXIMUM_LOG_DECAY, MINIMUM_LOG_DECAY

Array = NDArray[np.float64]
# ln S, ln c and the slip's logit of each review's curve: an array of shape (3, n_reviews), or three arrays of
# which those that are the same for all reviews have the shape (1,), which halves the work.
Curves = Array | tuple[Array, Array, Array]

# ln p stays below zero by this much, so that a failure at p = 1 costs a finite 27 nats.
LARGEST_LOG_RECALL = -1e-12
MOST_THREADS = 4
BLOCK = 8_192  # reviews at once: what is computed of them stays in the processor's cache


def sum_of_blocks(loss: Callable[[slice], tuple[float, Array]], count: int) -> tuple[float, Array]:
    """Return the sum of a loss and its gradient over all reviews, on all processors.

    The blocks are added in order: the sum is the same to the last bit on however many processors.

    Parameters
    ----------
    loss : callable
        Takes the positions of a block of reviews; returns their loss and its gradient.
    count : int
        Number of reviews, at least 1.
    """
    blocks = [slice(start, start + BLOCK) for start in range(0, count, BLOCK)]
    # numpy works outside of Python's lock, but each thread holds it between two operations.
    with ThreadPoolExecutor(min(os.cpu_count() or 1, len(blocks), MOST_THREADS)) as pool:
        losses, gradients = zip(*pool.map(loss, blocks), strict=True)
    return sum(losses), np.add.reduce(gradients)


def log_recall(curves: Curves, days: Array) -> Array:
    """Return ln p for each review.

    Parameters
    ----------
    curves : Curves
        The curve of each review.
    days : array of shape (n_reviews,)
        Days since the last review.
    """
    log_stability, log_decay = _within_limits(curves)
    decay = np.exp(log_decay)
    relative_delay = days * np.exp(-log_stability) * np.expm1(-LOG_RETENTION / decay)
    log_p: Array = -_softplus(curves[2])[0] - decay * np.log1p(relative_delay)
    return log_p


def log_recall_slopes(curves: Curves, days: Array) -> tuple[Array, tuple[Array, Array, Array]]:
    """Return ln p for each review, and its slopes by the three numbers of the curve.

    Parameters
    ----------
    curves, days : Curves, array of shape (n_reviews,)
        As for `log_recall`.

    Returns
    -------
    log_p : array of shape (n_reviews,)
    slopes : tuple of three arrays of shape (n_reviews,), or the last one of the shape of `curves`'
        ∂ ln p / ∂ (ln S, ln c, z); where a limit holds, those at the limit.
    """
    log_stability, log_decay = _within_limits(curves)
    decay = np.exp(log_decay)
    y = -LOG_RETENTION / decay
    factor = np.expm1(y)
    relative_delay = days * np.exp(-log_stability) * factor
    log_delay = np.log1p(relative_delay)
    by_stability = decay * relative_delay / (1.0 + relative_delay)
    # y / (1 − e^(−y)), by what e^y − 1 is already
    by_decay = by_stability * y * (1.0 + factor) / factor - decay * log_delay
    loss, slip = _softplus(curves[2])
    return -loss - decay * log_delay, (by_stability, by_decay, -slip)


def negative_log_likelihood(
    curves: Curves, days: Array, recalled: Array, weight: Array
) -> tuple[float, Array]:
    """Weighted sum of −ln(probability of the outcome), in nats, and its gradient.

    Parameters
    ----------
    curves, days : Curves, array of shape (n_reviews,)
        The curves and the days since the last review, as for `log_recall`.
    recalled : array of shape (n_reviews,)
        Whether each card was recalled: 0, 1, or a probability in between.
    weight : array of shape (n_reviews,)
        Weight of each review, 0 or more.

    Returns
    -------
    value : float
    gradient : array of shape (3, n_reviews)
        Gradient of the value by each review's ln S, ln c and slip logit; zero where a limit holds.
    """
    log_p, (by_stability, by_decay, by_slip) = log_recall_slopes(curves, days)
    log_stability, log_decay = _within_limits(curves)
    log_p = np.minimum(log_p, LARGEST_LOG_RECALL)
    failed, failure = 1.0 - recalled, -np.expm1(log_p)
    value = -np.sum(weight * (recalled * log_p + failed * np.log(failure)))
    # d value / d ln p of each review: −1 when recalled, p/(1 − p) when not
    by_log_p = weight * (failed * (1.0 / failure - 1.0) - recalled)
    slopes = by_stability * (log_stability == curves[0]), by_decay * (log_decay == curves[1]), by_slip
    return float(value), np.stack([by_log_p * slope for slope in slopes])


def _within_limits(curves: Curves) -> tuple[Array, Array]:
    return (
        between(curves[0], -LOG_STABILITY_LIMIT, LOG_STABILITY_LIMIT),
        between(curves[1], MINIMUM_LOG_DECAY, MAXIMUM_LOG_DECAY),
    )


def between(x: Array, low: float | Array, high: float | Array) -> Array:
    """Do what `numpy.clip` does, whose call takes as long as all of a block's values."""
    bounded: Array = np.minimum(np.maximum(x, low), high)
    return bounded


def _softplus(x: Array) -> tuple[Array, Array]:
    """Return ln(1 + e^x) and its slope logistic(x), without `numpy.logaddexp` and SciPy's `expit`.

    Those take a few dozen nanoseconds an element, as much as all else in the likelihood.
    """
    rest = np.log1p(np.exp(-np.abs(x)))
    return np.maximum(x, 0.0) + rest, np.exp(np.minimum(x, 0.0) - rest)
