"""Log likelihood of forgetting curves and its gradient, vectorised over reviews.

The same curve as `recall.curve`, with the same limits, in logarithms::

    ln p = −softplus(z) − c · ln(1 + t · F/S)      F = e^y − 1      y = −ln 0.9 / c

where z is the slip's logit.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from recall.curve import LOG_RETENTION, LOG_STABILITY_LIMIT, MAXIMUM_LOG_DECAY, MINIMUM_LOG_DECAY

Array = NDArray[np.float64]

# ln p stays below zero by this much, so that a failure at p = 1 costs a finite 27 nats.
LARGEST_LOG_RECALL = -1e-12


def log_recall(curves: Array, days: Array) -> Array:
    """Return ln p for each review.

    Parameters
    ----------
    curves : array of shape (3, n_reviews)
        ln S, ln c and the slip's logit z of each review's curve.
    days : array of shape (n_reviews,)
        Days since the last review.
    """
    log_stability, log_decay = _within_limits(curves)
    decay = np.exp(log_decay)
    relative_delay = days * np.exp(-log_stability) * np.expm1(-LOG_RETENTION / decay)
    log_p: Array = -np.logaddexp(0.0, curves[2]) - decay * np.log1p(relative_delay)
    return log_p


def negative_log_likelihood(
    curves: Array, days: Array, recalled: Array, weight: Array
) -> tuple[float, Array]:
    """Weighted sum of −ln(probability of the outcome), in nats, and its gradient.

    Parameters
    ----------
    curves, days : array of shape (3, n_reviews), array of shape (n_reviews,)
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
    log_stability, log_decay = _within_limits(curves)
    decay = np.exp(log_decay)
    y = -LOG_RETENTION / decay
    relative_delay = days * np.exp(-log_stability) * np.expm1(y)
    log_delay = np.log1p(relative_delay)
    log_p = np.minimum(-np.logaddexp(0.0, curves[2]) - decay * log_delay, LARGEST_LOG_RECALL)
    failed, failure = 1.0 - recalled, -np.expm1(log_p)
    value = -np.sum(weight * (recalled * log_p + failed * np.log(failure)))
    # −d value / d ln p of each review: 1 when recalled, −p/(1 − p) when not
    pull = weight * (recalled + failed * (1.0 - 1.0 / failure))
    by_stability = decay * relative_delay / (1.0 + relative_delay)
    by_decay = by_stability * y / -np.expm1(-y) - decay * log_delay
    gradient = pull * np.stack(
        [
            -by_stability * (log_stability == curves[0]),
            -by_decay * (log_decay == curves[1]),
            expit(curves[2]),
        ]
    )
    return float(value), gradient


def _within_limits(curves: Array) -> tuple[Array, Array]:
    log_stability = np.clip(curves[0], -LOG_STABILITY_LIMIT, LOG_STABILITY_LIMIT)
    return log_stability, np.clip(curves[1], MINIMUM_LOG_DECAY, MAXIMUM_LOG_DECAY)
