"""What is wrong with a review that can't be read."""

from __future__ import annotations

from http_kit.problems import type_name, unknown, wrong
from http_kit.timestamps import ALLOWED, read_past
from inference.fields import RATING_ALLOWED
from recall.errors import InvalidInputError
from recall.features import DAYS_SINCE_LAST_REVIEW, RATINGS

TYPE_CHECKING = False  # `typing` itself costs a cold start 2 ms
if TYPE_CHECKING:
    from typing import Any

EXAMPLE = '{"days_ago": 3, "rating": 3}'
KNOWN = ("at", "days_ago", "rating", "duration_ms")
MAXIMUM_DURATION = 3_600_000  # milliseconds
DURATION_ALLOWED = f"must be a whole number from 0 (unknown) to {MAXIMUM_DURATION} (milliseconds)"
LONGEST = DAYS_SINCE_LAST_REVIEW.maximum


def wrong_review(review: Any, place: str, now: float) -> InvalidInputError:
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
