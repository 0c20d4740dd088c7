"""Learners' rows in a file of the lake, whatever its format: how many, and the file without them."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Set
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import duckdb

from model_training.engines.duck import database

LEARNER = "learner"  # the column, in every format
_IS_OF = "coalesce(list_contains($2, learner::VARCHAR), false)"


class Rest(NamedTuple):
    """A file without learners' rows, and how many there were."""

    body: bytes
    rows: int


class UnreadableError(ValueError):
    """A file isn't what its name says."""


def without(key: str, body: bytes, learners: Set[str]) -> Rest:
    """Return a file without the learners' rows; a file without a column ``learner`` holds nobody.

    A JSON document has no rows: nothing of it is left when it names one of the learners anywhere.

    Raises
    ------
    UnreadableError
        If the content doesn't fit the key's ending.
    """
    remove = _FORMATS.get(PurePosixPath(key).suffix)
    if remove is None:
        return Rest(body, 0)
    try:
        return remove(body, learners)
    except (duckdb.Error, csv.Error, ValueError) as error:
        raise UnreadableError(str(error).splitlines()[0]) from error


def _parquet(body: bytes, learners: Set[str]) -> Rest:
    with TemporaryDirectory(prefix="recall-erase-") as folder, database() as connection:
        path, rest = Path(folder) / "file.parquet", Path(folder) / "rest.parquet"
        path.write_bytes(body)
        rows = connection.read_parquet(str(path))
        if LEARNER not in rows.columns:
            return Rest(body, 0)
        given = [str(path), sorted(learners)]
        held = connection.execute(f"SELECT count(*) FROM read_parquet($1) WHERE {_IS_OF}", given).fetchone()  # noqa: S608 - our own
        if not held or not held[0]:
            return Rest(body, 0)
        others = f"SELECT * FROM read_parquet($1) WHERE NOT {_IS_OF}"  # noqa: S608 - our own
        connection.sql(others, params=given).write_parquet(str(rest), compression="zstd")
        return Rest(rest.read_bytes(), held[0])


def _json_lines(body: bytes, learners: Set[str]) -> Rest:
    lines = body.decode().splitlines(keepends=True)
    kept = [line for line in lines if not (line.strip() and _is_of(json.loads(line), learners))]
    return Rest("".join(kept).encode(), len(lines) - len(kept))


def _is_of(row: Any, learners: Set[str]) -> bool:
    return isinstance(row, dict) and str(row.get(LEARNER)) in learners


def _csv(body: bytes, learners: Set[str]) -> Rest:
    text = body.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text, newline="")))
    if not rows or LEARNER not in rows[0]:
        return Rest(body, 0)
    column = rows[0].index(LEARNER)
    kept = [row for row in rows if not (len(row) > column and row[column] in learners)]
    if len(kept) == len(rows):
        return Rest(body, 0)
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows(kept)
    return Rest(out.getvalue().encode(), len(rows) - len(kept))


def _document(body: bytes, learners: Set[str]) -> Rest:
    named = _times_named(json.loads(body), learners)
    return Rest(b"" if named else body, named)


def _times_named(value: Any, learners: Set[str]) -> int:
    if isinstance(value, dict):
        return sum(key in learners for key in value) + sum(_times_named(v, learners) for v in value.values())
    if isinstance(value, list):
        return sum(_times_named(each, learners) for each in value)
    return int(isinstance(value, (str, int)) and not isinstance(value, bool) and str(value) in learners)


_FORMATS: dict[str, Callable[[bytes, Set[str]], Rest]] = {
    ".parquet": _parquet,
    ".jsonl": _json_lines,
    ".csv": _csv,
    ".json": _document,
}
