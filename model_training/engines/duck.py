"""DuckDB over the table of reviews: in a function of 2 GB up to some ten million rows.

Nothing here imports numpy, pandas or pytz: the lake's functions don't have them.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import duckdb

from recall.errors import ReviewLogError

if TYPE_CHECKING:
    from pyiceberg.expressions import BooleanExpression

    from lake.table import ReviewTable

# Half of what the lake's function has; what doesn't fit goes to its disk.
MEMORY = "1GB"


class Duck:
    """An `Engine` on DuckDB.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        A connection to a database with a relation ``reviews``, from `database`.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection

    def rows(self, sql: str) -> list[dict[str, Any]]:
        """Return what a query finds; see `Engine`."""
        found = self.connection.sql(sql)
        # DuckDB makes no aware times without pytz.
        named = _converted(found, "TIMESTAMP WITH TIME ZONE", "timezone('UTC', {})")
        return [
            {name: _in_utc(value) for name, value in zip(found.columns, row, strict=True)}
            for row in named.fetchall()
        ]

    def write(self, sql: str, path: Path) -> int:
        """Write what a query finds into a Parquet file; see `Engine`."""
        # DuckDB adds up in 128 bits, which Parquet doesn't know: it would write doubles.
        whole = _converted(self.connection.sql(sql), "HUGEINT", "CAST({} AS BIGINT)")
        whole.write_parquet(str(path), compression="zstd")
        return len(self.connection.read_parquet(str(path)))


@contextmanager
def database() -> Iterator[duckdb.DuckDBPyConnection]:
    """Open an empty database in a file of a temporary folder; both are gone at the end.

    A file is compressed, a database in memory isn't.
    """
    with TemporaryDirectory(prefix="recall-duckdb-") as folder:
        settings: dict[str, Any] = {
            "memory_limit": MEMORY,
            "temp_directory": folder,
            "preserve_insertion_order": "false",  # only ORDER BY says in which order rows are
            "autoinstall_known_extensions": "false",  # nothing is fetched from a network
            "autoload_known_extensions": "false",
        }
        if "AWS_LAMBDA_FUNCTION_NAME" in os.environ:
            settings["threads"] = 1  # a function of 2 GB has little more than one processor
        with duckdb.connect(str(Path(folder, "reviews.db")), config=settings) as connection:
            connection.execute("SET TimeZone = 'UTC'")
            connection.execute("SET enable_progress_bar = false")  # it would fill a job's log
            yield connection


@contextmanager
def duck(
    table: ReviewTable, columns: Sequence[str], row_filter: BooleanExpression | None = None
) -> Iterator[Duck]:
    """Open an engine over a copy of some columns of the table of reviews, as of this moment.

    Parameters
    ----------
    table : lake.table.ReviewTable
        The table.
    columns : sequence of str
        What the queries need; of `lake.schema.COLUMNS`.
    row_filter : pyiceberg.expressions.BooleanExpression, optional
        Which rows; all without it.
    """
    with database() as connection:
        copy(connection, table, columns, row_filter)
        yield Duck(connection)


def copy(
    connection: duckdb.DuckDBPyConnection,
    table: ReviewTable,
    columns: Sequence[str],
    row_filter: BooleanExpression | None = None,
) -> None:
    """Make the table ``reviews`` of a database; parameters as of `duck`."""
    connection.register("batches", table.batches(columns, row_filter))
    connection.execute("CREATE TABLE reviews AS FROM batches")
    connection.unregister("batches")


@contextmanager
def duck_files(paths: Sequence[Path]) -> Iterator[Duck]:
    """Open an engine over files of the table of reviews.

    Parameters
    ----------
    paths : sequence of pathlib.Path
        Parquet files with the table's columns, or folders with any below them; one that is named twice
        counts once.

    Raises
    ------
    ReviewLogError
        If there is no such file, one isn't Parquet, or a query needs a column that they don't have.
    """
    files = dict.fromkeys(str(file.resolve()) for path in paths for file in _files(path))
    with database() as connection:
        try:
            view = connection.read_parquet(list(files), hive_partitioning=False, union_by_name=True)
            view.create_view("reviews")
            yield Duck(connection)
        except duckdb.Error as error:
            named, reason = ", ".join(map(str, paths)), str(error).splitlines()[0]
            raise ReviewLogError(f"{named}: can't be read as the table of reviews ({reason})") from error


def _files(path: Path) -> list[Path]:
    found = sorted(path.rglob("*.parquet")) if path.is_dir() else [path]
    if not found or not found[0].is_file():
        raise ReviewLogError(f"{path}: no Parquet file there; give the table's files, or their folder")
    return found


def _converted(relation: duckdb.DuckDBPyRelation, kind: str, how: str) -> duckdb.DuckDBPyRelation:
    """Return a relation with each column of a type converted, under the same name."""
    quoted = ['"' + name.replace('"', '""') + '"' for name in relation.columns]
    return relation.project(
        ", ".join(
            f"{how.format(name)} AS {name}" if str(found) == kind else name
            for name, found in zip(quoted, relation.types, strict=True)
        )
    )


def _in_utc(value: Any) -> Any:
    return value.replace(tzinfo=UTC) if isinstance(value, datetime) else value
