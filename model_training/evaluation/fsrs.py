"""FSRS-6 (Free Spaced Repetition Scheduler), vectorised over cards.

The recurrence of the ``fsrs`` package's ``Scheduler``, to which a test ties it, for whole logs at once: the
k-th reviews of all cards are one step. Memory has a stability S (days until recall has fallen to 90 %) and a
difficulty D (1 to 10)::

    recall(t) = (1 + F · t/S)^(−decay)          F = 0.9^(−1/decay) − 1

t counts study days; reviews on the day of the one before move S by a formula of their own.
"""

from __future__ import annotations

from typing import NamedTuple, Self

import fsrs.scheduler
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model_training.review_log.features import card_numbers
from recall.features import AGAIN, EASY, GOOD, HARD

Array = NDArray[np.float64]
Integers = NDArray[np.int64]

DEFAULT_PARAMETERS = np.array(fsrs.scheduler.DEFAULT_PARAMETERS)
_MINIMUM_STABILITY = fsrs.scheduler.STABILITY_MIN
_MINIMUM_DIFFICULTY = fsrs.scheduler.MIN_DIFFICULTY
_MAXIMUM_DIFFICULTY = fsrs.scheduler.MAX_DIFFICULTY


class Weights(NamedTuple):
    """The 21 parameters by name, in FSRS's order: numbers, or arrays with one for each review."""

    first_again: Array
    first_hard: Array
    first_good: Array
    first_easy: Array
    first_difficulty: Array
    first_difficulty_slope: Array
    difficulty_step: Array
    difficulty_reversion: Array
    growth: Array
    growth_saturation: Array
    growth_spacing: Array
    lapse: Array
    lapse_difficulty: Array
    lapse_stability: Array
    lapse_spacing: Array
    hard_penalty: Array
    easy_bonus: Array
    same_day: Array
    same_day_shift: Array
    same_day_saturation: Array
    decay: Array


class CardHistories(NamedTuple):
    """A review log as the recurrence needs it.

    Parameters
    ----------
    rating : int array of shape (n_reviews,)
        1 Again to 4 Easy.
    days : int array of shape (n_reviews,)
        Study days since the card's last review; 0 for its first.
    steps : list of int array
        Positions of all cards' first reviews, of all their second ones, and so on.
    """

    rating: Integers
    days: Integers
    steps: list[Integers]

    @classmethod
    def of(cls, reviews: pd.DataFrame) -> Self:
        """Read `model_training.review_log.canonical.ReviewLog.reviews`."""
        by_card = reviews.groupby(card_numbers(reviews), sort=False)
        number = by_card.cumcount().to_numpy()
        order = np.argsort(number, kind="stable")
        return cls(
            rating=reviews["rating"].to_numpy(dtype=np.int64),
            days=by_card["day"].diff().fillna(0).to_numpy(dtype=np.int64),
            steps=np.split(order, np.cumsum(np.bincount(number))[:-1]),
        )


class MemoryStates(NamedTuple):
    """What FSRS thinks at each review, arrays of shape (n_reviews,).

    Parameters
    ----------
    recall : array
        Predicted probability before the review; NaN for a card's first.
    stability, difficulty : array
        The memory state after the review: stability in days, difficulty from 1 to 10.
    """

    recall: Array
    stability: Array
    difficulty: Array


def memory_states(histories: CardHistories, parameters: Array) -> MemoryStates:
    """Run the recurrence over a log.

    Parameters
    ----------
    histories : CardHistories
        The log.
    parameters : array of shape (21,) or (n_reviews, 21)
        For all reviews, or for each its own (those of its learner).
    """
    count = len(histories.rating)
    states = MemoryStates(np.full(count, np.nan), np.empty(count), np.empty(count))
    of_review = np.broadcast_to(parameters, (count, len(Weights._fields)))
    for number, now in enumerate(histories.steps):
        weights, rating = Weights(*of_review[now].T), histories.rating[now]
        if number == 0:
            states.stability[now] = np.choose(rating - 1, weights[:EASY])
            states.difficulty[now] = _clip_difficulty(_first_difficulty(weights, rating))
        else:
            stability, difficulty = states.stability[now - 1], states.difficulty[now - 1]
            days = histories.days[now]
            states.recall[now] = recall = _recall(weights, days, stability)
            states.stability[now] = _next_stability(weights, rating, days, recall, stability, difficulty)
            states.difficulty[now] = _next_difficulty(weights, rating, difficulty)
        states.stability[now] = np.maximum(states.stability[now], _MINIMUM_STABILITY)
    return states


def _recall(w: Weights, days: Integers, stability: Array) -> Array:
    factor = 0.9 ** (-1.0 / w.decay) - 1.0
    return (1.0 + factor * days / stability) ** -w.decay


def _next_stability(
    w: Weights, rating: Integers, days: Integers, recall: Array, stability: Array, difficulty: Array
) -> Array:
    after_lapse = np.minimum(
        w.lapse
        * difficulty**-w.lapse_difficulty
        * ((stability + 1.0) ** w.lapse_stability - 1.0)
        * np.exp((1.0 - recall) * w.lapse_spacing),
        stability / np.exp(w.same_day * w.same_day_shift),
    )
    growth = (
        np.exp(w.growth)
        * (11.0 - difficulty)
        * stability**-w.growth_saturation
        * (np.exp((1.0 - recall) * w.growth_spacing) - 1.0)
        * np.where(rating == HARD, w.hard_penalty, 1.0)
        * np.where(rating == EASY, w.easy_bonus, 1.0)
    )
    same_day = np.exp(w.same_day * (rating - GOOD + w.same_day_shift)) * stability**-w.same_day_saturation
    same_day = np.where(rating == AGAIN, same_day, np.maximum(same_day, 1.0))
    later = np.where(rating == AGAIN, after_lapse, stability * (1.0 + growth))
    return np.where(days < 1, stability * same_day, later)


def _first_difficulty(w: Weights, rating: Integers | int) -> Array:
    return w.first_difficulty - np.exp(w.first_difficulty_slope * (rating - 1)) + 1.0


def _next_difficulty(w: Weights, rating: Integers, difficulty: Array) -> Array:
    damped = difficulty - (10.0 - difficulty) * w.difficulty_step * (rating - GOOD) / 9.0
    target = _first_difficulty(w, EASY)
    return _clip_difficulty(w.difficulty_reversion * target + (1.0 - w.difficulty_reversion) * damped)


def _clip_difficulty(difficulty: Array) -> Array:
    return np.clip(difficulty, _MINIMUM_DIFFICULTY, _MAXIMUM_DIFFICULTY)
