"""The files of releases before the table: one Parquet file a day, and one object for each request.

``reviews/table/date=<day>/reviews.parquet`` held the reviews of a UTC day, ``reviews/inbox/…/<sha256>.jsonl``
those of a request that were still to be merged into the days. Both have the same columns.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import duckdb

from model_training.engines.duck import database
from model_training.migration.errors import OldFileError
from model_training.progress import Progress
from model_training.registry.lake import Lake, StoredObject

REVIEWS = "reviews/"
DAY_FILE = re.compile(rf"{REVIEWS}table/date=\d{{4}}-\d\d-\d\d/reviews\.parquet")
REQUEST = re.compile(rf"{REVIEWS}inbox/.+\.jsonl")
# As DuckDB names the types.
COLUMNS = {
    "event_id": "VARCHAR NOT NULL",
    "learner": "VARCHAR NOT NULL",
    "card": "VARCHAR NOT NULL",
    "reviewed_at": "TIMESTAMPTZ NOT NULL",
    "rating": "TINYINT NOT NULL CHECK (rating BETWEEN 1 AND 4)",
    "recall_probability": "DOUBLE CHECK (recall_probability BETWEEN 0 AND 1)",
    "model_version": "VARCHAR",
    "received_at": "TIMESTAMPTZ NOT NULL",
}
NAMES = ", ".join(COLUMNS)
# Of an event's rows the one that was received first counts, as it always did; if several were at once, the
# content decides.
NUMBERED = f"""
CREATE TABLE reviews AS
SELECT *, row_number() OVER (ORDER BY reviewed_at, event_id, learner, card) - 1 AS place
FROM (SELECT {NAMES} FROM arrived QUALIFY row_number() OVER (
    PARTITION BY learner, card, event_id
    ORDER BY received_at, reviewed_at, rating, recall_probability, model_version) = 1)
"""  # noqa: S608 - our own names
FIELDS = """learner, card, event_id, epoch_us(reviewed_at), rating, recall_probability, model_version,
    epoch_us(received_at), place"""
OF_THEIR_CARDS = f"""
SELECT {FIELDS} FROM reviews SEMI JOIN (
    SELECT DISTINCT learner, card FROM reviews WHERE place >= $1 AND place < $2) USING (learner, card)
WHERE place < $2 ORDER BY learner, card, place
"""  # noqa: S608 - our own names
IN_TURN = f"SELECT {FIELDS} FROM reviews WHERE place >= $1 AND place < $2 ORDER BY place"  # noqa: S608 - our own names
READERS = 8  # S3 answers many at once
READ_AT_ONCE = 32
FETCHED_AT_ONCE = 10_000


class OldReview(NamedTuple):
    """A review as an old file has it.

    Attributes
    ----------
    learner, card, event_id : str
        The caller's ids.
    micros : int
        When it took place, in microseconds since 1970.
    rating : int
        1 Again, 2 Hard, 3 Good, 4 Easy.
    probability : float or None
        The recall probability that was shown, in [0, 1].
    version : str or None
        The model that predicted it.
    received : int
        When the service received it, in microseconds since 1970.
    place : int
        Its place among all reviews in the order of time, from 0.
    """

    learner: str
    card: str
    event_id: str
    micros: int
    rating: int
    probability: float | None
    version: str | None
    received: int
    place: int


class OldReviews:
    """All reviews of the old files, each once, in a database on this machine's disk.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        The database, with the table ``reviews``.
    objects : dict of str to datetime
        Keys of the files that were read, and when each was written.
    others : list of str
        Keys under ``reviews/`` that are no such files.

    Attributes
    ----------
    count : int
        Number of reviews.
    """

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, objects: dict[str, datetime], others: list[str]
    ) -> None:
        self._connection = connection
        self.objects = objects
        self.others = others
        ((self.count,),) = connection.execute("SELECT count(*) FROM reviews").fetchall()

    def in_turn(self, start: int, end: int) -> Iterator[OldReview]:
        """Yield the reviews of some places, in the order of time; `end` isn't among them."""
        return self._found(IN_TURN, start, end)

    def of_their_cards(self, start: int, end: int) -> Iterator[OldReview]:
        """Yield the reviews of some places and the earlier ones of their cards, card by card, by time."""
        return self._found(OF_THEIR_CARDS, start, end)

    def _found(self, query: str, start: int, end: int) -> Iterator[OldReview]:
        found = self._connection.cursor().execute(query, [start, end])
        while rows := found.fetchmany(FETCHED_AT_ONCE):
            yield from map(OldReview._make, rows)


def is_old_file(key: str) -> bool:
    """Return whether an object is of an older release, by its key."""
    return bool(DAY_FILE.fullmatch(key) or REQUEST.fullmatch(key))


@contextmanager
def old_reviews(lake: Lake, progress: Progress) -> Iterator[OldReviews]:
    """Read all old files of a lake.

    Parameters
    ----------
    lake : Lake
        The lake.
    progress : Progress
        Shows that they are read.

    Raises
    ------
    LakeError
        If S3 refuses or can't be reached.
    OldFileError
        If a file is damaged.
    """
    there = lake.keys(REVIEWS)
    objects = {key: at for key, at in there.items() if is_old_file(key)}
    columns = ", ".join(f"{name} {kind}" for name, kind in COLUMNS.items())
    with database() as connection:
        with progress.step("reading old files"):
            connection.execute(f"CREATE TABLE arrived ({columns})")
            _read(lake, sorted(objects), connection)
            connection.execute(NUMBERED)
            connection.execute("DROP TABLE arrived")
        yield OldReviews(connection, objects, sorted(there.keys() - objects.keys()))


def _read(lake: Lake, keys: Sequence[str], connection: duckdb.DuckDBPyConnection) -> None:
    with TemporaryDirectory(prefix="recall-old-files-") as folder, ThreadPoolExecutor(READERS) as pool:
        numbers = count()  # DuckDB keeps what it has read of a path: each file has a name of its own
        for start in range(0, len(keys), READ_AT_ONCE):
            some = keys[start : start + READ_AT_ONCE]
            connection.execute("BEGIN")
            for key, stored in zip(some, pool.map(lake.read, some), strict=True):
                if stored is not None:  # else another migration has deleted it: all of it is in the table
                    path = Path(folder, f"{next(numbers)}{Path(key).suffix}")
                    _take(connection, path, f"s3://{lake.bucket}/{key}", stored)
            connection.execute("COMMIT")


def _take(connection: duckdb.DuckDBPyConnection, path: Path, where: str, stored: StoredObject) -> None:
    path.write_bytes(stored.body)
    source, values = "read_parquet($1)", [str(path)]
    if path.suffix == ".jsonl":
        columns = ", ".join(f"{name}: '{kind.split()[0]}'" for name, kind in COLUMNS.items())
        source = f"read_json($1, format = 'newline_delimited', columns = {{{columns}}})"
    try:
        connection.execute(f"INSERT INTO arrived SELECT {NAMES} FROM {source}", values)  # noqa: S608 - our own names
    except duckdb.Error as error:
        raise OldFileError(
            f"{where}: isn't a file of reviews ({str(error).splitlines()[0]}); bring its version before "
            "back, or delete it; nothing was changed"
        ) from error
    finally:
        path.unlink()
