"""Cards of which the reviews are known, and those that were never reviewed; see `inference.cards`."""

from __future__ import annotations

from math import inf

from inference.cards import HISTORY, THREE_INPUTS
from recall.card_history import CardHistory
from recall.curve import Curve
from recall.features import AGAIN, SECONDS_PER_DAY
from recall.history import history_features
from recall.three_inputs import difficulty_from_share, failure_share

TYPE_CHECKING = False  # `typing` itself costs a cold start 2 ms
if TYPE_CHECKING:
    from datetime import tzinfo
    from typing import Protocol

    from recall.artifact import Artifact
    from recall.learner import LearnerState

    class Moment(Protocol):
        """The moment to answer for; see `inference.histories.Moment`."""

        seconds: float

        def day_after(self, seconds: float, zone: tzinfo | None = None) -> int:
            """Return the number of the study day so many seconds after it."""


# Of a card that was never reviewed: recall is 0 at any time.
NEVER_LEARNED = Curve(0.0, 0.0, inf)


class HistoryCard:
    """A card of which the reviews are known.

    Parameters
    ----------
    history : CardHistory
        With times in days from the moment to answer for, so none is above 0.
    moment : Moment
        The one to answer for.
    today : int, optional
        Number of the moment's study day, counted as in the history; worked out when it is needed.
    zone : tzinfo, optional
        Time zone of the last review, to work out `today`.
    """

    __slots__ = ("_moment", "_today", "_zone", "history", "inputs", "last_review")

    new = False

    def __init__(
        self, history: CardHistory, moment: Moment, today: int | None = None, zone: tzinfo | None = None
    ) -> None:
        self.history = history
        self.last_review = moment.seconds + history.time * SECONDS_PER_DAY
        difficulty = difficulty_from_share(failure_share(history.failures, history.reviews))
        self.inputs = (-history.time, history.review_days, difficulty)
        self._moment, self._today, self._zone = moment, today, zone

    @property
    def failed_last(self) -> bool:
        """Whether the last answer was Again."""
        return self.history.rating == AGAIN

    def model_part(self, artifact: Artifact | None) -> str:
        """Return which part of the model answers: ``history`` where the model has that part."""
        return HISTORY if artifact is not None and artifact.history is not None else THREE_INPUTS

    def curve(self, artifact: Artifact, state: LearnerState) -> Curve:
        """Return the card's forgetting curve, for a learner of this state."""
        if artifact.history is not None:
            return artifact.history.curve(history_features(self.history), state)
        _, review_count, difficulty = self.inputs
        return artifact.three_inputs.curve(review_count, difficulty, state)

    def learner_after(self, artifact: Artifact, state: LearnerState, *, recalled: bool) -> LearnerState:
        """Return the learner's state after an outcome now; the same one when it teaches nothing.

        A model learns the recall of a new study day only: repeats of the same day aren't predicted.
        """
        if not self.history.is_new_day(0.0, self.today()):
            return state
        if artifact.history is None:
            return artifact.three_inputs.learner_after(state, *self.inputs, recalled=recalled)
        features = history_features(self.history)
        return artifact.history.learner_after(state, features, self.inputs[0], recalled=recalled)

    def answered(self, rating: int) -> HistoryCard:
        """Return the card after one more review, now, rated 1 to 4."""
        today = self.today()
        return HistoryCard(self.history.after(0.0, rating, today), self._moment, today)

    def today(self) -> int:
        """Return the number of the moment's study day, not before that of the last review."""
        if self._today is None:
            self._today = max(self.history.day, self._moment.day_after(0.0, self._zone))
        return self._today


class NewCard:
    """A card that was never reviewed.

    Parameters
    ----------
    moment : Moment
        The one to answer for: its intervals run from there.
    """

    __slots__ = ("_moment", "last_review")

    failed_last = new = True
    inputs = None

    def __init__(self, moment: Moment) -> None:
        self._moment = moment
        self.last_review = moment.seconds

    def model_part(self, _artifact: Artifact | None) -> str:
        """Return ``history``: it is empty."""
        return HISTORY

    def curve(self, _artifact: Artifact, _state: LearnerState) -> Curve:
        """Return the curve of what was never learned, 0 at any time."""
        return NEVER_LEARNED

    def learner_after(self, _artifact: Artifact, state: LearnerState, *, recalled: bool) -> LearnerState:  # noqa: ARG002 - as of every card
        """Return the learner's state as it is: a first answer isn't recall."""
        return state

    def answered(self, rating: int) -> HistoryCard:
        """Return the card after its first review, now, rated 1 to 4."""
        return HistoryCard(CardHistory(0.0, rating, 0), self._moment, 0)
