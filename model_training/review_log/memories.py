"""FSRS-6's memory of all cards of a log at once: the k-th reviews of all of them are one step.

The operations of `recall.card_history`, in its order, so that every bit is the same: +, −, ×, ÷ are rounded
alike everywhere. Logarithms, exponentials and powers are Python's, which the service calls too: numpy's
differ in the last bit of one in ten, and from processor to processor.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import repeat
from math import exp
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from recall import card_history as core
from recall.features import AGAIN, GOOD, RATINGS

Array = NDArray[np.float64]
Integers = NDArray[np.int64]

FEW_CARDS = 16  # with fewer, a step over arrays takes longer than the served code
FIRST_STATES = np.array([core.first_state(rating) for rating in RATINGS])
# Factors of stability by rating: on the same day, and of the growth after a success.
SAME_DAY = np.array([exp(core.SAME_DAY_SLOPE * (g - GOOD + core.SAME_DAY_OFFSET)) for g in RATINGS])
GRADE = np.array([1.0, core.HARD_PENALTY, 1.0, core.EASY_BONUS])
FACTOR = 0.9 ** (-1.0 / core.DECAY) - 1.0
GROWTH = exp(core.SUCCESS_GROWTH)
SHORTENED = exp(core.SAME_DAY_SLOPE * core.SAME_DAY_OFFSET)
EASIEST = core.INITIAL_DIFFICULTY - exp(core.INITIAL_DIFFICULTY_SLOPE * (RATINGS[-1] - 1)) + 1.0


class Memories(NamedTuple):
    """What is left of each review's card after it, arrays of shape (n_reviews,).

    Parameters
    ----------
    stability, difficulty : array
        FSRS-6's, in days and from 1 to 10.
    failure_average : array
        Moving average of failures.
    """

    stability: Array
    difficulty: Array
    failure_average: Array


def memories(first: NDArray[np.bool_], rating: Integers, days: Integers) -> Memories:
    """Return the memories after all reviews of a log.

    Parameters
    ----------
    first : bool array of shape (n_reviews,)
        Whether a card begins; its reviews follow each other.
    rating : int array of shape (n_reviews,)
        1 Again to 4 Easy.
    days : int array of shape (n_reviews,)
        Study days since the card's last review; 0 on the same day.
    """
    starts = np.flatnonzero(first)
    sizes = np.diff(np.append(starts, len(first)))
    # The longest first: the cards of a step are the first few of the one before.
    starts = starts[np.argsort(-sizes, kind="stable")]
    failed = (rating == AGAIN).astype(np.float64)
    found = Memories(*np.empty((3, len(first))))
    found.stability[starts], found.difficulty[starts] = FIRST_STATES[rating[starts] - 1].T
    start = core.COMMON_FAILURES
    found.failure_average[starts] = start + core.FAILURE_RATE * (failed[starts] - start)
    widths = len(sizes) - np.cumsum(np.bincount(sizes))
    for number, width in enumerate(widths[1:-1].tolist(), 1):
        now = starts[:width] + number
        after = _after_all if width >= FEW_CARDS else _after_each
        before = found.stability[now - 1], found.difficulty[now - 1]
        found.stability[now], found.difficulty[now] = after(*before, rating[now], days[now])
        average = found.failure_average[now - 1]
        found.failure_average[now] = average + core.FAILURE_RATE * (failed[now] - average)
    return found


def each(function: Callable[..., float], values: Array, *others: float) -> Array:
    """Return a function of Python's floats for each value."""
    arguments = (repeat(other) for other in others)
    return np.fromiter(map(function, values.tolist(), *arguments), np.float64, len(values))


def _after_each(stability: Array, difficulty: Array, rating: Integers, days: Integers) -> Array:
    """Return what `_after_all` does, by the served code."""
    cards = zip(*(column.tolist() for column in (stability, difficulty, rating, days)), strict=True)
    return np.array([core.next_state(core.MemoryState(s, d), *review) for s, d, *review in cards]).T


def _after_all(stability: Array, difficulty: Array, rating: Integers, days: Integers) -> Array:
    """Return stability and difficulty after a review of each card, of shape (2, n_cards)."""
    found = np.empty_like(stability)
    later, failed = days >= 1, rating == AGAIN
    for rows, after in (
        (~later, _after_same_day),
        (later & failed, _after_failure),
        (later & ~failed, _after_success),
    ):
        found[rows] = after(stability[rows], difficulty[rows], rating[rows], days[rows])
    step = -core.DIFFICULTY_STEP * (rating - GOOD) * (10.0 - difficulty) / 9.0
    moved = core.MEAN_REVERSION * EASIEST + (1.0 - core.MEAN_REVERSION) * (difficulty + step)
    return np.stack(
        [
            np.clip(found, core.MINIMUM_STABILITY, core.MAXIMUM_STABILITY),
            np.clip(moved, core.MINIMUM_DIFFICULTY, core.MAXIMUM_DIFFICULTY),
        ]
    )


def _after_same_day(stability: Array, _difficulty: Array, rating: Integers, _days: Integers) -> Array:
    growth = SAME_DAY[rating - 1] * each(pow, stability, -core.SAME_DAY_SATURATION)
    return stability * np.where(rating == AGAIN, growth, np.maximum(growth, 1.0))


def _after_success(stability: Array, difficulty: Array, rating: Integers, days: Integers) -> Array:
    growth = GROWTH * (11.0 - difficulty) * each(pow, stability, -core.SUCCESS_SATURATION)
    growth *= each(exp, core.SUCCESS_SPACING * (1.0 - _retrievability(stability, days))) - 1.0
    return stability * (1.0 + growth * GRADE[rating - 1])


def _after_failure(stability: Array, difficulty: Array, _rating: Integers, days: Integers) -> Array:
    relearned = core.FAILURE_SCALE * each(pow, difficulty, -core.FAILURE_DIFFICULTY)
    relearned *= each(pow, stability + 1.0, core.FAILURE_STABILITY) - 1.0
    relearned *= each(exp, core.FAILURE_SPACING * (1.0 - _retrievability(stability, days)))
    return np.minimum(relearned, stability / SHORTENED)


def _retrievability(stability: Array, days: Integers) -> Array:
    return each(pow, 1.0 + FACTOR * days / stability, -core.DECAY)
