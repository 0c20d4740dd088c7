"""Values of any type into numbers, text and names; what can't be converted becomes missing."""

from __future__ import annotations

import pandas as pd
from pandas.api.types import infer_dtype, is_float_dtype, is_integer_dtype, is_numeric_dtype

EXACT = 2**53  # from here on floating point leaves out whole numbers
LARGEST_INTEGER = 2**63 - 1
LAST_TIME = 2**43  # ms; in the year 2248: plainly wrong, and still a time that pandas can hold


def from_milliseconds(milliseconds: pd.Series) -> pd.Series:
    """Turn float64 milliseconds since 1970 into datetime64 UTC, within 1970 and 2248."""
    return pd.to_datetime(milliseconds.clip(0, LAST_TIME), unit="ms", utc=True)


def numbers(column: pd.Series) -> pd.Series:
    """Read a column of any type as float64, missing where a value isn't a number."""
    values = column if is_numeric_dtype(column.dtype) else text(column)
    return pd.to_numeric(values, errors="coerce").astype("float64")


def identifiers(column: pd.Series) -> tuple[pd.Series, tuple[str, ...]]:
    """Return whole numbers as int64 and everything else as text, and say what of it was changed.

    Whole numbers are often written as 12.0, by programs that know no missing integer: in a column in which no
    number has another fraction, they are the numbers.
    """
    if infer_dtype(column, skipna=True) != "mixed-integer-float":  # which would lose what is beyond 2⁵³
        column = column.convert_dtypes()
    if is_integer_dtype(column.dtype) and (column.empty or column.max() <= LARGEST_INTEGER):
        return column.astype("int64"), ()
    names = text(column).str.strip()
    if is_float_dtype(column.dtype):
        return names.str.removesuffix(".0"), ()
    whole = names.str.endswith(".0")
    if not whole.any() or not names[whole].str.fullmatch(r"-?\d+\.0").all() or _has_fractions(names[~whole]):
        return names, ()
    written = f"{column.name} numbers such as {names[whole].iloc[0]} are read without their .0"
    return names.str.removesuffix(".0"), (written,)


def _has_fractions(names: pd.Series) -> bool:
    return bool(names.str.fullmatch(r"-?\d+\.\d+").any())


def rounded(column: pd.Series) -> pd.Series:
    """Mark names that are no longer exact: a spreadsheet's 1.5E+12, and floating point beyond 2⁵³."""
    if is_float_dtype(column.dtype):
        return (column.abs() >= EXACT).fillna(value=False)
    if is_numeric_dtype(column.dtype):
        return pd.Series(data=False, index=column.index)
    return text(column).str.fullmatch(r"\d[.,]?\d*[eE]\+\d+").fillna(value=False)


def text(column: pd.Series) -> pd.Series:
    """Turn values of any type into text, and leave missing ones missing."""
    if not isinstance(column.dtype, pd.StringDtype):
        column = column.map(_decode, na_action="ignore")
    return column.astype("str")


def _decode(value: object) -> str:
    # Some writers of Parquet leave text as bytes; others use bytes as names, which needn't be text.
    return value.decode(errors="backslashreplace") if isinstance(value, bytes) else str(value)
