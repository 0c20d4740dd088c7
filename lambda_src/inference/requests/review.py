"""One review of a history: when it was, its rating, and how long the answer took."""

from __future__ import annotations

from math import inf

from http_kit.problems import inside, type_name, unknown, wrong
from http_kit.timestamps import ALLOWED, CLOCK_SKEW, OLDEST, parse_timestamp, read_past
from inference.requests.outcomes import RATING_ALLOWED, RATINGS
from inference.validation import REVIEWS
from recall.errors import InvalidInputError
from recall.features import DAYS_SINCE_LAST_REVIEW, SECONDS_PER_DAY

TYPE_CHECKING = False  # `typing` itself costs a cold start 2 ms
if TYPE_CHECKING:
    from datetime import datetime
    from typing import Any

    # Seconds from now (at most `CLOCK_SKEW`), rating, time where it was sent as one, the answer's seconds
    Review = tuple[float, int, datetime | None, float]

EXAMPLE = '{"days_ago": 3, "rating": 3}'
KNOWN = ("at", "days_ago", "rating", "duration_ms")
MAXIMUM_DURATION = 3_600_000  # milliseconds
DURATION_ALLOWED = f"must be a whole number from 0 (unknown) to {MAXIMUM_DURATION} (milliseconds)"
LONGEST = DAYS_SINCE_LAST_REVIEW.maximum


def read_review(review: Any, now: float, place: str | int, index: int) -> Review:
    """Check a review.

    Parameters
    ----------
    review : JSON value
        Of a card's ``reviews``.
    now : float
        The moment to answer for, in seconds since 1970.
    place : str or int
        Of the card, for errors.
    index : int
        Of the review in the card's list.

    Raises
    ------
    InvalidInputError
        Naming the first field that is wrong.
    """
    at: datetime | None = None
    duration: Any = 0
    fields = 2
    try:
        rating = review["rating"]
        if "days_ago" in review:
            ago = review["days_ago"]
            seconds = -SECONDS_PER_DAY * ago if type(ago) in (int, float) and ago >= 0 else inf
        else:
            at = parse_timestamp(review["at"])
            seconds = at.timestamp() - now
        if len(review) > fields:
            duration, fields = review["duration_ms"], 3
            whole = type(duration) is int or (type(duration) is float and duration.is_integer())
            if not whole or not 0 <= duration <= MAXIMUM_DURATION:
                rating = None
    except (KeyError, TypeError, ValueError):
        seconds, rating = inf, None
    if (
        OLDEST <= seconds <= CLOCK_SKEW
        and len(review) == fields
        and type(rating) in (int, float)
        and rating in RATINGS
    ):
        return seconds, int(rating), at, duration / 1000
    raise _wrong_review(review, f"{inside(place, REVIEWS)}[{index}]", now)


def _wrong_review(review: Any, place: str, now: float) -> InvalidInputError:
    """Say what is wrong with a review that can't be read."""
    if type(review) is not dict:
        return InvalidInputError(place, f"must be an object, such as {EXAMPLE}, not {type_name(review)}")
    if "at" in review and "days_ago" in review:
        return InvalidInputError(f"{place}.days_ago", 'is unknown beside "at"; send one of them')
    unknown_name = next((name for name in review if name not in KNOWN), None)
    if unknown_name is not None:
        return unknown(unknown_name, KNOWN, place)
    if (error := _wrong_time(review, place, now)) is not None:
        return error
    rating: Any = review.get("rating")
    if type(rating) in (int, float) and rating in RATINGS:
        return wrong(review, "duration_ms", DURATION_ALLOWED, place)
    return wrong(review, "rating", RATING_ALLOWED, place)


def _wrong_time(review: dict[str, Any], place: str, now: float) -> InvalidInputError | None:
    if "days_ago" in review:
        ago = review["days_ago"]
        if type(ago) in (int, float) and 0 <= ago <= LONGEST:
            return None
        return wrong(review, "days_ago", f"must be a number from 0 to {LONGEST} (days)", place)
    if "at" not in review:
        return wrong(review, "at", f"{ALLOWED}; or send days_ago", place)
    try:
        read_past(review, "at", place, now)
    except InvalidInputError as error:
        return error
    return None
