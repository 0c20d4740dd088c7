"""Times as people and programs write them: ISO 8601 and its kin, timestamps, and numbers since 1970."""

from __future__ import annotations

import re
from typing import NamedTuple

import pandas as pd
from pandas.api.types import is_numeric_dtype

from model_training.readers.values import numbers, text

ACCEPTED = (
    "2026-03-01T08:30:00Z, 2026-03-01 10:30:00+02:00, 2026-03-01 08:30:00 UTC, or seconds, milliseconds, "
    "microseconds or nanoseconds since 1970"
)
# Text that pandas would read too, such as `now`, is no date; nor is 03/04/2026, which has two meanings.
FULL_DATE = r"\d{4}[-/]\d{1,2}[-/]\d"
SHORTENED = r"\d(?:[.,]\d{0,8})?[eE]\+?\d+"
NO_ZONE = "times without a zone are read as UTC"
NAMED_UTC = r"\s*(?:UTC|GMT|[Zz])$"
ZONE = r"(?:UTC|GMT|[Zz]|[ :T]\S*[+-]\d{1,2}(?::?\d{2})?)$"
LONGEST_DATE = len("2026-03-01")
LONGEST_OFFSET = len("+09:00")
OFFSET = re.compile(r"([+-])(\d{1,2})(?::?(\d{2}))?$")
# In a second. A number of each that lies between the years below is one of no other.
UNITS = {"seconds": 1, "milliseconds": 10**3, "microseconds": 10**6, "nanoseconds": 10**9}
FIRST, LAST = (pd.Timestamp(year, tz="UTC").timestamp() for year in ("1980", "2100"))
LAST_TIME = 2**43 * 1000  # µs; in the year 2248: plainly wrong, and still a time that pandas can hold


class Times(NamedTuple):
    """Times of reviews.

    Parameters
    ----------
    utc : pandas.Series of datetime64 UTC of any unit, shape (n,)
        NaT where unreadable.
    local : pandas.Series of datetime64 without a zone, shape (n,)
        The same as they are written, without their zone or offset from UTC.
    of_another_unit : pandas.Series of bool, shape (n,)
        True where a number counts in another unit than most do.
    notes : tuple of str
        Which unit numbers were taken to count in, and that times named no zone.
    """

    utc: pd.Series
    local: pd.Series
    of_another_unit: pd.Series
    notes: tuple[str, ...] = ()


def times(column: pd.Series) -> Times:
    """Read times; UTC where they name no zone.

    Parameters
    ----------
    column : pandas.Series, shape (n,)
        Timestamps, numbers since 1970, or text of either.
    """
    none = pd.Series(data=False, index=column.index)
    if column.dtype.kind == "M":
        notes = () if column.dt.tz else (NO_ZONE,)
        return Times(pd.to_datetime(column, utc=True), column.dt.tz_localize(None), none, notes)
    if is_numeric_dtype(column.dtype):
        return _since_1970(numbers(column))
    written = text(column).str.strip()
    full = written.str.match(FULL_DATE).fillna(value=False)
    dates = _dates(written.where(full))
    local = dates.dt.tz_localize(None) + _offsets(written)
    zoned = written.str.contains(ZONE).fillna(value=True)
    notes = () if zoned[dates.notna()].all() else (NO_ZONE,)
    if full.all():
        return Times(dates, local, none, notes)
    # A spreadsheet's 1.77E+12 is hours off.
    exact = written.mask(full | written.str.fullmatch(SHORTENED).fillna(value=False))
    counted = _since_1970(numbers(exact))
    return Times(
        dates.fillna(counted.utc),
        local.fillna(counted.local),
        counted.of_another_unit,
        (*notes, *counted.notes),
    )


def _dates(written: pd.Series) -> pd.Series:
    read = _iso(written)
    failed = read.isna() & written.notna()
    if failed.any():
        other = written[failed].str.replace(NAMED_UTC, "Z", regex=True).str.replace(",", ".")
        read = read.fillna(_iso(other).reindex(read.index))
    return read


def _iso(written: pd.Series) -> pd.Series:
    return pd.to_datetime(written, format="ISO8601", utc=True, errors="coerce").dt.as_unit("us")


def _since_1970(number: pd.Series) -> Times:
    """Read numbers by the unit that brings most of them between 1980 and 2100."""
    within = {unit: number.between(FIRST * each, LAST * each) for unit, each in UNITS.items()}
    unit = max(within, key=lambda name: within[name].sum())
    another = within[unit] ^ pd.concat(within, axis=1).any(axis=1)
    microseconds = (number * (10**6 / UNITS[unit])).round().clip(0, LAST_TIME)
    utc = pd.to_datetime(microseconds.where(within[unit].any() & ~another), unit="us", utc=True).dt.as_unit(
        "us"
    )
    notes = (f"times are {unit} since 1970, by their size",) if within[unit].any() else ()
    return Times(utc, utc.dt.tz_localize(None), another, notes)


def _offsets(written: pd.Series) -> pd.Series:
    """Return how far each time's clock is ahead of UTC, 0 where it doesn't say."""
    ends = written.str.slice(-LONGEST_OFFSET).where(written.str.len() > LONGEST_DATE)
    minutes = ends.map({end: _minutes_ahead(end) for end in ends.dropna().unique()}).astype("float64")
    return pd.to_timedelta(minutes.fillna(0), unit="min")


def _minutes_ahead(end: str) -> int:
    offset = OFFSET.search(end)
    if offset is None:
        return 0
    sign, hours, minutes = offset.groups()
    ahead = int(hours) * 60 + int(minutes or 0)
    return -ahead if sign == "-" else ahead
