"""How long due lists take: a deck of a million simulated cards in each format, and one of stored reviews.

``python -m benchmarks.due`` prints cards a minute and peak memory. Each deck has a process of its own with
one thread, as in the function, and the objects in a folder in S3's place: everything but S3's own time. The
target is held against CPU time, which a busy machine stretches less than the time that passes, and is for
scoring cards: reading the table of reviews is apart, because all decks share it.
"""

from __future__ import annotations

import argparse
import os
import resource
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO, NamedTuple
from unittest.mock import patch

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.command import Command
from lake.schema import STATE
from model_training.due import make_due_lists
from model_training.due.states import States
from model_training.registry.lake import Lake, StoredObject
from recall.history import HISTORY_FEATURES

CARDS = 1_000_000
CARDS_A_LEARNER = 500
REVIEWS_A_CARD = 6
TARGET = 10_000_000  # cards a minute
NOW = datetime(2026, 11, 20, 3, 17, tzinfo=UTC)
MEBIBYTE = 2**20
ROWS_FOLDER = "rows"
# Reviewed 1 to 120 days ago; as many cards a learner as people have.
_NAMES = f"'learner-' || (i // {CARDS_A_LEARNER}) AS learner, 'card-' || i AS card"
INPUTS = (
    f"SELECT {_NAMES},"  # noqa: S608 - our own words, here and below
    " TIMESTAMPTZ '2026-11-20 00:00:00+00' - to_seconds(86400 + hash(i) % 10281600) AS last_review_at,"
    " 1 + hash(i, 1) % 30 AS review_count,"
    " round(1 + 9 * (0.6 + hash(i, 2) % 5) / (9 + hash(i, 3) % 30), 3) AS difficulty"
    " FROM range(?) AS cards(i)"
)
ROWS = (
    f"SELECT {_NAMES}, TIMESTAMPTZ '2026-05-01 00:00:00+00'"  # noqa: S608
    " + to_seconds(5184 * n * n * (n + 10) * 10 + hash(i, n) % 80000) AS reviewed_at,"
    " reviewed_at AS received_at, if(hash(n, i) % 8 = 0, 1, 3)::INTEGER AS rating, 'm1' AS model_version,"
    f" {', '.join(f'0.1 + random() AS after_{name}' for name in HISTORY_FEATURES)},"
    " 1 + n AS after_review_count, n // 4 AS after_failures, 1 + n AS after_reviews,"
    f" {', '.join(f'random() / 4 AS {name}' for name in STATE)}"
    f" FROM range(?) AS cards(i), range({REVIEWS_A_CARD}) AS reviews(n) ORDER BY reviewed_at"
)


class FileTable:
    """A table of reviews in Parquet files, which are read one after the other.

    Parameters
    ----------
    folder : pathlib.Path
        Of the files.
    """

    def __init__(self, folder: Path) -> None:
        self._files = sorted(folder.glob("*.parquet"))

    def batches(self, columns: list[str], _row_filter: object) -> pa.RecordBatchReader:
        """Return columns of all rows, in batches."""
        whole = pq.read_schema(self._files[0])
        schema = pa.schema([whole.field(name) for name in columns])
        files = (pq.ParquetFile(path) for path in self._files)
        return pa.RecordBatchReader.from_batches(
            schema, (batch for file in files for batch in file.iter_batches(columns=columns))
        )


class FolderLake(Lake):
    """A lake whose objects are files.

    Parameters
    ----------
    folder : pathlib.Path
        Of the files.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(None, folder.name)
        self._folder = folder

    def read(self, key: str) -> StoredObject | None:
        """Return a file's content, or None when there is none."""
        path = self._folder / key
        return StoredObject(path.read_bytes(), "") if path.is_file() else None

    def write(self, key: str, body: bytes | BinaryIO) -> None:
        """Write a file."""
        path = self._folder / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body if isinstance(body, bytes) else body.read())

    def keys(self, prefix: str) -> dict[str, datetime]:
        """Return the files whose names begin so."""
        files = (path for path in self._folder.rglob("*") if path.is_file())
        names = sorted(path.relative_to(self._folder).as_posix() for path in files)
        return {name: NOW for name in names if name.startswith(prefix)}


class Cost(NamedTuple):
    """What a deck took.

    Parameters
    ----------
    cards : int
        The number of cards in the list.
    seconds, cpu_seconds : float
        Without reading the table of reviews.
    reading : float
        Seconds of CPU to read the table of reviews.
    peak_mib : float
        The process's peak memory in MiB.
    """

    cards: int
    seconds: float
    cpu_seconds: float
    reading: float
    peak_mib: float

    @property
    def cards_a_minute(self) -> float:
        """Cards that are scored and written in a minute of CPU."""
        return self.cards / self.cpu_seconds * 60


class Clock:
    """Seconds that passed and seconds of CPU since it was made."""

    def __init__(self) -> None:
        self._began = time.perf_counter(), time.process_time()

    def read(self) -> tuple[float, float]:
        """Return both."""
        return time.perf_counter() - self._began[0], time.process_time() - self._began[1]


def measure(folder: Path) -> Cost:
    """Make the due list of the only deck in a folder."""
    os.environ["AWS_LAMBDA_FUNCTION_NAME"] = "due"  # DuckDB then has one thread
    reading = 0.0, 0.0
    make = States.make

    def timed(states: States) -> None:
        nonlocal reading
        clock = Clock()
        make(states)
        reading = clock.read()

    with patch.object(States, "make", timed):
        clock = Clock()
        done = make_due_lists(FolderLake(folder), lambda: FileTable(folder / ROWS_FOLDER), NOW, 0.9)  # type: ignore[arg-type,return-value] # it is read only
        seconds, cpu = clock.read()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / MEBIBYTE
    cards = done.decks["deck"]["cards"]
    return Cost(cards, seconds - reading[0], cpu - reading[1], reading[1], peak)


def write_inputs(folder: Path, suffix: str) -> None:
    """Write a deck with the three inputs."""
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute("SET enable_progress_bar = false")
        rows = connection.sql(INPUTS, params=[CARDS])
        path = folder / "decks" / f"deck.{suffix}"
        path.parent.mkdir()
        if suffix == "parquet":
            rows.write_parquet(str(path))
        else:
            kind = "FORMAT csv, HEADER" if suffix == "csv" else "FORMAT json"
            connection.execute(f"COPY ({INPUTS}) TO '{path}' ({kind})", [CARDS])


def write_histories(folder: Path, suffix: str) -> None:
    """Write a deck that names cards, and the table's rows of their reviews."""
    with duckdb.connect(config={"memory_limit": "1GB", "temp_directory": str(folder)}) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute("SET enable_progress_bar = false")
        deck = folder / "decks" / f"deck.{suffix}"
        deck.parent.mkdir()
        connection.sql(INPUTS, params=[CARDS]).select("learner", "card").write_parquet(str(deck))
        # As large as S3 Tables makes them of small ones.
        how = "FORMAT parquet, COMPRESSION zstd, FILE_SIZE_BYTES '64MB'"
        connection.execute(f"COPY ({ROWS}) TO '{folder / ROWS_FOLDER}' ({how})", [CARDS])


DECKS: dict[str, tuple[Callable[[Path, str], None], str]] = {
    "CSV, three inputs": (write_inputs, "csv"),
    "JSON lines, three inputs": (write_inputs, "jsonl"),
    "Parquet, three inputs": (write_inputs, "parquet"),
    f"Parquet, {REVIEWS_A_CARD} stored reviews a card": (write_histories, "parquet"),
}


def main(_options: argparse.Namespace) -> int:
    """Measure every deck; return 1 if one misses the target."""
    missed = 0
    print(
        f"{'deck':<36}{'cards':>12}{'seconds':>10}{'of CPU':>10}{'cards a minute':>17}{'reading':>10}"
        f"{'peak MiB':>11}"
    )
    for name, (write, suffix) in DECKS.items():
        with TemporaryDirectory(prefix="recall-bench-") as scratch:
            write(Path(scratch), suffix)
            with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
                cost = pool.submit(measure, Path(scratch)).result()
        missed += cost.cards_a_minute < TARGET
        print(
            f"{name:<36}{cost.cards:>12,}{cost.seconds:>10.1f}{cost.cpu_seconds:>10.1f}"
            f"{cost.cards_a_minute:>17,.0f}{cost.reading:>10.1f}{cost.peak_mib:>11,.0f}",
            flush=True,
        )
    print(f"target: {TARGET:,} cards a minute, {'missed' if missed else 'met'}")
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(Command("benchmarks.due", __doc__).start(main))
