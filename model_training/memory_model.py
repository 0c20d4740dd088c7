"""The memory of the simulated learners: what is true in a simulated log, and nothing that we fit.

A card in memory has a stability S, the days until recall has fallen to 90 %, and forgetting is a power law::

    R(t) = (1 + F · t/S)^(−1/2)          F = 0.9^(−2) − 1

Three findings of the spacing literature (Cepeda et al. 2006, doi:10.1037/0033-2909.132.3.354), in the algebraic
form of the DSR models (Ye et al. 2022, doi:10.1145/3534678.3539081) with constants of our own, move S: a success
adds the more the nearer the card was to being forgotten, the less the more stable it already is, and the less
the harder it is. A failure leaves a part of it.
"""

from __future__ import annotations

from math import exp

_F = 0.9**-2 - 1.0
_GROWTH = 18.0  # S grows 2.7-fold in a success at 90 % recall of a card of middling difficulty and S = 1
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
        Before the review, in days.
    difficulty : float
        From 0 (easy) to 1 (hard).
    recall_before : float
        Probability of recall at the review; close to 1 in a same-day repeat, which therefore adds little.
    """
    spacing = exp(_SPACING * (1.0 - recall_before)) - 1.0
    return stability * (1.0 + _GROWTH * (1.1 - difficulty) * stability**-_SATURATION * spacing)


def stability_after_failure(stability: float, difficulty: float) -> float:
    """Stability in days after a failed review, never more than before."""
    return max(min(stability, (1.3 - difficulty) * stability**0.4), _SHORTEST_STABILITY)
