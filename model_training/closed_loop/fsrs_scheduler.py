"""FSRS-6 as a scheduler, by ``fsrs-rs-python``: what Anki runs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from fsrs_rs_python import DEFAULT_PARAMETERS, FSRS, FSRSItem, FSRSReview, MemoryState

from model_training.closed_loop.loop import LoggedReview
from model_training.evaluation.fsrs_candidates import LONGEST_HISTORY


class Fsrs:
    """FSRS-6 with given parameters.

    Parameters
    ----------
    parameters : list of 21 float
        FSRS-6's parameters, in its own order.
    target : float
        Wanted recall, in (0, 1).
    """

    def __init__(self, parameters: list[float], target: float) -> None:
        self._fsrs = FSRS(parameters)
        self._target = target
        self._cards: dict[int, tuple[int, MemoryState]] = {}  # last study day, memory after it
        self._intervals: dict[int, float] = {}  # days

    def reviewed(self, card: int, time: float, day: int, rating: int) -> None:  # noqa: ARG002 - whole days only
        """Take note of a review; see `model_training.closed_loop.schedulers.Scheduler.reviewed`."""
        last, memory = self._cards.get(card, (day, None))
        states = self._fsrs.next_states(memory, self._target, day - last)
        state = (states.again, states.hard, states.good, states.easy)[rating - 1]
        self._cards[card], self._intervals[card] = (day, state.memory), state.interval

    def interval(self, card: int) -> float:
        """Return the days until due; see `model_training.closed_loop.schedulers.Scheduler.interval`."""
        return self._intervals[card]


def fitted_parameters(log: Iterable[LoggedReview]) -> list[float]:
    """Fit FSRS-6's parameters to one learner's reviews; the published ones where they are too few."""
    items = _training_items(log)
    try:
        return FSRS([]).compute_parameters(items)
    except ValueError:  # it says so when too few cards have a second review day
        return list(DEFAULT_PARAMETERS)


def _training_items(log: Iterable[LoggedReview]) -> list[FSRSItem]:
    """Return, for each review a day or more after the card's last, the card's history up to it."""
    histories: defaultdict[int, list[FSRSReview]] = defaultdict(list)
    last_days: dict[int, int] = {}
    items = []
    for review in log:
        history = histories[review.card]
        days = review.day - last_days.get(review.card, review.day)
        history.append(FSRSReview(review.rating, days))
        last_days[review.card] = review.day
        if days >= 1 and len(history) <= LONGEST_HISTORY:
            items.append(FSRSItem(history))
    return items
