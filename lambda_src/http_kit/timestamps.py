"""RFC 3339 timestamps, as seconds since 1970 and back."""

from __future__ import annotations

import re
import time
from datetime import datetime

from http_kit.problems import inside, wrong
from recall.errors import InvalidInputError
from recall.features import DAYS_SINCE_LAST_REVIEW, SECONDS_PER_DAY

TYPE_CHECKING = False  # `typing` itself costs a cold start 2 ms
if TYPE_CHECKING:
    from typing import Any

# datetime.fromisoformat() takes more than RFC 3339. These years leave room for the longest interval behind
# them; no leap seconds, which no clock of a caller's gives.
TIMESTAMP = (
    r"(19|2[0-9])[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])[Tt]([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
    r"(\.[0-9]{1,9})?([Zz]|[+-]([01][0-9]|2[0-3]):[0-5][0-9])"
)
ALLOWED = "must be an RFC 3339 time with Z or an offset, such as 2026-11-20T08:15:00Z, from 1900 to 2999"
CLOCK_SKEW = 300.0  # seconds; what is later than now by no more counts as now
LONGEST_LOOKED_AT = 40  # characters; a timestamp has 35 at the most
OLDEST = -float(DAYS_SINCE_LAST_REVIEW.maximum * SECONDS_PER_DAY)  # from now
is_timestamp = re.compile(TIMESTAMP, re.ASCII).fullmatch  # TypeError where it is given no text
# What people send instead, and what is wrong with it; the first that fits.
_MISTAKES = (
    (TIMESTAMP, "there is no such day"),
    (r"[0-9]{4}-[0-9]{2}-[0-9]{2}", "this is a date without a time"),
    (r"[0-9]{4}-[0-9]{2}-[0-9]{2} .*", "between date and time stands a T"),
    (r".*T[0-9]{2}:[0-9]{2}(Z|[+-].*)?", "this one has no seconds"),
    (r".*T[0-9:.]{8,}", "this one has no offset: add Z if it is UTC, else one such as +01:00"),
    (r".*T.*[+-][0-9]{4}", "its offset needs a colon, such as +01:00"),
    (r".*T.*[+-][0-9]{1,2}", "its offset needs two digits each for hours and minutes, such as +01:00"),
    (r"[0-9]+(\.[0-9]+)?", "this is a number in quotes"),
    (r".*T.*:60([^0-9].*)?", "leap seconds aren't taken"),
)


def read_timestamp(holder: dict[str, Any], name: str, place: str | int) -> datetime:
    """Return a field's time with its offset.

    Raises
    ------
    InvalidInputError
        Naming the field, if it isn't such a time.
    """
    text = holder.get(name)
    if type(text) is str and is_timestamp(text):
        try:
            return datetime.fromisoformat(text.upper())
        except ValueError:  # no such day
            pass
    raise wrong_timestamp(holder, name, place)


def wrong_timestamp(holder: dict[str, Any], name: str, place: str | int) -> InvalidInputError:
    """Say what is wrong with a field that should be a time."""
    text = holder.get(name)
    if type(text) is not str:
        return wrong(holder, name, ALLOWED, place)
    text = text[:LONGEST_LOOKED_AT].upper()
    mistake = next((said for pattern, said in _MISTAKES if re.fullmatch(pattern, text, re.ASCII)), None)
    return InvalidInputError(inside(place, name), f"{ALLOWED}; {mistake or 'this is another text'}")


def read_past(holder: dict[str, Any], name: str, place: str | int, now: float) -> float:
    """Return a field's time in seconds from `now` (≤ 0); up to `CLOCK_SKEW` later counts as now.

    Raises
    ------
    InvalidInputError
        Naming the field, if it isn't such a time, or is later, or more than 36,500 days earlier.
    """
    seconds = read_timestamp(holder, name, place).timestamp() - now
    if seconds > CLOCK_SKEW:
        problem = f"must not be after now ({as_timestamp(now)}); send your own now if your clock is ahead"
        raise InvalidInputError(inside(place, name), problem)
    if seconds < OLDEST:
        problem = f"must be at most {DAYS_SINCE_LAST_REVIEW.maximum} days before now ({as_timestamp(now)})"
        raise InvalidInputError(inside(place, name), problem)
    return min(seconds, 0.0)


def as_timestamp(seconds: float) -> str:
    """Return a time in seconds since 1970 as RFC 3339 text in UTC, to the second."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(round(seconds)))
