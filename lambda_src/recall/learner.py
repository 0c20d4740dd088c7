"""What is known of one learner beyond their cards: six numbers, learned from outcomes as they come in.

A learner's state m shifts each of their cards' curves::

    ln S + m₀ + first · (m₁ + m₄ (f − 0.8)) + (1 − first) · m₅ (f − 2.5)      ln c + m₂      slip logit + m₃

first is 1 for a card with a single study day, else 0; f is the card's ln stability before any shift, which is
FSRS-6's where the card's history is known. m starts at zero, wanders (variance Q per outcome), and is
followed by an extended Kalman filter for outcomes y of 0 or 1 with probability p(m). With
h = ∂ logit p / ∂ m, w = p (1 − p) and the covariance P::

    g = P h / (1 + w · hᵀ P h)      m' = m + g · (y − p)      P' = P − w · g (P h)ᵀ + Q

(Fahrmeir & Kaufmann 1991, "On Kalman filtering, posterior mode estimation and Fisher scoring in dynamic
exponential family regression", Metrika 38, 37–60.) The outcome is one number, so nothing has to be inverted.

The variances at the start are rounded from what the 29 learners of `docs/model.md` taught (expectation
maximisation); the others that were tried, half of these among them, change the log loss by 0.0002 at most.
"""

from __future__ import annotations

from collections import namedtuple
from operator import mul

from recall.curve import Curve, observation

TYPE_CHECKING = False  # `typing` itself costs a cold start 2 ms
if TYPE_CHECKING:
    from typing import NamedTuple, TypeAlias

    Numbers: TypeAlias = tuple[float, ...]

    class LearnerState(NamedTuple):
        """What is known of a learner: m, six numbers, and P, their covariance as six rows of six numbers."""

        mean: Numbers
        covariance: tuple[Numbers, ...]

else:
    LearnerState = namedtuple("LearnerState", "mean covariance")

START_VARIANCES = (3.0, 4.0, 0.3, 0.8, 0.3, 0.05)
WANDERING = (3e-4, 3e-4, 3e-4, 3e-4, 3e-5, 3e-5)  # Q, added to each variance per outcome
SIZE = len(START_VARIANCES)
FIRST_CENTRE, LATER_CENTRE = 0.8, 2.5  # of f
# Another model's state is as good a guess, but less sure: by this share of the variances at the start.
WIDENING = 0.1

START = LearnerState(
    (0.0,) * SIZE,
    tuple(tuple(v if i == j else 0.0 for j in range(SIZE)) for i, v in enumerate(START_VARIANCES)),
)


def certainty(state: LearnerState) -> float:
    """Return how well a learner is known: 0 at the start, towards 1 as outcomes come in."""
    known = 1.0 - state.covariance[0][0] / START_VARIANCES[0]
    return known if known > 0.0 else 0.0


def directions(log_stability: float, *, first: bool) -> Numbers:
    """Return how much of each number of a state is added to a card's ln S.

    Parameters
    ----------
    log_stability : float
        f of the module's formula, ln days.
    first : bool
        Whether the card has a single study day.
    """
    if first:
        return (1.0, 1.0, 0.0, 0.0, log_stability - FIRST_CENTRE, 0.0)
    return (1.0, 0.0, 0.0, 0.0, 0.0, log_stability - LATER_CENTRE)


def shifted(curve: Curve, state: LearnerState, along: Numbers, least_slope: float) -> Curve:
    """Return a card's curve for this learner.

    Parameters
    ----------
    curve : Curve
        The card's curve for an unknown learner.
    state : LearnerState
        What is known of this learner.
    along : tuple of 6 float
        From `directions`.
    least_slope : float
        What m₄ and m₅ count as when they are less: minus the least slope of ln S in f. So a card with a
        greater f never gets a smaller ln S.
    """
    m0, m1, m2, m3, m4, m5 = state.mean
    log_stability, log_decay, slip_logit = curve
    if along[1]:
        slope = m4 if m4 > least_slope else least_slope
        log_stability += m0 + m1 + slope * along[4]
    else:
        slope = m5 if m5 > least_slope else least_slope
        log_stability += m0 + slope * along[5]
    return Curve(log_stability, log_decay + m2, slip_logit + m3)


def updated(
    state: LearnerState, curve: Curve, along: Numbers, days: float, *, recalled: bool
) -> tuple[float, LearnerState]:
    """Return the probability of recall before an outcome, and the state after it: a step of the filter.

    Parameters
    ----------
    state : LearnerState
        Before the outcome.
    curve : Curve
        The card's curve for this state of the learner.
    along : tuple of 6 float
        From `directions`.
    days : float
        Since the card's last review.
    recalled : bool
        The outcome.
    """
    mean, covariance = state
    probability, (by_stability, by_decay, by_slip) = observation(curve, days)
    slopes = [by_stability * x for x in along]
    slopes[2], slopes[3] = by_decay, by_slip
    moved = [sum(map(mul, row, slopes)) for row in covariance]
    weight = probability * (1.0 - probability)
    damping = 1.0 + weight * sum(map(mul, slopes, moved))
    step, k = (recalled - probability) / damping, weight / damping
    rows = [  # v * u first: so the covariance stays symmetric to the last bit
        [a - k * (v * u) for a, u in zip(row, moved, strict=True)]
        for row, v in zip(covariance, moved, strict=True)
    ]
    for i, wandering in enumerate(WANDERING):
        rows[i][i] += wandering
    return probability, LearnerState(
        tuple([m + step * v for m, v in zip(mean, moved, strict=True)]), tuple(map(tuple, rows))
    )


def widened(state: LearnerState) -> LearnerState:
    """Return a state that another model's predictions have taught, for use with this one."""
    rows = [list(row) for row in state.covariance]
    for i, variance in enumerate(START_VARIANCES):
        rows[i][i] += WIDENING * variance
    return LearnerState(state.mean, tuple(map(tuple, rows)))
