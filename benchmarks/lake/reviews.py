"""Simulated reviews by the ten million, all cards at once: for the time that they take, not what they tell.

`model_training.simulation.simulate` draws learner after learner, review after review, and is the realistic
one; this draws the n-th review of all cards together. Memory is a power curve whose stability grows with each
recall; learners differ in size and skill, cards in difficulty; a failed card is seen again ten minutes later.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model_training.simulation.simulate import SIMULATED_PREFIX

LEARNERS_AT_ONCE = 100
MOST_REVIEWS = 40
CALENDAR = 85.0  # days up to the last one: calibration looks at 90
REPEATED_AFTER = 10.0 / 1_440.0  # days
GIVEN_UP = 0.03  # share of cards after each review
MICROS_PER_DAY = 86_400_000_000

Array = NDArray[np.float64]


def blocks(reviews: int, last_day: int, seed: int = 1) -> Iterator[pd.DataFrame]:
    """Yield all reviews of some learners, and of some more, until they are as many as asked for.

    Parameters
    ----------
    reviews : int
        How many at least.
    last_day : int
        Nobody studies from this day on, in days since 1970.
    seed : int
        The same seed draws the same reviews.

    Yields
    ------
    DataFrame
        ``learner``, ``card``, ``micros`` (since 1970), ``rating``; sorted by these three.
    """
    rng = np.random.default_rng(seed)
    drawn = learner = 0
    while drawn < reviews:
        sizes = np.ceil(rng.lognormal(5.0, 1.0, LEARNERS_AT_ONCE)).astype(int)  # cards a learner
        owner = np.repeat(np.arange(len(sizes)), sizes)
        skill = rng.normal(0.0, 0.3, len(sizes))[owner]
        ease = np.exp(skill + rng.normal(0.0, 0.5, len(owner)))
        card, day, rating = (np.concatenate(column) for column in zip(*_rounds(rng, ease), strict=True))
        block = pd.DataFrame(
            {
                "learner": owner[card] + learner,
                "card": card,
                "micros": ((last_day - CALENDAR + day) * MICROS_PER_DAY).astype("int64"),
                "rating": rating,
            }
        ).sort_values(["learner", "card", "micros"], ignore_index=True)
        yield block.assign(
            learner=SIMULATED_PREFIX + block["learner"].astype(str), card=block["card"].astype(str)
        )
        drawn, learner = drawn + len(block), learner + len(sizes)


def _rounds(
    rng: np.random.Generator, ease: Array
) -> list[tuple[NDArray[np.int64], Array, NDArray[np.int64]]]:
    """Return (card, day, rating) of each card's first reviews, then of the second ones, and so on."""
    card = np.arange(len(ease))
    day = rng.uniform(0.0, CALENDAR, len(ease))
    stability, last = 2.0 * ease, day - 1.0
    rounds: list[tuple[NDArray[np.int64], Array, NDArray[np.int64]]] = []
    for number in range(MOST_REVIEWS):
        recall = (1.0 + (day - last) / (9.0 * stability[card])) ** -1.0
        passed = (rng.random(len(card)) < recall) | (number == 0)
        rounds.append((card, day, np.where(passed, rng.choice([2, 3, 3, 3, 4], len(card)), 1)))
        again = card[~passed], day[~passed] + REPEATED_AFTER
        rounds.append((*again, np.full(len(again[0]), 3)))
        stability[card] *= np.where(passed, 1.0 + 1.2 * ease[card] ** 0.5, 0.5)
        following = day + np.maximum(1.0, stability[card] * rng.uniform(0.7, 1.5, len(card)))
        goes_on = (following < CALENDAR - REPEATED_AFTER) & (rng.random(len(card)) >= GIVEN_UP)
        card, last, day = card[goes_on], day[goes_on], following[goes_on]
    return rounds
