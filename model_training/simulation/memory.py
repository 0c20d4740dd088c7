"""The memory of the simulated learners: what is true in a simulated log, and nothing that we fit.

A card in memory has a stability S, the days until recall has fallen to 90 %, and forgetting is a power law::

    R(t) = (1 + F · t/S)^(−1/2)          F = 0.9^(−2) − 1

Three findings of the spacing literature (Cepeda et al. 2006, doi:10.1037/0033-2909.132.3.354), in the
algebraic form of the DSR models (Ye et al. 2022, doi:10.1145/3534678.3539081) with constants of our own, move
S: a success adds the more the nearer the card was to being forgotten, the less the more stable it already is,
and the less the harder it is. A failure leaves a part of it. Difficulty is a logarithm: from 0 to 1, it
slows learning by the factor e.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp

_F = 0.9**-2 - 1.0
_GROWTH = 9.0  # at 90 % recall, a card of S = 1 and difficulty 0 becomes 2.4 times as stable
_SATURATION = 0.2
_SPACING = 1.4
_SHORTEST_STABILITY = 0.2  # days


def recall(days: float, stability: float) -> float:
    """Probability to recall after a delay in days, for a stability in days."""
    return (1.0 + _F * days / stability) ** -0.5


def stability_after_success(stability: float, difficulty: float, recall_before: float) -> float:
    """Stability in days after a recalled review.

    Parameters
    ----------
    stability : float
        The stability before the review, in days.
    difficulty : float
        The card's difficulty for this learner, on a logarithmic scale.
    recall_before : float
        Probability of recall at the review; close to 1 in a same-day repeat, which therefore adds little.
    """
    spacing = exp(_SPACING * (1.0 - recall_before)) - 1.0
    return stability * (1.0 + _GROWTH * exp(-difficulty) * stability**-_SATURATION * spacing)


def stability_after_failure(stability: float, difficulty: float) -> float:
    """Stability in days after a failed review, never more than before."""
    return max(min(stability, 0.8 * exp(-0.5 * difficulty) * stability**0.4), _SHORTEST_STABILITY)


@dataclass
class CardMemory:
    """A card in one learner's memory.

    Parameters
    ----------
    difficulty : float
        The card's difficulty for this learner, on a logarithmic scale.
    stability : float
        Days until recall has fallen to 90 %.
    seen : float
        Time when it was last seen, in days.
    """

    difficulty: float
    stability: float
    seen: float

    def recall_at(self, day: float) -> float:
        """Probability that it is remembered at a time in days."""
        return recall(day - self.seen, self.stability)

    def learn(self, day: float, *, passed: bool) -> None:
        """Update the memory after a review."""
        if passed:
            before = self.recall_at(day)
            self.stability = stability_after_success(self.stability, self.difficulty, before)
        else:
            self.stability = stability_after_failure(self.stability, self.difficulty)
        self.seen = day
