"""The forgetting curve of one card: recall probability after a delay, and its inverse.

A power law of forgetting (Wixted & Ebbesen 1991, doi:10.1111/j.1467-9280.1991.tb00175.x) with a slip::

    p(t) = (1 − s) · (1 + F · t/S)^(−c)      F = 0.9^(−1/c) − 1      s = logistic(slip logit)

S is the stability: after S days, recall without the slip has fallen to 90 %. c is the decay, s the chance to
fail even without any delay. A `Curve` holds ln S (within ±15), ln c (within −4 and 2) and the slip's logit.
p falls with t whatever they are, and never falls when ln S rises.
"""

from __future__ import annotations

from collections import namedtuple
from math import exp, expm1, log, log1p

from recall.features import DAYS_SINCE_LAST_REVIEW

TYPE_CHECKING = False  # `typing` itself costs a cold start 2 ms
if TYPE_CHECKING:
    from typing import NamedTuple

    class Curve(NamedTuple):
        """A card's forgetting curve: ln S (S in days), ln c and the slip's logit."""

        log_stability: float
        log_decay: float
        slip_logit: float

else:
    Curve = namedtuple("Curve", "log_stability log_decay slip_logit")

LOG_STABILITY_LIMIT = 15.0
MINIMUM_LOG_DECAY, MAXIMUM_LOG_DECAY = -4.0, 2.0
LOG_RETENTION = log(0.9)
# A prediction never counts as surer than this when an outcome is learned from.
SMALLEST_FAILURE = 1e-6
# Far beyond any fitted value; keeps sums of coefficients, and so the probability, from becoming inf or NaN.
COEFFICIENT_LIMIT = 1e6
MAXIMUM_INTERVAL = float(DAYS_SINCE_LAST_REVIEW.maximum)
# Days. A card that was passed comes on another day; one that was failed, after a minute at the earliest.
SHORTEST_INTERVAL, SHORTEST_RELEARNING_INTERVAL = 1.0, 1 / 1440


def logistic(x: float) -> float:
    """Return 1 / (1 + e^(−x)) without overflow."""
    if x >= 0:
        return 1.0 / (1.0 + exp(-x))
    e = exp(x)
    return e / (1.0 + e)


def shape(curve: Curve) -> tuple[float, float, float]:
    """Return the time scale S/F in days, the decay c, and the ceiling 1 − s: recall without any delay."""
    log_stability, log_decay, slip_logit = curve
    # Comparisons rather than min() and max(): this is run for every card of every request.
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
    """Days after which recall has fallen to a target, t* = S/F · [((1 − s)/R)^(1/c) − 1]: the inverse of p.

    Parameters
    ----------
    curve : Curve
        The card's forgetting curve.
    target_recall : float
        Wanted probability R, in (0, 1).

    Returns
    -------
    float
        Days in [0, 36 500]: 0 when even an immediate review is below the target, the maximum when recall is
        still above the target by then.
    """
    scale, decay, ceiling = shape(curve)
    if target_recall >= ceiling:
        return 0.0
    exponent = log(ceiling / target_recall) / decay
    if exponent > log1p(MAXIMUM_INTERVAL / scale):
        return MAXIMUM_INTERVAL
    return min(scale * expm1(exponent), MAXIMUM_INTERVAL)


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
