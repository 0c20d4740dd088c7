"""A card as the memory keeps it: all of its reviews by time, and the history that they leave behind."""

from __future__ import annotations

import struct
from bisect import insort
from operator import attrgetter

from inference.histories import ReviewedCard
from memory.reviews import study_day
from recall.card_history import CardHistory, MemoryState
from recall.features import SECONDS_PER_DAY
from recall.three_inputs import difficulty_from_share, failure_share

TYPE_CHECKING = False  # `typing` itself costs a cold start 2 ms
if TYPE_CHECKING:
    from collections.abc import Sequence

    from memory.reviews import Review
    from recall.artifact import Artifact
    from recall.learner import LearnerState

MICROS_PER_DAY = SECONDS_PER_DAY * 1_000_000
# The memory state's two numbers, then `FIELDS`.
HISTORY_LAYOUT = struct.Struct("<7diBHHHHH")
FIELDS = (
    *("first_time", "time", "failure_average", "last_interval", "seconds"),
    *("day", "rating", "reviews", "failures", "review_days", "day_failures", "day_passes"),
)
_field_values = attrgetter(*FIELDS)


class Card:
    """A card of one learner.

    Parameters
    ----------
    reviews : list of Review
        By time, those of one moment by their event ids: so their order doesn't depend on when they arrived.
    history : CardHistory or None
        After all of them, in days since 1970; None of a card without reviews.
    version : int
        The learner's version in which the card was written last; 0 of one that isn't stored.
    model : str
        Version of the model that predicted the reviews that were added last; empty if none did.
    """

    __slots__ = ("history", "model", "reviews", "version")

    def __init__(
        self, reviews: list[Review], history: CardHistory | None, version: int = 0, model: str = ""
    ) -> None:
        self.reviews = reviews
        self.history = history
        self.version = version
        self.model = model

    def find(self, event_id: str) -> Review | None:
        """Return the review of an event id, if the card has it."""
        return next((review for review in self.reviews if review.event_id == event_id), None)

    def before(self, review: Review) -> CardHistory | None:
        """Return the history that a review of this card meets: of all reviews that come before it in time."""
        if not self.reviews or self.reviews[-1] < review:
            return self.history
        return replay([other for other in self.reviews if other < review])

    def add(self, review: Review, before: CardHistory | None) -> None:
        """Take in a review; `before` is what `before(review)` returned."""
        if not self.reviews or self.reviews[-1] < review:
            self.reviews.append(review)
            self.history = after(before, review)
        else:
            insort(self.reviews, review)
            self.history = replay(self.reviews)

    def remove(self, review: Review) -> None:
        """Drop a review, as if it had never been."""
        self.reviews.remove(review)
        self.history = replay(self.reviews)


class RememberedCard(ReviewedCard):
    """A card at a moment, to be predicted or scheduled.

    Parameters
    ----------
    history : CardHistory
        In days since 1970.
    at : float
        The moment, in days since 1970. One before the last review counts as the last review's.
    day : int
        Number of the moment's study day, in days since 1970; matters only to `learner_after`.
    """

    __slots__ = ("_day",)

    def __init__(self, history: CardHistory, at: float, day: int = 0) -> None:
        self.history = history
        self.last_review = history.time * SECONDS_PER_DAY
        days = at - history.time
        self.inputs = (
            days if days > 0.0 else 0.0,
            history.review_days,
            difficulty_from_share(failure_share(history.failures, history.reviews)),
        )
        self._day = day

    def learner_after(self, artifact: Artifact, state: LearnerState, *, recalled: bool) -> LearnerState:
        """Return the learner's state after an outcome then; the same one when it teaches nothing."""
        if not self.history.is_new_day(self.history.time + self.inputs[0], self._day):
            return state
        return self.taught(artifact, state, recalled=recalled)


def replay(reviews: Sequence[Review]) -> CardHistory | None:
    """Return the history that reviews in their order leave behind; None if there are none."""
    history: CardHistory | None = None
    for review in reviews:
        if history is None:
            history = after(None, review)
        else:
            _take(history, review)
    return history


def after(history: CardHistory | None, review: Review) -> CardHistory:
    """Return the history after one more review, and leave the given one as it is."""
    if history is None:
        return CardHistory(days_of(review), review.rating, day_of(review), _seconds(review))
    return history.after(days_of(review), review.rating, max(day_of(review), history.day), _seconds(review))


def days_of(review: Review) -> float:
    """Return when a review was, in days since 1970."""
    return review.micros / MICROS_PER_DAY


def day_of(review: Review) -> int:
    """Return the number of a review's study day, in days since 1970."""
    return study_day(review.micros, review.shift)


def _take(history: CardHistory, review: Review) -> None:
    # Where offsets are mixed, no day counts as one before that of an earlier review.
    history.review(days_of(review), review.rating, max(day_of(review), history.day), _seconds(review))


def _seconds(review: Review) -> float:
    return review.duration_ms / 1000 if review.duration_ms else 0.0


def pack_history(history: CardHistory) -> bytes:
    """Return a history as bytes."""
    return HISTORY_LAYOUT.pack(*history.memory, *_field_values(history))


def unpack_history(data: bytes) -> CardHistory:
    """Return what `pack_history` was given."""
    stability, difficulty, *values = HISTORY_LAYOUT.unpack(data)
    history = CardHistory.__new__(CardHistory)
    history.memory = MemoryState(stability, difficulty)
    for name, value in zip(FIELDS, values, strict=True):
        setattr(history, name, value)
    return history
