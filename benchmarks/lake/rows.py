"""Rows of the table out of simulated reviews, by the core that serves: ``FOLDER REVIEWS`` writes them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from itertools import groupby
from multiprocessing import get_context
from operator import itemgetter
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.lake.reviews import blocks
from lake.rows import Added, Row, rows_of_card
from lake.schema import COLUMNS, STATE
from memory.reviews import EPOCH, MICROS_PER_MINUTE, Review
from model_training.registry.default_model import DEFAULT_MODEL
from recall.artifact import decode
from recall.curve import recall_probability
from recall.history import HISTORY_FEATURES

SHIFT = -4 * 60  # study days begin at 4 a.m. UTC
VERSION = "benchmark"
ARROW = {
    "string": pa.string(),
    "date": pa.date32(),
    "timestamptz": pa.timestamp("us", "UTC"),
    "int": pa.int32(),
    "boolean": pa.bool_(),
    "double": pa.float64(),
}
SCHEMA = pa.schema([pa.field(n, ARROW[c.type], nullable=not c.required) for n, c in COLUMNS.items()])
PROCESSES = 2
PLACES = {name: place for place, name in enumerate(COLUMNS)}
DAYS, PROBABILITY, MODEL = (
    PLACES[name] for name in ("days_since_last_review", "recall_probability", "model_version")
)
BEFORE = slice(PLACES[HISTORY_FEATURES[0]], PLACES[HISTORY_FEATURES[-1]] + 1)
UNKNOWN_LEARNER = (0.0,) * len(STATE)


def write(folder: Path, reviews: int) -> int:
    """Write rows as Parquet files into a folder; return how many: at least those asked for."""
    last_day = (datetime.now(UTC) - EPOCH).days
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn")) as pool:
        files = (folder / f"{number:04d}.parquet" for number in range(reviews))
        return sum(pool.map(_write_block, blocks(reviews, last_day), files))


def by_time(folder: Path, at_once: int) -> Iterator[list[Row]]:
    """Yield the rows of a folder's files in the order in which they were received."""
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'; SET memory_limit = '500MB'")
        connection.execute(f"SET temp_directory = '{folder}'")
        query = f"FROM '{folder}/*.parquet' ORDER BY reviewed_at"
        for batch in connection.sql(query).to_arrow_reader(at_once):
            yield list(zip(*(column.to_pylist() for column in batch.columns), strict=True))


def _write_block(block: pd.DataFrame, path: Path) -> int:
    curve = decode(DEFAULT_MODEL.read_bytes()).history
    if curve is None:
        raise ValueError("the default model has a history model")
    rows = []
    columns = (block[name].tolist() for name in ("learner", "card", "micros", "rating"))
    for (learner, card), group in groupby(zip(*columns, strict=True), itemgetter(0, 1)):
        added = []
        for number, (_, _, micros, rating) in enumerate(group):
            # The state of a learner isn't followed here: it would take as long as all the rest.
            review = Review(micros, f"{card}-{number}", rating, 0, SHIFT, 5_000, None, number)
            at = datetime.fromtimestamp(micros // MICROS_PER_MINUTE * 60, UTC)
            added.append(Added(review, at, VERSION, UNKNOWN_LEARNER))
        for row in rows_of_card(learner, card, [], added):
            days = row[DAYS]
            if days is not None:
                probability = recall_probability(curve.curve(row[BEFORE]), days)
                row = (*row[:PROBABILITY], probability, VERSION, *row[MODEL + 1 :])  # noqa: PLW2901
            rows.append(row)
    columns_of_rows = zip(*rows, strict=True)
    arrays = [pa.array(values, field.type) for values, field in zip(columns_of_rows, SCHEMA, strict=True)]
    pq.write_table(pa.Table.from_arrays(arrays, schema=SCHEMA), path, compression="zstd")
    return len(rows)


if __name__ == "__main__":
    write(Path(sys.argv[1]), int(sys.argv[2]))
