"""A learner's rows in a file of the lake, whatever its format: how many, and the file without them."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import duckdb

from model_training.review_table.workbench import SETTINGS

LEARNER = "learner"  # the column, in every format


class Rest(NamedTuple):
    """A file without a learner's rows, and how many there were."""

    body: bytes
    rows: int


class UnreadableError(ValueError):
    """A file isn't what its name says."""


def without(key: str, body: bytes, learner: str) -> Rest:
    """Return a file without the learner's rows; a file without a column ``learner`` holds nobody.

    A JSON document has no rows: nothing of it is left when it names the learner anywhere.

    Raises
    ------
    UnreadableError
        If the content doesn't fit the key's ending.
    """
    remove = _FORMATS.get(PurePosixPath(key).suffix)
    if remove is None:
        return Rest(body, 0)
    try:
        return remove(body, learner)
    except (duckdb.Error, csv.Error, ValueError) as error:
        raise UnreadableError(str(error).splitlines()[0]) from error


def _parquet(body: bytes, learner: str) -> Rest:
    with TemporaryDirectory(prefix="recall-erase-") as folder, duckdb.connect(config=SETTINGS) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        path, rest = Path(folder) / "file.parquet", Path(folder) / "rest.parquet"
        path.write_bytes(body)
        rows = connection.read_parquet(str(path))
        if LEARNER not in rows.columns:
            return Rest(body, 0)
        held = connection.execute(
            "SELECT count(*) FROM read_parquet(?) WHERE learner::VARCHAR = ?", [str(path), learner]
        ).fetchone()
        if not held or not held[0]:
            return Rest(body, 0)
        others = "SELECT * FROM read_parquet(?) WHERE learner::VARCHAR IS DISTINCT FROM ?"
        connection.sql(others, params=[str(path), learner]).write_parquet(str(rest), compression="zstd")
        return Rest(rest.read_bytes(), held[0])


def _json_lines(body: bytes, learner: str) -> Rest:
    lines = body.decode().splitlines(keepends=True)
    kept = [line for line in lines if not (line.strip() and _is_of(json.loads(line), learner))]
    return Rest("".join(kept).encode(), len(lines) - len(kept))


def _is_of(row: Any, learner: str) -> bool:
    return isinstance(row, dict) and str(row.get(LEARNER)) == learner


def _csv(body: bytes, learner: str) -> Rest:
    text = body.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text, newline="")))
    if not rows or LEARNER not in rows[0]:
        return Rest(body, 0)
    column = rows[0].index(LEARNER)
    kept = [row for row in rows if not (len(row) > column and row[column] == learner)]
    if len(kept) == len(rows):
        return Rest(body, 0)
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows(kept)
    return Rest(out.getvalue().encode(), len(rows) - len(kept))


def _document(body: bytes, learner: str) -> Rest:
    named = _times_named(json.loads(body), learner)
    return Rest(b"" if named else body, named)


def _times_named(value: Any, learner: str) -> int:
    if isinstance(value, dict):
        return sum(key == learner for key in value) + sum(_times_named(v, learner) for v in value.values())
    if isinstance(value, list):
        return sum(_times_named(each, learner) for each in value)
    return int(isinstance(value, (str, int)) and not isinstance(value, bool) and str(value) == learner)


_FORMATS: dict[str, Callable[[bytes, str], Rest]] = {
    ".parquet": _parquet,
    ".jsonl": _json_lines,
    ".csv": _csv,
    ".json": _document,
}
