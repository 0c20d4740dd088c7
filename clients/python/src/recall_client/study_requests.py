"""Requests about a learner whom the service remembers: reviews, and the options of each call."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Literal, TypedDict

import msgspec


class StudyReview(msgspec.Struct, frozen=True, kw_only=True):
    """A review of a card, for `study`.

    Parameters
    ----------
    card : str
        Id of your own: 1 to 128 characters, no control characters.
    rating : int
        1 Again, 2 Hard, 3 Good, 4 Easy.
    reviewed_at : datetime
        When it took place, with the learner's UTC offset, which decides on which study day it falls.
    event_id : str, optional
        Unique id of the review; however often it is sent, it is stored once. Without one, the client makes
        one for this call: give your own to a review that your app may send in another call again.
    duration_ms : int, optional
        How long the learner took to answer, in milliseconds, up to 3,600,000.
    """

    card: str
    rating: int
    reviewed_at: datetime
    event_id: str | None = None
    duration_ms: int | None = None


class ExportedReview(StudyReview, frozen=True, kw_only=True):
    """A review from `export`, as it was sent; its other parameters are those of `StudyReview`.

    Parameters
    ----------
    event_id : str
        Unique id of the review among the card's.
    """

    event_id: str


class ImportedReview(msgspec.Struct, frozen=True, kw_only=True):
    """A review that took place elsewhere, for `import_cards`; its parameters are those of `StudyReview`.

    Without an `event_id`, its time is its id: a second import of it changes nothing.
    """

    rating: int
    reviewed_at: datetime
    event_id: str | None = None
    duration_ms: int | None = None


class ImportedCard(msgspec.Struct, frozen=True, kw_only=True):
    """A card with its reviews elsewhere, for `import_cards`.

    Parameters
    ----------
    card : str
        Id of your own: 1 to 128 characters, no control characters.
    reviews : iterable of ImportedReview
        Up to 2,000, in any order.
    """

    card: str
    reviews: Iterable[ImportedReview]

    def __post_init__(self) -> None:
        """Keep the reviews of a generator."""
        msgspec.structs.force_setattr(self, "reviews", tuple(self.reviews))


class StudyDayOptions(TypedDict, total=False):
    """Options of `import_cards`."""

    time_zone: str
    """The learner's time zone, such as ``Europe/Berlin``, for their study days; by default, the UTC offset of
    each review."""
    day_starts_at: str
    """Local time at which their study days begin, ``04:00`` by default."""


class StudyOptions(StudyDayOptions, total=False):
    """Options of `study`."""

    target_recall: float
    """Recall at which a card is due, between 0 and 1; by default, the learner's last one, at first 0.9."""
    for_each_rating: bool
    """Whether each result has the intervals that the four ratings would lead to when the card is due."""


class DueOptions(TypedDict, total=False):
    """Options of `due`."""

    limit: int
    """How many cards to return, 1 to 1,000; 100 by default."""
    until: datetime
    """Up to when cards count as due, at most 60 days ahead; now by default."""
    order: Literal["recall", "loss"]
    """``recall``: lowest recall first. ``loss``: first the cards whose recall falls most until tomorrow."""
