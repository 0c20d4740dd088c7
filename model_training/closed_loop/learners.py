"""The learners of the closed loop: what differs between them, their cards and their days."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from statistics import NormalDist
from typing import NamedTuple

import numpy as np

from model_training.simulation.learner import PRIMES
from recall.curve import logistic
from recall.features import AGAIN, EASY, GOOD, HARD

SESSION_SPREAD = 1.5  # hours, standard deviation of when a session begins
LATEST_SESSION = 23.0  # o'clock: a session ends on its day
EASE_OF_FIRST_SIGHT = 0.8  # logit per standard deviation of a card's strength


class Traits(NamedTuple):
    """How a learner or a card differs from the average one, in standard deviations (standard normal).

    Parameters
    ----------
    strength : float
        How long a memory lasts after the first review.
    growth : float
        How much a success adds to it.
    lapse : float
        How much a failure leaves of it.
    decay : float
        How steeply forgetting goes on; 0 for a card.
    """

    strength: float
    growth: float
    lapse: float
    decay: float


class DrawnCard(NamedTuple):
    """A card of one learner, and the random numbers of its reviews, which are the same under each scheduler.

    Parameters
    ----------
    traits : Traits
        The card's difference from the learner's other cards.
    outcomes, grades : list of float
        Uniform in [0, 1): one for each day on which the card may be reviewed.
    """

    traits: Traits
    outcomes: list[float]
    grades: list[float]


@dataclass(frozen=True)
class Person:
    """A person: traits, habits and study days.

    Parameters
    ----------
    traits : Traits
        Traits of the learner's memory.
    familiarity : float
        Logit of the probability of knowing an average new card at first sight.
    hesitation : float
        Odds of Hard against forgetting, when they recall; ≥ 0.
    ease : float
        Share of Easy, in [0, 1], when a card is sure to be recalled.
    hour : float
        Mean start of a session, in hours after midnight.
    study_days : tuple of int
        Numbers of the study days, ascending, from 0.
    sessions : dict of int to float
        Start of each study day's session, in days since day 0 began.
    """

    traits: Traits
    familiarity: float
    hesitation: float
    ease: float
    hour: float
    study_days: tuple[int, ...]
    sessions: dict[int, float]

    def study_day_from(self, day: int) -> int | None:
        """Return the first study day on or after a day, None after the last."""
        position = bisect_left(self.study_days, day)
        return self.study_days[position] if position < len(self.study_days) else None

    def first_sight(self, card: DrawnCard) -> float:
        """Return the probability that they know a card before they have ever reviewed it."""
        return logistic(self.familiarity + EASE_OF_FIRST_SIGHT * card.traits.strength)

    def grade(self, probability: float, outcome: float, grade: float) -> int:
        """Return a review's rating: Again, or how sure they feel of what they recall.

        Parameters
        ----------
        probability : float
            Probability of recall: the higher, the more often Easy and the less often Hard.
        outcome, grade : float
            Uniform in [0, 1): what decides whether they recall, and which button they press.
        """
        if outcome >= probability:
            return AGAIN
        if grade < self.hesitation * (1.0 - probability):
            return HARD
        return EASY if grade > 1.0 - self.ease * probability else GOOD


def draw_person(seed: int, number: int, days: int) -> Person:
    """Draw a learner who studies over a number of days.

    The traits are quantile functions of a Richtmyer sequence with a random start, as those of
    `model_training.simulation.learner`: a few learners already differ as much as many would.
    """
    start = np.random.default_rng([seed, 0]).random(len(PRIMES))
    u = iter(((start + number * np.sqrt(PRIMES)) % 1.0).tolist())
    normal = NormalDist().inv_cdf
    traits = Traits(*(normal(next(u)) for _ in Traits._fields))
    familiarity = 0.6 * normal(next(u)) + 0.4
    hesitation, ease = 1.5 * next(u), 0.15 * next(u)
    hour, attendance = 8.0 + 12.0 * next(u), 0.9 + 0.1 * next(u)
    rng = np.random.default_rng([seed, number, 0])
    study_days = np.flatnonzero(rng.random(days) < attendance)
    hours = rng.normal(hour, SESSION_SPREAD, len(study_days)).clip(0.0, LATEST_SESSION)
    sessions = dict(zip(study_days.tolist(), (study_days + hours / 24.0).tolist(), strict=True))
    return Person(traits, familiarity, hesitation, ease, hour, tuple(sessions), sessions)


def draw_card(seed: int, learner: int, number: int, days: int) -> DrawnCard:
    """Draw a learner's card, which can be reviewed on so many days at most."""
    rng = np.random.default_rng([seed, learner, number + 1])
    strength, growth, lapse = rng.standard_normal(3).tolist()
    outcomes, grades = rng.random((2, days)).tolist()
    return DrawnCard(Traits(strength, growth, lapse, 0.0), outcomes, grades)
