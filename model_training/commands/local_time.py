"""Time zones and times of day as values of options."""

from __future__ import annotations

import re
from datetime import timedelta
from difflib import get_close_matches
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import click

TIME_OF_DAY = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")


class TimeZone(click.ParamType[ZoneInfo]):
    """A time zone by its name in the IANA time zone database."""

    name = "time zone"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> ZoneInfo:
        """Return the time zone."""
        if isinstance(value, ZoneInfo):
            return value
        names = {name.lower(): name for name in available_timezones()}
        name = names.get(value.lower())
        if name is None:
            near = get_close_matches(value.lower().replace(" ", "_"), names, n=1)
            meant = f"{names[near[0]]}?" if near else "give one like Europe/Berlin"
            self.fail(f"there is no time zone {value!r}; {meant}", param, ctx)
        return ZoneInfo(name)


class TimeOfDay(click.ParamType[timedelta]):
    """A time of day in hours and minutes, as the time since midnight."""

    name = "time of day"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        """Return the time since midnight."""
        if isinstance(value, timedelta):
            return value
        found = TIME_OF_DAY.fullmatch(value.strip())
        if found is None:
            self.fail(f"{value!r} is no time of day; give one like 04:00, from 00:00 to 23:59", param, ctx)
        return timedelta(hours=int(found[1]), minutes=int(found[2]))
