"""The JSON of requests: without spaces and without what is None, so that more fits into a call."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec


def plain(value: Any) -> Any:
    """Return a card, a review outcome or options as a dictionary without what is None; others as they are."""
    if isinstance(value, msgspec.Struct):
        value = msgspec.structs.asdict(value)
    if not isinstance(value, Mapping):
        return value
    given = {name: part for name, part in value.items() if part is not None}
    reviews = given.get("reviews")
    if isinstance(reviews, Iterable) and not isinstance(reviews, str | bytes | Mapping):
        given["reviews"] = list(reviews)  # of a generator, too, and sent more than once
    return given


def json_of(value: Any) -> str:
    """Return a value as JSON.

    Raises
    ------
    ValueError
        If a number isn't finite, or a time has no time zone.
    TypeError
        If JSON has nothing like it.
    """
    return json.dumps(value, default=_json_value, allow_nan=False, separators=(",", ":"))


def _json_value(value: Any) -> Any:
    if isinstance(value, datetime):
        return _rfc3339(value)
    if isinstance(value, msgspec.Struct | Mapping):
        return plain(value)
    if isinstance(value, Iterable):
        return list(value)
    raise TypeError(f"{value!r} has no place in JSON")


def _rfc3339(time: datetime) -> str:
    offset = time.utcoffset()
    if offset is None:
        raise ValueError(f"{time!r} has no time zone; give it one, such as datetime.now(UTC)")
    if offset % timedelta(minutes=1):  # before about 1900, zones had offsets with seconds; RFC 3339 has none
        time = time.astimezone(UTC)
    return time.isoformat().replace("+00:00", "Z")
