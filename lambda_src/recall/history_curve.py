"""The forgetting curve of one card, in the three coordinates that its history and its learner move.

A power law with a slip, as in `recall.curve`, whose scale is the stability S (recall without slip falls to
90 % after S days)::

    p(t) = (1 − s) · (1 + F · t/S)^(−c)      F = 0.9^(−1/c) − 1      s = logistic(slip logit)

The coordinates are ln S (within ±15), ln c (within −4 and 2) and the slip's logit: a `Curve` each.
"""

from __future__ import annotations

from collections import namedtuple
from math import exp, expm1, log, log1p

from recall.curve import days_until, logistic

LOG_STABILITY_LIMIT = 15.0
MINIMUM_LOG_DECAY, MAXIMUM_LOG_DECAY = -4.0, 2.0
LOG_RETENTION = log(0.9)
# A prediction never counts as surer than this when an outcome is learned from.
SMALLEST_FAILURE = 1e-6

Curve = namedtuple("Curve", "log_stability log_decay slip_logit")


def shape(curve: Curve) -> tuple[float, float, float]:
    """Time scale S/F in days, decay c and ceiling 1 − s."""
    log_stability, log_decay, slip_logit = curve
    if not -LOG_STABILITY_LIMIT <= log_stability <= LOG_STABILITY_LIMIT:
        log_stability = LOG_STABILITY_LIMIT if log_stability > 0 else -LOG_STABILITY_LIMIT
    if not MINIMUM_LOG_DECAY <= log_decay <= MAXIMUM_LOG_DECAY:
        log_decay = MAXIMUM_LOG_DECAY if log_decay > 0 else MINIMUM_LOG_DECAY
    decay = exp(log_decay)
    return exp(log_stability) / expm1(-LOG_RETENTION / decay), decay, logistic(-slip_logit)


def recall_probability(curve: Curve, days: float) -> float:
    """Return p(t), in [0, 1], which never rises with ``days`` (≥ 0)."""
    scale, decay, ceiling = shape(curve)
    return ceiling * exp(-decay * log1p(days / scale))


def interval(curve: Curve, target_recall: float) -> float:
    """Days after which recall has fallen to a target: the inverse of `recall_probability`.

    Parameters
    ----------
    curve : Curve
        Of the card.
    target_recall : float
        Wanted probability R, in (0, 1).

    Returns
    -------
    float
        Days, as `recall.curve.days_until` gives them.
    """
    return days_until(target_recall, *shape(curve))


def observation(curve: Curve, days: float) -> tuple[float, tuple[float, float, float]]:
    """Return what an outcome can teach: the probability p of recall and its slopes.

    The slopes are ∂ logit p / ∂ (ln S, ln c, slip logit), with x = F · t/S and y = −ln 0.9 / c::

        c · x/(1+x) / (1−p)      (c · x/(1+x) · y/(1 − e^(−y)) − c · ln(1+x)) / (1−p)      −s / (1−p)

    Where a limit holds, they are those at the limit, so that a learner's state beyond it can find back.
    """
    scale, decay, ceiling = shape(curve)
    log_delay = log1p(days / scale)
    probability = min(ceiling * exp(-decay * log_delay), 1.0 - SMALLEST_FAILURE)
    failure = 1.0 - probability
    by_stability = decay * (days / (days + scale))
    y = -LOG_RETENTION / decay
    by_decay = by_stability * y / -expm1(-y) - decay * log_delay
    return probability, (by_stability / failure, by_decay / failure, (ceiling - 1.0) / failure)
