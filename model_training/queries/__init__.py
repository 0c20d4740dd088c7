"""The queries over the table of reviews: plain SQL files, run verbatim by DuckDB, Spark and Athena (Trino).

Each reads a relation named ``reviews``, which has the columns of `lake.schema.COLUMNS`, and uses only what
all three engines have and mean alike: ``floor``, ``ln``, ``sqrt``, ``exp``, ``power``, ``cast``, ``CASE``,
``coalesce``, ``GROUP BY``, window functions and ``WITH``. Those below ``sampling`` hash text as well, which
DuckDB and Spark write alike and Athena doesn't.
"""

from __future__ import annotations

from datetime import date, datetime
from math import isfinite
from pathlib import Path

FOLDER = Path(__file__).parent


def read(name: str, **values: float | date) -> str:
    """Return a query with its numbers and dates filled in.

    Parameters
    ----------
    name : str
        The file's name without ``.sql``, below this folder.
    **values : int, float or datetime.date
        What stands for each ``{placeholder}`` of the file, each of them and no other. A float becomes a
        double: in all three engines ``0.5`` is a decimal number, ``0.5e0`` isn't.

    Raises
    ------
    TypeError
        If a value is of another type.
    ValueError
        If a number isn't finite, or the file has other placeholders.
    """
    text = (FOLDER / f"{name}.sql").read_text(encoding="utf-8")
    for placeholder, value in values.items():
        if f"{{{placeholder}}}" not in text:
            raise ValueError(f"{name}.sql: has no placeholder {{{placeholder}}}")
        text = text.replace(f"{{{placeholder}}}", _literal(placeholder, value))
    if "{" in text:
        missing = text[text.index("{") + 1 : text.index("}")]
        raise ValueError(f"{name}.sql: the value of {{{missing}}} is missing")
    return text


def _literal(placeholder: str, value: object) -> str:
    if isinstance(value, date) and not isinstance(value, datetime):
        return f"DATE '{value.isoformat()}'"
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise TypeError(f"{placeholder}: must be an int, a float or a date; got {value!r}")
    if not isfinite(value):
        raise ValueError(f"{placeholder}: must be finite; got {value!r}")
    text = repr(value)
    if isinstance(value, float) and "e" not in text:
        text += "e0"
    return f"({text})" if value < 0 else text
