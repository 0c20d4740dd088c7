"""Cards as a request names them: by three inputs, by their reviews, or as new.

All have the same attributes and methods: whatever is answered comes from one curve, however a card was sent.
"""

from __future__ import annotations

from math import inf

from recall.curve import Curve
from recall.features import FEATURE_NAMES, SECONDS_PER_DAY, difficulty_from_share, failure_share
from recall.history_features import history_features
from recall.memory_state import AGAIN

TYPE_CHECKING = False  # `typing` itself costs a cold start 2 ms
if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import tzinfo
    from typing import Protocol, TypeAlias

    from recall.artifact import Artifact
    from recall.card_history import CardHistory
    from recall.learner import LearnerState

    Ranges = Sequence[tuple[float, float]]

    class Moment(Protocol):
        """The moment to answer for; see `inference.histories.Moment`."""

        seconds: float

        def day_after(self, seconds: float, zone: tzinfo | None = None) -> int:
            """Return the number of a study day."""

    Card: TypeAlias = "ThreeInputCard | HistoryCard | NewCard"

THREE_INPUTS, HISTORY = "three_inputs", "history"
# Days. Three inputs don't tell study days; what is nearer to none than to one teaches nothing of a learner.
HALF_A_DAY = 0.5


class ThreeInputCard:
    """A card of which three inputs are known.

    Parameters
    ----------
    inputs : tuple of three float
        In the order of `recall.features.FEATURES`.
    last_review : float, optional
        When its last review was, in seconds since 1970.
    """

    __slots__ = ("inputs", "last_review")

    failed_last = new = False  # a card that was failed last can't be told from others

    def __init__(self, inputs: tuple[float, float, float], last_review: float | None = None) -> None:
        self.inputs = inputs
        self.last_review = last_review

    def model_part(self, _artifact: Artifact | None) -> str:
        """Return which part of the model answers: ``three_inputs``."""
        return THREE_INPUTS

    def curve(self, artifact: Artifact, state: LearnerState) -> Curve:
        """Return the card's forgetting curve, for a learner of this state."""
        _, review_count, difficulty = self.inputs
        return artifact.three_inputs.curve(review_count, difficulty, state)

    def learner_after(self, artifact: Artifact, state: LearnerState, *, recalled: bool) -> LearnerState:
        """Return the learner's state after an outcome now; the same one when it teaches nothing."""
        if self.inputs[0] < HALF_A_DAY:
            return state
        return artifact.three_inputs.learner_after(state, *self.inputs, recalled=recalled)


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
        Number of the moment's study day, in the count of the history's; worked out when it is needed.
    zone : tzinfo, optional
        Of the last review, for that.
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
        from recall.card_history import CardHistory  # noqa: PLC0415 - only where a history is at hand

        return HistoryCard(CardHistory(0.0, rating, 0), self._moment, 0)


def within(card: Card, ranges: Ranges) -> bool:
    """Return whether all three inputs of a card are within these ranges; a new card has none."""
    if card.inputs is None:
        return True
    days, review_count, difficulty = card.inputs
    (low_days, high_days), (low_count, high_count), (low_difficulty, high_difficulty) = ranges
    return (
        low_days <= days <= high_days
        and low_count <= review_count <= high_count
        and low_difficulty <= difficulty <= high_difficulty
    )


def inputs_out_of_range(card: Card, ranges: Ranges) -> list[str]:
    """Return the names of a card's inputs that aren't within these ranges."""
    if card.inputs is None:
        return []
    bounded = zip(FEATURE_NAMES, card.inputs, ranges, strict=True)
    return [name for name, value, (lowest, highest) in bounded if not lowest <= value <= highest]


def fixed_inputs_out_of_range(card: Card, ranges: Ranges) -> list[str]:
    """Return the same of those inputs that don't change with time: of a curve, no delay is asked for."""
    return [name for name in inputs_out_of_range(card, ranges) if name != FEATURE_NAMES[0]]
