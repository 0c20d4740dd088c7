"""What is known of one learner beyond their cards: four numbers, learned from outcomes as they come in.

The learner's state m shifts each of their cards' curves: ln S, ln S once more while a card has a single
review day, ln c, and the slip's logit. It starts at zero, wanders (variance Q per review), and is followed by
an extended Kalman filter for outcomes y of 0 or 1 with probability p(m). With h = ∂ logit p / ∂ m,
w = p (1 − p) and the covariance P::

    g = P h / (1 + w · hᵀ P h)      m' = m + g · (y − p)      P' = P − w · g (P h)ᵀ + Q

(Fahrmeir & Kaufmann 1991, "On Kalman filtering, posterior mode estimation and Fisher scoring in dynamic
exponential family regression", Metrika 38, 37–60.) The outcome is one number, so nothing has to be inverted.
"""

from __future__ import annotations

from collections import namedtuple
from math import isfinite

from recall.errors import InvalidInputError
from recall.history_curve import Curve

TYPE_CHECKING = False  # `typing` itself costs a cold start 2 ms
if TYPE_CHECKING:
    from typing import Any

START_VARIANCE = 0.5
WANDERING = 1e-4  # Q, added to each variance per scored review
LARGEST = 1e6  # far beyond what outcomes can teach; keeps sums and products finite

# mean: 4 numbers; covariance: the upper triangle of the symmetric 4 × 4 matrix, row by row, 10 numbers
LearnerState = namedtuple("LearnerState", "mean covariance")
_V = START_VARIANCE
START = LearnerState((0.0, 0.0, 0.0, 0.0), (_V, 0.0, 0.0, 0.0, _V, 0.0, 0.0, _V, 0.0, _V))
_ROWS = ((0, 1, 2, 3), (1, 4, 5, 6), (2, 5, 7, 8), (3, 6, 8, 9))  # where the triangle keeps each entry


def shifted(curve: Curve, state: LearnerState, *, single_day: bool) -> Curve:
    """Return a card's curve for this learner; ``single_day``: the card has one review day so far."""
    log_stability, log_decay, slip_logit = curve
    stability, first_stability, decay, slip = state.mean
    if single_day:
        stability += first_stability
    return Curve(log_stability + stability, log_decay + decay, slip_logit + slip)


def updated(
    state: LearnerState,
    probability: float,
    slopes: tuple[float, float, float],
    *,
    single_day: bool,
    recalled: bool,
) -> LearnerState:
    """Return the state after one more outcome: a step of the module's filter.

    Parameters
    ----------
    state : LearnerState
        Before the outcome.
    probability, slopes : float, tuple of three float
        From `recall.history_curve.observation`, of the curve that this state has shifted.
    single_day : bool
        Whether the card had one review day.
    recalled : bool
        The outcome.
    """
    (m0, m1, m2, m3), (p00, p01, p02, p03, p11, p12, p13, p22, p23, p33) = state
    h0, h2, h3 = slopes
    h1 = h0 if single_day else 0.0
    v0 = p00 * h0 + p01 * h1 + p02 * h2 + p03 * h3
    v1 = p01 * h0 + p11 * h1 + p12 * h2 + p13 * h3
    v2 = p02 * h0 + p12 * h1 + p22 * h2 + p23 * h3
    v3 = p03 * h0 + p13 * h1 + p23 * h2 + p33 * h3
    weight = probability * (1.0 - probability)
    damping = 1.0 + weight * (h0 * v0 + h1 * v1 + h2 * v2 + h3 * v3)
    step, k = (recalled - probability) / damping, weight / damping
    return LearnerState(
        (m0 + step * v0, m1 + step * v1, m2 + step * v2, m3 + step * v3),
        (
            *(p00 - k * v0 * v0 + WANDERING, p01 - k * v0 * v1, p02 - k * v0 * v2, p03 - k * v0 * v3),
            *(p11 - k * v1 * v1 + WANDERING, p12 - k * v1 * v2, p13 - k * v1 * v3),
            *(p22 - k * v2 * v2 + WANDERING, p23 - k * v2 * v3),
            p33 - k * v3 * v3 + WANDERING,
        ),
    )


def state_to_dict(state: LearnerState) -> dict[str, list[float]]:
    """Return the state as JSON values."""
    return {"mean": list(state.mean), "covariance": list(state.covariance)}


def state_from_dict(data: object, field: str = "learner_state") -> LearnerState:
    """Read what `state_to_dict` wrote.

    Raises
    ------
    InvalidInputError
        Naming ``field``, if it isn't such a state: 4 means, and 10 numbers of a positive definite covariance.
    """
    if not isinstance(data, dict) or set(data) != {"mean", "covariance"}:
        raise InvalidInputError(field, "must have exactly mean and covariance")
    mean = _numbers(data["mean"], len(START.mean), f"{field}.mean")
    covariance = _numbers(data["covariance"], len(START.covariance), f"{field}.covariance")
    if not _is_positive_definite([[covariance[i] for i in row] for row in _ROWS]):
        raise InvalidInputError(f"{field}.covariance", "must be a covariance: positive definite")
    return LearnerState(mean, covariance)


def _numbers(values: Any, count: int, field: str) -> tuple[float, ...]:
    if not isinstance(values, list | tuple) or len(values) != count:
        raise InvalidInputError(field, f"must be a list of {count} numbers")
    for value in values:
        if isinstance(value, bool) or not isinstance(value, int | float) or not -LARGEST <= value <= LARGEST:
            raise InvalidInputError(field, f"must hold numbers within ±{LARGEST:,.0f}")
    return tuple(map(float, values))


def _is_positive_definite(matrix: list[list[float]]) -> bool:
    """Eliminate row by row (Gauss): every pivot must be positive."""
    for i, pivot_row in enumerate(matrix):
        pivot = pivot_row[i]
        if not pivot > 0.0:
            return False
        for row in matrix[i + 1 :]:
            factor = row[i] / pivot
            row[:] = [a - factor * b for a, b in zip(row, pivot_row, strict=True)]
            if not all(map(isfinite, row)):
                return False
    return True
