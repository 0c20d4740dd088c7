"""A learner as the memory keeps them: their state, what is counted of their reviews, and the way back."""

from __future__ import annotations

import struct
from collections import namedtuple

from memory.card import after, day_of, days_of
from recall.features import AGAIN
from recall.learner import SIZE, START, LearnerState, widened

TYPE_CHECKING = False  # `typing` itself costs a cold start 2 ms
if TYPE_CHECKING:
    from typing import NamedTuple

    from memory.card import Card
    from memory.reviews import Review
    from recall.artifact import Artifact
    from recall.card_history import CardHistory

    class Known(NamedTuple):
        """What outcomes have taught of a learner.

        Attributes
        ----------
        state : LearnerState
            As the model taught it.
        fingerprint : int
            That of the model that taught it, see `recall.artifact.Artifact`; 0 of a new learner.
        last_micros : int
            When the learner's last review was, in microseconds since 1970; 0 of a new learner.
        shift : int
            Minutes from UTC to the clock by which the learner's study days begin at midnight, as of their
            last review.
        """

        state: LearnerState
        fingerprint: int
        last_micros: int
        shift: int

    class Last(NamedTuple):
        """The review that arrived last, and what was known of the learner before it."""

        event_id: str
        card: str
        before: Known

else:
    Known = namedtuple("Known", "state fingerprint last_micros shift")
    Last = namedtuple("Last", "event_id card before")

DEFAULT_TARGET = 0.9
DEFAULT_SHIFT = -4 * 60  # study days begin at 04:00 UTC
NEW = Known(START, 0, 0, DEFAULT_SHIFT)
# Fingerprint, last_micros, shift; the means; the covariance's lower triangle, row by row: it is symmetric.
KNOWN_LAYOUT = struct.Struct(f"<Iqh{SIZE + SIZE * (SIZE + 1) // 2}d")
# Days since the review before from which each group of outcomes begins.
RETENTION_FROM = (0, 2, 7, 21, 60, 180)
COUNTS = 3 + 2 * len(RETENTION_FROM)
COUNTS_LAYOUT = struct.Struct(f"<{COUNTS}I")
CARDS, REVIEWS, FAILURES, OUTCOMES = range(
    4
)  # places in the counts; behind them reviews and recalled a group


class Learner:
    """A learner.

    Parameters
    ----------
    version : int
        Rises with each change of anything of the learner's; 0 of one that isn't stored.

    Attributes
    ----------
    known : Known
        What outcomes have taught.
    counts : list of int
        Cards, reviews, failed reviews; then for each group of `RETENTION_FROM` the outcomes on a new study
        day of a card, and how many of them were recalled.
    last : Last or None
        For the undo of the latest review; None when there is nothing to go back to at once.
    target : float
        The recall probability at which the learner wants cards to come back, in (0, 1).
    seq : int
        Place of the next review in their order of arrival.
    """

    __slots__ = ("counts", "known", "last", "seq", "target", "version")

    def __init__(self, version: int = 0) -> None:
        self.version = version
        self.known = NEW
        self.counts = [0] * COUNTS
        self.last: Last | None = None
        self.target = DEFAULT_TARGET
        self.seq = 0

    def state(self, artifact: Artifact | None) -> LearnerState:
        """Return the learner's state for a model: widened where another one taught it."""
        state, fingerprint, _, _ = self.known
        if artifact is None or state is START or fingerprint == artifact.fingerprint:
            return state
        return widened(state)

    def count(self, card: Card, sign: int) -> None:
        """Count all of a card's reviews in (1), or out again (-1)."""
        if not card.reviews:
            return
        counts = self.counts
        counts[CARDS] += sign
        history = None
        for review in card.reviews:
            self.count_one(history, review, sign)
            history = after(history, review)

    def count_one(self, before: CardHistory | None, review: Review, sign: int) -> None:
        """Count one review in (1) or out (-1); `before` is the card's history that it met."""
        counts = self.counts
        counts[REVIEWS] += sign
        counts[FAILURES] += sign * (review.rating == AGAIN)
        if before is None or day_of(review) <= before.day:
            return
        days = days_of(review) - before.time
        group = sum(days >= start for start in RETENTION_FROM) - 1
        counts[OUTCOMES + 2 * group] += sign
        counts[OUTCOMES + 2 * group + 1] += sign * (review.rating > AGAIN)


def pack_known(known: Known) -> bytes:
    """Return what is known of a learner as bytes."""
    mean, covariance = known.state
    lower = [covariance[i][j] for i in range(SIZE) for j in range(i + 1)]
    return KNOWN_LAYOUT.pack(known.fingerprint, known.last_micros, known.shift, *mean, *lower)


def unpack_known(data: bytes) -> Known:
    """Return what `pack_known` was given."""
    fingerprint, last_micros, shift, *numbers = KNOWN_LAYOUT.unpack(data)
    mean, lower = tuple(numbers[:SIZE]), numbers[SIZE:]
    covariance = tuple(
        tuple(lower[max(i, j) * (max(i, j) + 1) // 2 + min(i, j)] for j in range(SIZE)) for i in range(SIZE)
    )
    state = LearnerState(mean, covariance)
    return Known(START if state == START else state, fingerprint, last_micros, shift)
