"""DuckDB over the files of a folder that is gone afterwards: events come in, days go out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from model_training.review_table.errors import ReviewTableError
from model_training.review_table.schema import COLUMNS, MAY_BE_NULL

# Nothing is fetched from a network; one thread, so that the same rows give the same bytes anywhere.
SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    "threads": 1,
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
}
NAMES = ", ".join(COLUMNS)
_NULLABLE = {name: "" if name in MAY_BE_NULL else " NOT NULL" for name in COLUMNS}
_EVENTS = ", ".join(f"{name} {kind}{_NULLABLE[name]}" for name, kind in COLUMNS.items())
# An event is known by its id among those of its learner and card, as the memory knows it.
EVENT = "learner, card, event_id"
# Of an event's rows the one that was received first; if several were at once, the content decides, so that
# neither the order of arrival nor how often it is run changes the choice.
FIRST = (
    f"QUALIFY row_number() OVER (PARTITION BY {EVENT} ORDER BY received_at, reviewed_at, rating,"
    " recall_probability, model_version) = 1"
)
SORTED = "ORDER BY learner, card, reviewed_at, event_id"


@contextmanager
def workbench() -> Iterator[Workbench]:
    """Open a workbench; its folder and all that is in it are removed at the end."""
    with TemporaryDirectory(prefix="recall-reviews-") as folder:
        # What doesn't fit into memory goes into the folder.
        connection = duckdb.connect(config=SETTINGS | {"temp_directory": folder})
        try:
            connection.execute("SET TimeZone = 'UTC'")
            for table in ("arrived", "stored"):
                connection.execute(f"CREATE TABLE {table} ({_EVENTS}, CHECK (rating BETWEEN 1 AND 4))")
            yield Workbench(connection, Path(folder))
        finally:
            connection.close()


class Workbench:
    """Two tables of events, ``arrived`` and ``stored``.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        The database connection that holds the two tables.
    folder : pathlib.Path
        An existing folder for temporary files.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
        self._connection = connection
        self._folder = folder
        self._files = count()

    def receive(self, where: str, lines: bytes) -> None:
        """Take an inbox object's events in.

        Raises
        ------
        ReviewTableError
            Naming `where` it comes from, if it isn't JSON lines of events.
        """
        path = self._file(".jsonl", lines)
        source = "read_json(?, format = 'newline_delimited', columns = ?)"
        try:
            self._connection.execute(
                f"INSERT INTO arrived SELECT {NAMES} FROM {source}",  # noqa: S608 - our own names
                [str(path), COLUMNS],
            )
        except duckdb.Error as error:
            raise ReviewTableError(
                f"{where}: isn't JSON lines of reviews ({_first_line(error)}); repair or delete it"
            ) from error

    def add_day(self, where: str, parquet: bytes) -> None:
        """Take a day's file in; errors as of `receive`."""
        path = self._file(".parquet", parquet)
        try:
            self._connection.execute(
                f"INSERT INTO stored SELECT {NAMES} FROM read_parquet(?)",  # noqa: S608 - our own names
                [str(path)],
            )
        except duckdb.Error as error:
            raise ReviewTableError(
                f"{where}: isn't a Parquet file of reviews ({_first_line(error)}); bring its version before "
                "back, or delete it; nothing was taken from the inbox"
            ) from error

    def holds_arrived(self, where: str, parquet: bytes) -> bool:
        """Take a day's file in if an event that arrived is in it, and return whether one is."""
        path = self._file(".parquet", parquet)
        query = f"SELECT 1 FROM read_parquet(?) SEMI JOIN arrived USING ({EVENT}) LIMIT 1"  # noqa: S608 - our own names
        try:
            found = self._connection.execute(query, [str(path)]).fetchone() is not None
        except duckdb.Error:
            found = True  # it is damaged, and `add_day` says so
        if found:
            self.add_day(where, parquet)
        return found

    def drop_before(self, day: date) -> int:
        """Forget what arrived and was reviewed before a day; return how many events."""
        return self._count("DELETE FROM arrived WHERE reviewed_at::DATE < ?", [day])

    def arrived(self) -> int:
        """Return how many events arrived, repeated ones counted again."""
        return self._count("SELECT count(*) FROM arrived")

    def arrived_days(self) -> list[date]:
        """Return the UTC days on which was reviewed what arrived."""
        query = "SELECT DISTINCT reviewed_at::DATE FROM arrived ORDER BY 1"
        return [row[0] for row in self._connection.execute(query).fetchall()]

    def merge(self) -> int:
        """Put into ``stored`` what arrived, each event once; return by how many events it grew."""
        before = self._count("SELECT count(*) FROM stored")
        self._connection.execute("INSERT INTO stored FROM arrived")
        self._connection.execute(f"CREATE OR REPLACE TABLE stored AS FROM stored {FIRST}")
        return self._count("SELECT count(*) FROM stored") - before

    def is_empty(self, day: date) -> bool:
        """Return whether ``stored`` has no event of a day."""
        return not self._count("SELECT count(*) FROM stored WHERE reviewed_at::DATE = ?", [day])

    def day_file(self, day: date) -> bytes:
        """Return a day's events of ``stored`` as Parquet: the same events, the same bytes."""
        path = self._file(".parquet", b"")
        query = f"SELECT {NAMES} FROM stored WHERE reviewed_at::DATE = ? {SORTED}"  # noqa: S608 - our own names
        self._connection.sql(query, params=[day]).write_parquet(str(path), compression="zstd")
        return path.read_bytes()

    def _file(self, ending: str, body: bytes) -> Path:
        # A name of its own for each: DuckDB keeps what it has read of a path.
        path = self._folder / f"{next(self._files)}{ending}"
        path.write_bytes(body)
        return path

    def _count(self, query: str, parameters: Iterable[object] = ()) -> int:
        row = self._connection.execute(query, list(parameters)).fetchone()
        return int(row[0]) if row else 0


def _first_line(error: duckdb.Error) -> str:
    return str(error).splitlines()[0]
