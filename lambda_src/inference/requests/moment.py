"""The moment to answer for, and the learner's study days around it."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime

from http_kit.problems import wrong
from http_kit.timestamps import read_timestamp
from inference.validation import DAY_STARTS_AT, NOW, TIME_ZONE
from recall.errors import InvalidInputError

TYPE_CHECKING = False  # `typing` itself costs a cold start 2 ms
if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import tzinfo
    from typing import Any

# Of IANA's names, such as America/Argentina/Buenos_Aires: no way out of the folder of time zones.
ZONE = r"[A-Za-z][A-Za-z0-9_+-]{0,31}(/[A-Za-z0-9_+-]{1,31}){0,2}"
ZONE_ALLOWED = "must be an IANA time zone, such as Europe/Berlin"
DAY_START = r"([01][0-9]|2[0-3]):[0-5][0-9]"
DAY_START_ALLOWED = "must be a local time from 00:00 to 23:59, such as 04:00"
USUAL_DAY_START = 4 * 60  # minutes after midnight
_is_zone = re.compile(ZONE, re.ASCII).fullmatch
_is_day_start = re.compile(DAY_START, re.ASCII).fullmatch


class Moment:
    """The moment to answer for, and where the learner's study days begin.

    Parameters
    ----------
    body : dict
        May hold ``now`` (else the clock's), ``time_zone`` (else what each time's offset says) and
        ``day_starts_at`` (else 04:00).

    Attributes
    ----------
    seconds : float
        Since 1970.

    Raises
    ------
    InvalidInputError
        Naming the first of them that is wrong.
    """

    __slots__ = ("_day_start", "_now", "_zone", "seconds")

    def __init__(self, body: dict[str, Any]) -> None:
        self._now = read_timestamp(body, NOW, "") if NOW in body else None
        # Whole seconds of the clock, rounded up: a review of this very second isn't in the future.
        self.seconds = self._now.timestamp() if self._now else float(int(time.time()) + 1)
        self._zone = _read_zone(body) if TIME_ZONE in body else None
        self._day_start = _read_day_start(body)

    def day_of(self, at: datetime) -> int:
        """Return the number of a time's study day: in the request's time zone, else in its own offset."""
        local = at.astimezone(self._zone) if self._zone else at
        return local.toordinal() - (local.hour * 60 + local.minute < self._day_start)

    def day_after(self, seconds: float, zone: tzinfo | None = None) -> int:
        """Return the number of the study day so many seconds after this moment.

        Parameters
        ----------
        seconds : float
            Negative for what is past.
        zone : tzinfo, optional
            Of the card's last review: it tells better where the learner is than ``now``, which a server may
            have sent. Without it that of ``now``, or UTC. The request's ``time_zone`` goes before them all.
        """
        zone = self._zone or zone or (self._now.tzinfo if self._now else UTC)
        return self.day_of(datetime.fromtimestamp(self.seconds + seconds, zone))


def _read_zone(body: dict[str, Any]) -> tzinfo:
    from zoneinfo import ZoneInfo  # noqa: PLC0415 - takes 5 ms, and most requests name no time zone

    try:
        return ZoneInfo(_read_text(body, TIME_ZONE, _is_zone, ZONE_ALLOWED))
    except (KeyError, ValueError, OSError) as error:  # unknown, not a time zone's file, a folder
        raise InvalidInputError(TIME_ZONE, f"{ZONE_ALLOWED}; this one is unknown") from error


def _read_day_start(body: dict[str, Any]) -> int:
    """Return when study days begin, in minutes after midnight."""
    if DAY_STARTS_AT not in body:
        return USUAL_DAY_START
    text = _read_text(body, DAY_STARTS_AT, _is_day_start, DAY_START_ALLOWED)
    return int(text[:2]) * 60 + int(text[3:])


def _read_text(body: dict[str, Any], name: str, holds: Callable[[str], object], allowed: str) -> str:
    text = body[name]
    if type(text) is not str:
        raise wrong(body, name, allowed, "")
    if not holds(text):
        raise InvalidInputError(name, allowed)
    return text
