"""The service's own schedule: all that the closed loop uses of the served model."""

from __future__ import annotations

from recall import curve, learner
from recall.card_history import CardHistory
from recall.features import AGAIN
from recall.history import HistoryModel, history_features


class ServiceScheduler:
    """What an app does with the service: it sends a card's history, and the learner's state if it keeps one.

    Parameters
    ----------
    model : HistoryModel
        The served artifact's history model.
    target : float
        Wanted recall, in (0, 1).
    with_learner : bool
        Whether a learner's state is kept, and updated after each review of a card on a later day.
    """

    def __init__(self, model: HistoryModel, target: float, *, with_learner: bool) -> None:
        self._model = model
        self._target = target
        self._with_learner = with_learner
        self._state = learner.START
        self._histories: dict[int, CardHistory] = {}

    def reviewed(self, card: int, time: float, day: int, rating: int) -> None:
        """Take note of a review; see `model_training.closed_loop.schedulers.Scheduler.reviewed`."""
        history = self._histories.get(card)
        if history is None:
            self._histories[card] = CardHistory(time, rating, day)
            return
        if self._with_learner and day > history.day:
            self._state = self._model.learner_after(
                self._state, history_features(history), time - history.time, recalled=rating != AGAIN
            )
        history.review(time, rating, day)

    def interval(self, card: int) -> float:
        """Return the days until due; see `model_training.closed_loop.schedulers.Scheduler.interval`."""
        features = history_features(self._histories[card])
        return curve.interval(self._model.curve(features, self._state), self._target)
