"""The service's own schedule: all that the closed loop uses of the served model."""

from __future__ import annotations

from recall import history_curve, learner
from recall.card_history import CardHistory, begun, reviewed
from recall.history import HistoryModel
from recall.history_features import history_features
from recall.memory_state import AGAIN


class Served:
    """What an app does with the service: it sends a card's history, and the learner's state if it keeps one.

    Parameters
    ----------
    model : HistoryModel
        Of the artifact that is served.
    target : float
        Wanted recall, in (0, 1).
    with_learner : bool
        Whether a learner's state is kept, and updated after each review of a card on a later day.
    """

    def __init__(self, model: HistoryModel, target: float, *, with_learner: bool) -> None:
        self._model = model
        self._target = target
        self._state = learner.START if with_learner else None
        self._histories: dict[int, CardHistory] = {}

    def reviewed(self, card: int, time: float, day: int, rating: int) -> None:
        """Take note of a review; see `model_training.closed_loop.schedulers.Scheduler.reviewed`."""
        before = self._histories.get(card)
        if before is None:
            self._histories[card] = begun(time, rating, day)
            return
        if self._state is not None and day > before.day:
            self._state = self._model.learner_after(
                self._state, history_features(before), time - before.time, recalled=rating != AGAIN
            )
        self._histories[card] = reviewed(before, time, rating, day)

    def interval(self, card: int) -> float:
        """Return the days until due; see `model_training.closed_loop.schedulers.Scheduler.interval`."""
        curve = self._model.curve(history_features(self._histories[card]), self._state)
        return history_curve.interval(curve, self._target)
