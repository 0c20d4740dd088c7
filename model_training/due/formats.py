"""Deck files, whatever their format, as one table of text in DuckDB."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from pathlib import Path

import duckdb

from model_training.due.errors import DueError

KEY_COLUMNS = ("learner", "card")
INPUT_COLUMNS = ("last_review_at", "review_count", "difficulty")
WANTED = (*KEY_COLUMNS, *INPUT_COLUMNS)
NO_FIELDS = "the line has more or fewer fields than the header"
NO_OBJECT = "the line isn't a JSON object"
_RULE = f"a deck has {' and '.join(KEY_COLUMNS)}, and either none or all of {', '.join(INPUT_COLUMNS)}"


def read_deck(connection: duckdb.DuckDBPyConnection, path: Path, where: str) -> bool:
    """Make the table ``raw``: ``row``, the columns of `WANTED` as text, and ``broken``: why a line is no row.

    A broken line's ``row`` is its negative number.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        A connection that holds no other deck.
    path : pathlib.Path
        The file; its ending is its format.
    where : str
        How error messages name the deck.

    Returns
    -------
    bool
        Whether the deck says when and how its cards were reviewed; else the stored reviews do.

    Raises
    ------
    DueError
        If the file is damaged, or a column is missing.
    """
    try:
        return READERS[path.suffix](connection, path, where)
    except (duckdb.Error, csv.Error, UnicodeError) as error:
        kind = path.suffix.removeprefix(".")
        detail = " ".join(str(error).split())[:200]
        raise DueError(f"{where}: can't be read as {kind} in UTF-8 ({detail}); write it again") from error


def _read_csv(connection: duckdb.DuckDBPyConnection, path: Path, where: str) -> bool:
    with path.open(encoding="utf-8-sig", newline="") as file:
        header = [name.strip() for name in next(csv.reader(file), [])]
    with_inputs = _check(header, where)
    connection.execute(
        "CREATE TEMP TABLE raw AS SELECT row_number() OVER () AS row,"  # noqa: S608 - our own names
        f" {_text(header)}, NULL::VARCHAR AS broken"
        " FROM read_csv(?, auto_detect = false, header = true, delim = ',', quote = '\"', escape = '\"',"
        " columns = ?, store_rejects = true, rejects_limit = 0)",
        [str(path), dict.fromkeys(header, "VARCHAR")],
    )
    connection.execute(
        "INSERT INTO raw (row, broken) SELECT DISTINCT -line::BIGINT, ? FROM reject_errors", [NO_FIELDS]
    )
    return with_inputs


def _read_json_lines(connection: duckdb.DuckDBPyConnection, path: Path, where: str) -> bool:
    connection.execute(
        "CREATE TEMP TABLE lines AS SELECT row_number() OVER () AS row, json FROM"
        " read_json_objects(?, format = 'newline_delimited', ignore_errors = true)",
        [str(path)],
    )
    keys = "SELECT DISTINCT unnest(json_keys(json)) FROM lines WHERE json_type(json) = 'OBJECT'"
    with_inputs = _check([name for (name,) in connection.execute(keys).fetchall()], where)
    fields = ", ".join(f"json ->> '{name}' AS {name}" for name in WANTED)
    connection.execute(
        "CREATE TEMP TABLE raw AS SELECT if(broken, -row, row) AS row,"  # noqa: S608 - our own names
        f" {fields}, if(broken, ?, NULL) AS broken"
        " FROM (SELECT *, json_type(json) IS DISTINCT FROM 'OBJECT' AS broken FROM lines)",
        [NO_OBJECT],
    )
    connection.execute("DROP TABLE lines")
    return with_inputs


def _read_parquet(connection: duckdb.DuckDBPyConnection, path: Path, where: str) -> bool:
    columns = connection.read_parquet(str(path)).columns
    with_inputs = _check(columns, where)
    connection.execute(
        "CREATE TEMP TABLE raw AS SELECT row_number() OVER () AS row,"  # noqa: S608 - our own names
        f" {_text(columns)}, NULL::VARCHAR AS broken"
        " FROM read_parquet(?)",
        [str(path)],
    )
    return with_inputs


READERS: dict[str, Callable[[duckdb.DuckDBPyConnection, Path, str], bool]] = {
    ".csv": _read_csv,
    ".jsonl": _read_json_lines,
    ".parquet": _read_parquet,
}


def _check(columns: Sequence[str], where: str) -> bool:
    """Return whether there are inputs; refuse a deck with too few columns, or with one twice."""
    twice = next((name for name in WANTED if columns.count(name) > 1), None)
    if twice:
        raise DueError(f"{where}: column {twice} appears more than once; keep one of them")
    with_inputs = any(name in columns for name in INPUT_COLUMNS)
    for name in WANTED if with_inputs else KEY_COLUMNS:
        if name not in columns:
            raise DueError(f"{where}: column {name} is missing; {_RULE}")
    return with_inputs


def _text(columns: Sequence[str]) -> str:
    """Return the wanted columns as text, null where the file has none."""
    return ", ".join(f"{name if name in columns else 'NULL'}::VARCHAR AS {name}" for name in WANTED)
