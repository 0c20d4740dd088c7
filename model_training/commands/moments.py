"""Moments as values of options."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time
from typing import Any

import click

FIRST_YEAR = 1980  # as of reviews: earlier times are mistakes
END_OF_DAY = time(23, 59, 59)
DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


class PastMoment(click.ParamType[datetime]):
    """A date or a moment that has passed: a date is its whole day, and without an offset it is UTC."""

    name = "moment"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Return the moment, or the last second of the date, with its time zone; the future is no value."""
        if isinstance(value, datetime):
            return value
        moment, now = _parsed(value.strip()), datetime.now(UTC)
        if moment is None:
            self.fail(f"{value!r} is no time; give one like 2026-05-01 or 2026-05-01T18:00:00Z", param, ctx)
        if moment.year < FIRST_YEAR:
            self.fail(f"{value!r} is before {FIRST_YEAR}", param, ctx)
        if moment > now and not (DATE.fullmatch(value.strip()) and moment.date() == now.date()):
            self.fail(f"{value!r} is in the future", param, ctx)
        return min(moment, now).replace(microsecond=0)


def _parsed(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    if DATE.fullmatch(text):
        moment = datetime.combine(moment, END_OF_DAY)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
