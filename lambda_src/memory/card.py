"""A card as the memory keeps it: all of its reviews by time, and the history that they leave behind."""

from __future__ import annotations

import struct
from operator import attrgetter

from inference.histories import ReviewedCard
from memory.reviews import study_day
from recall.card_history import CardHistory, MemoryState
from recall.features import SECONDS_PER_DAY
from recall.learner import SIZE
from recall.three_inputs import difficulty_from_share, failure_share

TYPE_CHECKING = False  # `typing` itself costs a cold start 2 ms
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from memory.reviews import Review
    from recall.artifact import Artifact
    from recall.learner import LearnerState

MICROS_PER_DAY = SECONDS_PER_DAY * 1_000_000
# A review's `seq`, then the certainty and the mean; so many fit into an item beside its reviews.
STATE_LAYOUT = struct.Struct(f"<I{1 + SIZE}d")
MOST_STATES = 1_000
# The memory state's two numbers, then what `_values` has.
HISTORY_LAYOUT = struct.Struct("<7diBHHHHH")
_values = attrgetter(
    *("first_time", "time", "failure_average", "last_interval", "seconds"),
    *("day", "rating", "reviews", "failures", "review_days", "day_failures", "day_passes"),
)


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

    Attributes
    ----------
    states : dict of int to tuple of float
        What was known of the learner before each review that was added since the card was read: by the
        review's `seq`, `recall.learner.certainty` and the six numbers of the mean. For the lake.
    """

    __slots__ = ("history", "model", "reviews", "states", "version")

    def __init__(
        self, reviews: list[Review], history: CardHistory | None, version: int = 0, model: str = ""
    ) -> None:
        self.reviews = reviews
        self.history = history
        self.version = version
        self.model = model
        self.states: dict[int, tuple[float, ...]] = {}

    def find(self, event_id: str) -> Review | None:
        """Return the review of an event id, if the card has it."""
        return next((review for review in self.reviews if review.event_id == event_id), None)

    def remove(self, review: Review) -> None:
        """Drop a review, as if it had never been."""
        self.reviews.remove(review)
        self.history = replay(self.reviews)


class Cursor:
    """A place among a card's reviews, to take in more of them: cheap while they come in the order of time.

    Parameters
    ----------
    card : Card
        Its reviews get more; its history is of all of them again after `finish`.
    """

    __slots__ = ("_card", "_history", "_place")

    def __init__(self, card: Card) -> None:
        self._card = card
        self._place, self._history = len(card.reviews), card.history

    def seek(self, review: Review) -> CardHistory | None:
        """Go to a new review's place; return the history that it meets, of all reviews before it in time."""
        reviews = self._card.reviews
        if self._place and review < reviews[self._place - 1]:
            self._place, self._history = 0, None
        self._go(lambda place: place < len(reviews) and reviews[place] < review)
        return self._history

    def insert(self, review: Review) -> None:
        """Take in the review whose place was sought last."""
        self._card.reviews.insert(self._place, review)
        self._history = after(self._history, review)
        self._place += 1

    def finish(self) -> None:
        """Go to the end, and give the card the history of all of its reviews."""
        reviews = self._card.reviews
        self._go(lambda place: place < len(reviews))
        self._card.history = self._history

    def _go(self, further: Callable[[int], bool]) -> None:
        while further(self._place):
            self._history = after(self._history, self._card.reviews[self._place])
            self._place += 1


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
        if self._day <= self.history.day:
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


def pack_states(states: Mapping[int, tuple[float, ...]]) -> bytes:
    """Return a card's `states` as bytes; of more than `MOST_STATES` the last ones."""
    return b"".join(STATE_LAYOUT.pack(seq, *states[seq]) for seq in sorted(states)[-MOST_STATES:])


def unpack_states(data: bytes) -> dict[int, tuple[float, ...]]:
    """Return what `pack_states` was given."""
    return {seq: tuple(state) for seq, *state in STATE_LAYOUT.iter_unpack(data)}


def pack_history(history: CardHistory) -> bytes:
    """Return a history as bytes."""
    return HISTORY_LAYOUT.pack(*history.memory, *_values(history))


def unpack_history(data: bytes) -> CardHistory:
    """Return what `pack_history` was given."""
    history = CardHistory.__new__(CardHistory)
    # One by one rather than in a loop: a due list does this for every card of a learner.
    (
        stability,
        difficulty,
        history.first_time,
        history.time,
        history.failure_average,
        history.last_interval,
        history.seconds,
        history.day,
        history.rating,
        history.reviews,
        history.failures,
        history.review_days,
        history.day_failures,
        history.day_passes,
    ) = HISTORY_LAYOUT.unpack(data)
    history.memory = MemoryState(stability, difficulty)
    return history
