"""The fields that every review has, whichever request it comes in: ids, time and rating."""

from __future__ import annotations

import re

from http_kit.fields import Number
from http_kit.problems import inside, wrong
from http_kit.timestamps import as_timestamp, read_timestamp
from recall.errors import InvalidInputError
from recall.features import AGAIN, EASY, SECONDS_PER_DAY

TYPE_CHECKING = False  # `typing` itself costs a cold start 2 ms
if TYPE_CHECKING:
    from datetime import datetime
    from typing import Any

LONGEST_ID = 128
# Text in any language, without control characters, line breaks, and surrogates, which UTF-8 can't encode.
ID = rf"[^\u0000-\u001F\u007F-\u009F\u2028\u2029\uD800-\uDFFF]{{1,{LONGEST_ID}}}"
_is_id = re.compile(ID).fullmatch
_AN_ID = f"must be text of 1 to {LONGEST_ID} characters, without control characters"
_RATING = Number(AGAIN, EASY, whole=True)
_A_RATING = "must be 1 (Again), 2 (Hard), 3 (Good) or 4 (Easy)"


def read_id(holder: dict[str, Any], name: str, place: str) -> str:
    """Return a field's id of a learner, a card, a review or a model.

    Raises
    ------
    InvalidInputError
        Naming the field, if it isn't text that can be an id.
    """
    text = holder.get(name)
    if type(text) is not str:
        raise wrong(holder, name, _AN_ID, place)
    if not _is_id(text):
        what = "with one" if 0 < len(text) <= LONGEST_ID else f"of {len(text)} characters"
        raise InvalidInputError(inside(place, name), f"{_AN_ID}, not text {what}")
    return text


def read_reviewed_at(review: dict[str, Any], name: str, place: str, now: float) -> datetime:
    """Return when a review was, with its offset.

    Raises
    ------
    InvalidInputError
        Naming the field, if it isn't a time, or is before 1970 or more than a day after `now` (seconds since
        1970).
    """
    at = read_timestamp(review, name, place)
    seconds = at.timestamp()
    if seconds < 0:
        raise InvalidInputError(inside(place, name), "must not be before 1970; check the clock that it is of")
    if seconds > now + SECONDS_PER_DAY:
        problem = (
            f"must not be more than a day after now ({as_timestamp(now)}); check the clock that it is of"
        )
        raise InvalidInputError(inside(place, name), problem)
    return at


def read_rating(review: dict[str, Any], name: str, place: str) -> int:
    """Return a field's rating, 1 to 4.

    Raises
    ------
    InvalidInputError
        Naming the field, if it isn't one of the four.
    """
    if not _RATING.holds(review.get(name)):
        raise wrong(review, name, _A_RATING, place)
    return int(review[name])
