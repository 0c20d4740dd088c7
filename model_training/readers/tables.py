"""Review logs as tables: CSV, JSON and Parquet, with the columns of any of `layouts.LAYOUTS`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

import pandas as pd

from model_training.readers.chunks import Chunk, Table
from model_training.readers.columns import normalised
from model_training.readers.csv_table import open_csv
from model_training.readers.formats import Format
from model_training.readers.json_table import open_json
from model_training.readers.layouts import BENCHMARK, Chosen, choose
from model_training.readers.parquet_table import open_parquet
from model_training.readers.rows import RawLog

READERS = {Format.CSV: open_csv, Format.JSON: open_json, Format.PARQUET: open_parquet}


def read_table(
    path: Path,
    kind: Format,
    learner: str,
    *,
    names: Mapping[str, str],
    partitions: Mapping[str, str | None],
) -> Iterator[RawLog]:
    """Read a table, in canonical columns or in those of another program.

    Parameters
    ----------
    path : Path
        The file.
    kind : Format
        A key of `READERS`.
    learner : str
        The learner's name, where the table doesn't give it.
    names : Mapping of str to str
        For each field of ``--columns`` the name of its column.
    partitions : Mapping of str to str or None
        The values, by name, of columns that the file's folders give: those of a partitioned table.

    Yields
    ------
    RawLog
        The table a part at a time, or whole where its layout needs it.

    Raises
    ------
    ReviewLogError
        If the file is damaged, isn't a table, or a column is missing.
    """
    table = READERS[kind](path)
    outer = {name: value for name, value in partitions.items() if name not in table.columns}
    chosen = choose(path, [*table.columns, *outer], names)
    inside = [column for column in chosen.columns.values() if column not in outer]
    ignored = tuple(name for name in table.columns if name not in inside and name)
    chunks = table.read(inside)
    for chunk in [_joined(list(chunks))] if chosen.layout.whole else chunks:
        rows = chunk.rows.assign(**{name: outer[name] for name in chosen.columns.values() if name in outer})
        yield _raw(chunk, rows, chosen, table, learner, ignored)


def _raw(
    chunk: Chunk, rows: pd.DataFrame, chosen: Chosen, table: Table, learner: str, ignored: tuple[str, ...]
) -> RawLog:
    rows = rows.rename(columns={column: field for field, column in chosen.columns.items()})
    found = chosen.layout.convert(rows if "learner" in rows else rows.assign(learner=learner))
    return RawLog(
        found.rows,
        chosen.name,
        chunk.rows_in,
        skipped=found.skipped,
        broken=chunk.broken,
        ignored_columns=ignored,
        notes=(*chunk.notes, *found.notes),
        earliest=chosen.layout.earliest,
        examples=chunk.examples,
        place=table.place,
        columns=chosen.columns,
        durations_by_size=chosen.layout is not BENCHMARK
        and normalised(chosen.columns.get("duration_ms", "")) == "duration",
    )


def _joined(chunks: list[Chunk]) -> Chunk:
    broken: Counter[str] = Counter()
    examples: dict[str, str] = {}
    for chunk in chunks:
        broken.update(chunk.broken)
        examples = {**chunk.examples, **examples}
    return Chunk(
        pd.concat([chunk.rows for chunk in chunks]),
        sum(chunk.rows_in for chunk in chunks),
        broken,
        examples,
        tuple(dict.fromkeys(note for chunk in chunks for note in chunk.notes)),
    )
