"""What is sent: cards, and the options beside them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import UTC, datetime
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
        What came of the review that is predicted; only for `predict`.
    last_review_at : datetime, optional
        With a time zone; only for `schedule`, which then says when the card is due.
    """

    review_count: int
    difficulty: float
    days_since_last_review: float | None = None
    recalled: bool | None = None
    last_review_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """One review of a card: when (one of the two), and how it went.

    Parameters
    ----------
    rating : int
        1 Again, 2 Hard, 3 Good, 4 Easy.
    at : datetime, optional
        With a time zone.
    days_ago : float, optional
        0 to 36,500, before the call's `now`.
    """

    rating: int
    at: datetime | None = None
    days_ago: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """A card as its reviews, which says more than three numbers.

    Parameters
    ----------
    reviews : sequence of Review
        1 to 2,000, in any order.
    recalled : bool, optional
        What came of the review that is predicted; only for `predict`.
    """

    reviews: Sequence[Review]
    recalled: bool | None = None


Card = ThreeInputs | History


class PredictOptions(TypedDict, total=False):
    """What may stand beside the cards of `predict`."""

    learner_offset: float
    """Of a learner who does better or worse than others: −5 to 5, 0 at first."""
    now: datetime
    """Reviews are that long ago; when the call arrives, unless you say otherwise."""


class ScheduleOptions(PredictOptions, total=False):
    """What may stand beside the cards of `schedule`."""

    target_recall: float | Sequence[float]
    """Recall at which a card is due: between 0 and 1, 0.9 by default; or up to 10 of them."""
    min_interval: float
    """Days, 0 by default."""
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
    return json.dumps(as_json(value), allow_nan=False, separators=(",", ":"))


def _rfc3339(time: datetime) -> str:
    if time.tzinfo is None:
        raise ValueError(f"{time!r} has no time zone; give it one, such as datetime.now(UTC)")
    return time.astimezone(UTC).isoformat().replace("+00:00", "Z")
