"""Schedulers that need no model: SM-2, and one that knows the true memory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from model_training.closed_loop.memories import Memory
from recall.features import AGAIN, EASY, HARD

FIRST_EASE, LOWEST_EASE = 2.5, 1.3
LEARNING_STEP, GRADUATED, EASY_GRADUATED = 1.0, 3.0, 4.0  # days
HARD_FACTOR, EASY_FACTOR = 1.2, 1.3
LONGEST_INTERVAL = 36_500.0  # days


class Scheduler(Protocol):
    """Decides when a card of one learner comes again."""

    def reviewed(self, card: int, time: float, day: int, rating: int) -> None:
        """Take note of a review.

        Parameters
        ----------
        card : int
            The card's number.
        time : float
            Time of the review, in days since day 0 began.
        day : int
            The study day.
        rating : int
            1 (Again) to 4 (Easy).
        """

    def interval(self, card: int) -> float:
        """Return after how many days (≥ 0) from its last review the card is due."""


@dataclass
class _Sm2Card:
    """What SM-2 keeps of a card; ``interval`` in days, and whether it has left the learning step."""

    ease: float
    interval: float
    day: int
    graduated: bool


class Sm2:
    """SM-2 as Anki has it.

    A new card comes again after one day, and graduates to three when it is recalled then, or to four at once
    with Easy. The interval then grows by the card's ease (2.5 at first), by 1.2 for Hard, 1.3 times the ease
    for Easy; half of the days that it came late count as waited. A failure costs 0.2 of ease and begins anew
    at one day.
    """

    def __init__(self) -> None:
        self._cards: dict[int, _Sm2Card] = {}

    def reviewed(self, card: int, time: float, day: int, rating: int) -> None:  # noqa: ARG002 - whole days only
        """Take note of a review; see `Scheduler.reviewed`."""
        known = self._cards.get(card)
        if known is None:
            easy = rating == EASY
            known = _Sm2Card(FIRST_EASE, EASY_GRADUATED if easy else LEARNING_STEP, day, easy)
            self._cards[card] = known
        elif day > known.day:
            _review(known, day - known.day, rating)
            known.day = day

    def interval(self, card: int) -> float:
        """Return the days until the card is due; see `Scheduler.interval`."""
        return self._cards[card].interval


def _review(card: _Sm2Card, days: int, rating: int) -> None:
    """Move a card's interval and ease, after so many days since its last review day."""
    if rating == AGAIN:
        card.ease = max(card.ease - 0.2 * card.graduated, LOWEST_EASE)
        card.interval = LEARNING_STEP
    elif not card.graduated:
        card.graduated = True
        card.interval = EASY_GRADUATED if rating == EASY else GRADUATED
    else:
        late = max(days - card.interval, 0.0)
        waited = card.interval + late * {HARD: 0.0, EASY: 1.0}.get(rating, 0.5)
        factor = HARD_FACTOR if rating == HARD else card.ease * (EASY_FACTOR if rating == EASY else 1.0)
        card.interval = min(max(waited * factor, card.interval + 1.0), LONGEST_INTERVAL)
        card.ease = max(card.ease + {HARD: -0.15, EASY: 0.15}.get(rating, 0.0), LOWEST_EASE)


class Oracle:
    """Knows the true memory: what can be reached at best in whole days.

    Parameters
    ----------
    memories : mapping of int to Memory
        The cards' true memories, by card number; they change while the learner studies.
    target : float
        Wanted recall, in (0, 1).
    """

    def __init__(self, memories: Mapping[int, Memory], target: float) -> None:
        self._memories = memories
        self._target = target
        self._times: dict[int, float] = {}

    def reviewed(self, card: int, time: float, day: int, rating: int) -> None:  # noqa: ARG002 - it knows all else
        """Take note of a review; see `Scheduler.reviewed`."""
        self._times[card] = time

    def interval(self, card: int) -> float:
        """Return the days until the card is due; see `Scheduler.interval`."""
        memory, last = self._memories[card], self._times[card]
        days = 1.0
        while days < LONGEST_INTERVAL and memory.recall(last + days) > self._target:
            days *= 2.0
        low, high = 0.0, days
        while high - low > 1e-3 * high:
            middle = (low + high) / 2.0
            if memory.recall(last + middle) > self._target:
                low = middle
            else:
                high = middle
        return high
