"""What is sent: cards, and the options beside them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, TypedDict


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreeInputs:
    """A card as three numbers.

    Parameters
    ----------
    review_count : int
        Distinct days on which the card was reviewed so far, 1 to 10,000.
    difficulty : float
        1 + 9 · (0.6 + failed reviews) / (4 + all reviews), 1 to 10.
    days_since_last_review : float, optional
        0 to 36,500; `schedule` and `curve` don't need it.
    recalled : bool, optional
        Whether the learner recalled the card now; not for `curve`.
    rating : int, optional
        The answer that the learner gave now, instead of `recalled`: 1 Again to 4 Easy; for `predict`, `rank`.
    last_review_at : datetime, optional
        With a time zone; only for `schedule`, which then says when the card is due.
    """

    review_count: int
    difficulty: float
    days_since_last_review: float | None = None
    recalled: bool | None = None
    rating: int | None = None
    last_review_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """One review of a card: when (one of the two), and how it went.

    Parameters
    ----------
    rating : int
        1 Again, 2 Hard, 3 Good, 4 Easy.
    at : datetime, optional
        With the learner's own UTC offset: their study days go by it.
    days_ago : float, optional
        0 to 36,500, before the call's `now`.
    duration_ms : int, optional
        How long the answer took, in milliseconds, up to 3,600,000; 0 if that isn't known.
    """

    rating: int
    at: datetime | None = None
    days_ago: float | None = None
    duration_ms: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """A card as its reviews, which says more than three numbers.

    Parameters
    ----------
    reviews : sequence of Review
        Up to 2,000, in any order; none of a new card.
    recalled : bool, optional
        Whether the learner recalled the card now; for `predict` and `rank`.
    rating : int, optional
        The answer that the learner gave now, 1 Again to 4 Easy. For `schedule`, it becomes the last review.
    """

    reviews: Sequence[Review]
    recalled: bool | None = None
    rating: int | None = None


Card = ThreeInputs | History


class PredictOptions(TypedDict, total=False):
    """What may stand beside the cards of `predict`."""

    learner_state: str | None
    """Of the learner: None at first, then what the last answer gave. Leave it out to ask for no learner."""
    now: datetime
    """Reviews are that long ago; when the call arrives, unless you say otherwise."""
    time_zone: str
    """The learner's, such as ``Europe/Berlin``, for their study days; else the offset of each time."""
    day_starts_at: str
    """Local time at which their study days begin, ``04:00`` by default."""


class ScheduleOptions(PredictOptions, total=False):
    """What may stand beside the cards of `schedule`."""

    target_recall: float | Sequence[float]
    """Recall at which a card is due: between 0 and 1, 0.9 by default; or up to 10 of them."""
    min_interval: float
    """Days, 1 by default."""
    min_relearning_interval: float
    """The same after Again, and of a new card: days, a minute by default."""
    max_interval: float
    """Days, 36,500 by default."""


class CurveOptions(PredictOptions, total=False):
    """What may stand beside the card of `curve`."""

    days: float
    """The span, 30 by default."""
    points: int
    """2 to 500, 100 by default."""


class RankOptions(PredictOptions, total=False):
    """What may stand beside the cards of `rank`."""

    limit: int
    """How many cards there is time for; all by default."""
    by: Literal["recall", "loss"]
    """``recall``: the lowest first. ``loss``: first what loses most recall until tomorrow."""


def as_json(value: Any) -> Any:
    """Return cards, options and times as what `json` takes; what wasn't given is left out."""
    if is_dataclass(value):
        given = ((field.name, getattr(value, field.name)) for field in fields(value))
        return {name: as_json(part) for name, part in given if part is not None}
    if isinstance(value, datetime):
        return _rfc3339(value)
    if isinstance(value, Mapping):
        return {name: as_json(part) for name, part in value.items() if part is not None}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [as_json(part) for part in value]
    return value


def text_of(value: Any) -> str:
    """Return the JSON of a card or of what holds one; without spaces, so that more fits into a call.

    Raises
    ------
    ValueError
        If a number isn't finite, or a time has no time zone.
    """
    return json_of(as_json(value))


def json_of(values: Any) -> str:
    """Return the text of JSON values; parameters and errors as of `text_of`."""
    return json.dumps(values, allow_nan=False, separators=(",", ":"))


def _rfc3339(time: datetime) -> str:
    offset = time.utcoffset()
    if offset is None:
        raise ValueError(f"{time!r} has no time zone; give it one, such as datetime.now(UTC)")
    if offset % timedelta(minutes=1):  # of a time before zones had whole minutes
        time = time.astimezone(UTC)
    return time.isoformat().replace("+00:00", "Z")
