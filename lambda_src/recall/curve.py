"""The forgetting curve: recall probability after a delay, and its inverse.

A power law of forgetting (Wixted & Ebbesen 1991, doi:10.1111/j.1467-9280.1991.tb00175.x) with a slip::

    p(t) = (1 − s) · (1 + t/τ)^(−c)

    ln τ = line(log_time_scale)        τ: time scale in days
    c    = softplus(line(decay))       c: decay exponent, no unit
    s    = logistic(line(slip))        s: chance to fail even without any delay

    line(k) = k₀ + k₁ · ln(review_count) + k₂ · logit(failure share)

p falls with t for every parameter value. It never rises with difficulty when k₂ of the time scale is ≤ 0 and
k₂ of the decay and of the slip are ≥ 0; `PowerCurve` refuses other signs.
"""

from __future__ import annotations

from math import exp, expm1, log, log1p

from recall.errors import InvalidInputError, UnsupportedArtifactError
from recall.features import DAYS_SINCE_LAST_REVIEW, share_from_difficulty

# Shares of failures beyond these say no more about a card, and keep logit() finite at difficulty 1 and 10.
MINIMUM_SHARE, MAXIMUM_SHARE = 0.01, 0.99
# Keeps exp() far from overflow: e^±30 days is nothing, or 29 billion years.
LOG_TIME_SCALE_LIMIT = 30.0
# A decay of zero would have no inverse.
MINIMUM_DECAY = 1e-4
# Far beyond any fitted value; keeps sums of coefficients, and so the probability, from becoming inf or NaN.
COEFFICIENT_LIMIT = 1e6
MAXIMUM_INTERVAL = float(DAYS_SINCE_LAST_REVIEW.maximum)

COEFFICIENTS = ("intercept", "log_review_count", "logit_difficulty")
LINES = ("log_time_scale", "decay", "slip")


def logistic(x: float) -> float:
    """Return 1 / (1 + e^(−x)) without overflow."""
    if x >= 0:
        return 1.0 / (1.0 + exp(-x))
    e = exp(x)
    return e / (1.0 + e)


def softplus(x: float) -> float:
    """Return ln(1 + e^x) without overflow."""
    return x + log1p(exp(-x)) if x > 0 else log1p(exp(x))


def days_until(target_recall: float, scale: float, decay: float, ceiling: float) -> float:
    """Days after which a power law has fallen to a target: t* = τ · [(ceiling/R)^(1/c) − 1].

    Parameters
    ----------
    target_recall : float
        Wanted probability R, in (0, 1).
    scale, decay, ceiling : float
        Time scale τ in days, decay c, and recall without any delay.

    Returns
    -------
    float
        Days in [0, 36 500]: 0 when even an immediate review is below the target, the maximum when recall
        is still above the target by then.

    Raises
    ------
    InvalidInputError
        If the target isn't strictly between 0 and 1.
    """
    if not 0.0 < target_recall < 1.0:
        raise InvalidInputError("target_recall", "must be greater than 0 and less than 1")
    if target_recall >= ceiling:
        return 0.0
    exponent = log(ceiling / target_recall) / decay
    if exponent > log1p(MAXIMUM_INTERVAL / scale):
        return MAXIMUM_INTERVAL
    return min(scale * expm1(exponent), MAXIMUM_INTERVAL)


class PowerCurve:
    """A forgetting curve for every card: nine numbers.

    Parameters
    ----------
    log_time_scale, decay, slip : tuple of three float
        Coefficients of ``(1, ln review_count, logit failure share)``, as in the module's formula.

    Raises
    ------
    UnsupportedArtifactError
        If a number isn't finite, is beyond ±1,000,000, or its sign would let recall rise with difficulty.
    """

    __slots__ = LINES

    def __init__(
        self,
        log_time_scale: tuple[float, float, float],
        decay: tuple[float, float, float],
        slip: tuple[float, float, float],
    ) -> None:
        self.log_time_scale = log_time_scale
        self.decay = decay
        self.slip = slip
        for name in LINES:
            line = getattr(self, name)
            for coefficient, value in zip(COEFFICIENTS, line, strict=True):
                if not -COEFFICIENT_LIMIT <= value <= COEFFICIENT_LIMIT:  # NaN fails too
                    raise UnsupportedArtifactError(
                        f"{name}.{coefficient} is {value}; it must be within ±{COEFFICIENT_LIMIT:,.0f}"
                    )
        if log_time_scale[2] > 0 or decay[2] < 0 or slip[2] < 0:
            raise UnsupportedArtifactError(
                "recall would rise with difficulty: logit_difficulty must be ≤ 0 in log_time_scale, "
                "and ≥ 0 in decay and slip"
            )

    def shape(self, review_count: float, difficulty: float) -> tuple[float, float, float]:
        """Time scale τ in days, decay c and slip s of one card's curve."""
        share = share_from_difficulty(difficulty)
        # Comparisons rather than min() and max(): this line is run for every card of every request.
        share = MINIMUM_SHARE if share < MINIMUM_SHARE else MAXIMUM_SHARE if share > MAXIMUM_SHARE else share
        x1 = log(review_count)
        x2 = log(share / (1.0 - share))
        a0, a1, a2 = self.log_time_scale
        b0, b1, b2 = self.decay
        e0, e1, e2 = self.slip
        log_scale = a0 + a1 * x1 + a2 * x2
        if not -LOG_TIME_SCALE_LIMIT <= log_scale <= LOG_TIME_SCALE_LIMIT:
            log_scale = LOG_TIME_SCALE_LIMIT if log_scale > 0 else -LOG_TIME_SCALE_LIMIT
        decay = softplus(b0 + b1 * x1 + b2 * x2)
        decay = max(decay, MINIMUM_DECAY)
        return exp(log_scale), decay, logistic(e0 + e1 * x1 + e2 * x2)

    def recall_probability(
        self, days_since_last_review: float, review_count: float, difficulty: float
    ) -> float:
        """Probability that the card is recalled now.

        Parameters
        ----------
        days_since_last_review, review_count, difficulty : float
            Within the bounds of `recall.features.FEATURES`.

        Returns
        -------
        float
            In [0, 1]; never rises with ``days_since_last_review`` or ``difficulty``.
        """
        scale, decay, slip = self.shape(review_count, difficulty)
        return (1.0 - slip) * exp(-decay * log1p(days_since_last_review / scale))

    def interval(self, target_recall: float, review_count: float, difficulty: float) -> float:
        """Days after which recall has fallen to a target: the inverse of `recall_probability`.

        Parameters
        ----------
        target_recall : float
            Wanted probability R, in (0, 1).
        review_count, difficulty : float
            Within the bounds of `recall.features.FEATURES`.

        Returns
        -------
        float
            Days, as `days_until` gives them.
        """
        scale, decay, slip = self.shape(review_count, difficulty)
        return days_until(target_recall, scale, decay, 1.0 - slip)
