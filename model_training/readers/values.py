"""Values of any type into times, numbers, text and names; what can't be converted becomes missing."""

from __future__ import annotations

import re

import pandas as pd
from pandas.api.types import is_numeric_dtype, is_signed_integer_dtype

# Text that pandas would read too, such as `now`, is no date.
LONGEST_DATE = len("2026-03-01")
LONGEST_OFFSET = len("+09:00")
OFFSET = re.compile(r"([+-])(\d{1,2})(?::?(\d{2}))?$")
FULL_DATE = r"\s*\d{4}-\d{1,2}-\d"
LAST_TIME = 2**43  # ms; in the year 2248: plainly wrong, and still a time that pandas can hold


def times(column: pd.Series) -> tuple[pd.Series, pd.Series, pd.Series]:
    """Read times, also as their own clock shows them, and mark where a bare number stands in a time's place.

    Parameters
    ----------
    column : pandas.Series, shape (n,)
        Timestamps, or ISO 8601 text; UTC where they name no zone.

    Returns
    -------
    times : pandas.Series of datetime64 UTC of any unit, shape (n,)
        NaT where unreadable.
    local : pandas.Series of datetime64 without a zone, shape (n,)
        The same as they are written, without their zone or offset from UTC.
    bare_number : pandas.Series of bool, shape (n,)
        True where the value is a number, whose unit would be a guess.
    """
    if column.dtype.kind == "M":
        no_number = pd.Series(data=False, index=column.index)
        return pd.to_datetime(column, utc=True), column.dt.tz_localize(None), no_number
    if is_numeric_dtype(column.dtype):
        no_time = pd.Series(pd.NaT, index=column.index, dtype="datetime64[us, UTC]")
        return no_time, no_time.dt.tz_localize(None), column.notna()
    written = text(column)
    dates = written.where(written.str.match(FULL_DATE).fillna(value=False))
    read = pd.to_datetime(dates, format="ISO8601", utc=True, errors="coerce")
    return read, read.dt.tz_localize(None) + _offsets(written), numbers(written).notna()


def _offsets(written: pd.Series) -> pd.Series:
    """Return how far each time's clock is ahead of UTC, 0 where it doesn't say."""
    written = written.str.strip()
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


def from_milliseconds(milliseconds: pd.Series) -> pd.Series:
    """Turn float64 milliseconds since 1970 into datetime64 UTC, within 1970 and 2248."""
    return pd.to_datetime(milliseconds.clip(0, LAST_TIME), unit="ms", utc=True)


def numbers(column: pd.Series) -> pd.Series:
    """Read a column of any type as float64, missing where a value isn't a number."""
    values = column if is_numeric_dtype(column.dtype) else text(column)
    return pd.to_numeric(values, errors="coerce").astype("float64")


def identifiers(column: pd.Series) -> pd.Series:
    """Return whole numbers as int64, everything else as text."""
    column = column.convert_dtypes()  # a missing value elsewhere had made numbers of a file into 1.0
    return column.astype("int64") if is_signed_integer_dtype(column.dtype) else text(column)


def text(column: pd.Series) -> pd.Series:
    """Turn values of any type into text, and leave missing ones missing."""
    if not isinstance(column.dtype, pd.StringDtype):
        column = column.map(_decode, na_action="ignore")
    return column.astype("str")


def _decode(value: object) -> str:
    # Some writers of Parquet leave text as bytes; others use bytes as names, which needn't be text.
    return value.decode(errors="backslashreplace") if isinstance(value, bytes) else str(value)
