"""The simulated learners: what differs between people, and how widely."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp
from statistics import NormalDist

import numpy as np

PRIMES = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31)  # as many as there are traits


@dataclass(frozen=True)
class SimulatedLearner:
    """A person's ability and habits.

    Parameters
    ----------
    ability : float
        Amount taken from each card's difficulty for them, on its logarithmic scale.
    slip : float
        Share of reviews that fail although the card is remembered.
    stay : float
        Days for which they go on studying.
    attendance : float
        Share of those days on which they study; what falls due on another day waits.
    new_cards : float
        Mean number of new cards on a day of study, beyond the first.
    interval_factor : float
        Factor of the next interval after a success.
    interval_kept : float
        Share of the interval that is left after a failure; never less than a day.
    repetition : float
        Probability that they want to see a new or failed card once more on the day, after recalling it.
    abandonment : float
        Probability that a card is given up for good after a day on which it was reviewed.
    hesitation : float
        Odds of Hard against forgetting, when they recall; ≥ 0.
    hour : float
        Mean start of a session, in hours after midnight UTC.
    """

    ability: float
    slip: float
    stay: float
    attendance: float
    new_cards: float
    interval_factor: float
    interval_kept: float
    repetition: float
    abandonment: float
    hesitation: float
    hour: float


def draw_simulated_learner(seed: int, number: int) -> SimulatedLearner:
    """Draw a learner.

    The traits are quantile functions of a Richtmyer sequence with a random start,
    u = (start + number · √primes) mod 1, rather than of independent draws: its points lie evenly, so that a
    few learners already differ as much as many would.

    The constants bring the default log within 10 % of the real one in
    `model_training.simulation.resemblance`. Other seeds draw other people, and as few of them have most of
    the reviews, differ by more.

    Parameters
    ----------
    seed : int
        Seed of the random start.
    number : int
        The learner's number, from 0.
    """
    start = np.random.default_rng([seed, 0]).random(len(PRIMES))
    u = iter(((start + number * np.sqrt(PRIMES)) % 1.0).tolist())
    return SimulatedLearner(
        ability=_normal(next(u), 1.5, 0.91),
        slip=_uniform(next(u), 0.0, 0.13),
        stay=22.0 * (1.0 - next(u)) ** -1.45,  # few stay for long
        attendance=_uniform(next(u), 0.59, 1.0),
        new_cards=5.7 * exp(_normal(next(u), 0.0, 0.43)),
        interval_factor=_uniform(next(u), 2.0, 5.0),
        interval_kept=_uniform(next(u), 0.0, 0.49),
        repetition=_uniform(next(u), 0.35, 0.61),
        abandonment=0.35 * next(u) ** 3,
        hesitation=_uniform(next(u), 0.0, 2.4),
        hour=_uniform(next(u), 7.0, 21.0),
    )


def _uniform(u: float, low: float, high: float) -> float:
    return low + (high - low) * u


def _normal(u: float, mean: float, deviation: float) -> float:
    return NormalDist(mean, deviation).inv_cdf(u)
