"""Requests: cards, and the options of each call; their fields are those of the OpenAPI document."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, TypedDict

import msgspec


class ThreeInputs(msgspec.Struct, frozen=True, kw_only=True):
    """A card as three numbers.

    Parameters
    ----------
    review_count : int
        Distinct days on which the card was reviewed so far, 1 to 10,000.
    difficulty : float
        1 + 9 · (0.6 + failed reviews) / (4 + all reviews), 1 to 10.
    days_since_last_review : float, optional
        Days, 0 to 36,500; `schedule` and `curve` don't need it.
    recalled : bool, optional
        Whether the learner recalled the card just now; not for `curve`.
    rating : int, optional
        The learner's rating just now, 1 Again to 4 Easy, in place of `recalled`; for `predict` and `rank`.
    last_review_at : datetime, optional
        Time of the last review, with a time zone; only for `schedule`, which then returns `due_at`.
    """

    review_count: int
    difficulty: float
    days_since_last_review: float | None = None
    recalled: bool | None = None
    rating: int | None = None
    last_review_at: datetime | None = None


class Review(msgspec.Struct, frozen=True, kw_only=True):
    """One review of a card: when it took place (`at` or `days_ago`), and how it went.

    Parameters
    ----------
    rating : int
        1 Again, 2 Hard, 3 Good, 4 Easy.
    at : datetime, optional
        Time of the review with the learner's UTC offset, which decides on which study day it falls.
    days_ago : float, optional
        Days before the call's `now`, 0 to 36,500.
    duration_ms : int, optional
        How long the learner took to answer, in milliseconds, up to 3,600,000; 0 if that isn't known.
    """

    rating: int
    at: datetime | None = None
    days_ago: float | None = None
    duration_ms: int | None = None


class History(msgspec.Struct, frozen=True, kw_only=True):
    """A card as its reviews, which tell the model more than three numbers.

    Parameters
    ----------
    reviews : iterable of Review
        Up to 2,000, in any order; none for a new card.
    recalled : bool, optional
        Whether the learner recalled the card just now; for `predict` and `rank`.
    rating : int, optional
        The learner's rating just now, 1 Again to 4 Easy. For `schedule`, it becomes the last review.
    """

    reviews: Iterable[Review]
    recalled: bool | None = None
    rating: int | None = None

    def __post_init__(self) -> None:
        """Keep the reviews of a generator."""
        msgspec.structs.force_setattr(self, "reviews", tuple(self.reviews))


Card = ThreeInputs | History | Mapping[str, Any]
"""A card; a mapping has the fields of the API's own JSON, which are those of the two classes."""


class PredictOptions(TypedDict, total=False):
    """Options of `predict`."""

    learner_state: str | None
    """What is known of the learner: None at first, then the state that the last call returned. Without this
    option and without outcomes, the learner counts as a new one, and no state is returned."""
    now: datetime
    """The time for which to predict; by default, the time at which the call arrives."""
    time_zone: str
    """The learner's time zone, such as ``Europe/Berlin``, for their study days; by default, the UTC offset of
    each review."""
    day_starts_at: str
    """Local time at which their study days begin, ``04:00`` by default."""


class ScheduleOptions(PredictOptions, total=False):
    """Options of `schedule`."""

    target_recall: float | Sequence[float]
    """Recall at which a card is due: between 0 and 1, 0.9 by default; or up to 10 such targets."""
    min_interval: float
    """Shortest interval in days, 1 by default."""
    min_relearning_interval: float
    """Shortest interval after Again, and of a new card, in days; a minute by default."""
    max_interval: float
    """Longest interval in days, 36,500 by default."""


class CurveOptions(PredictOptions, total=False):
    """Options of `curve`."""

    days: float
    """Length of the curve in days, 30 by default."""
    points: int
    """Number of points, 2 to 500, 100 by default."""


class RankOptions(PredictOptions, total=False):
    """Options of `rank`."""

    limit: int
    """How many cards to return; all by default."""
    by: Literal["recall", "loss"]
    """``recall``: lowest recall first. ``loss``: first the cards whose recall falls most until tomorrow."""
