"""The cells of a table of reviews on this machine, by DuckDB."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import ibis
from ibis.expr.types import Table

from model_training.review_table import ReviewTableError
from model_training.scale.cells import KEY, cells

NAME = "reviews"
# What the expression needs of `model_training.review_table.schema.COLUMNS`.
SCHEMA = {
    "event_id": "string",
    "learner": "string",
    "card": "string",
    "reviewed_at": "timestamp('UTC')",
    "rating": "int8",
}


def stored() -> Table:
    """Return the table that expressions are made of."""
    return ibis.table(SCHEMA, name=NAME)


def aggregate(paths: Sequence[Path], out: Path) -> int:
    """Write the cells of a table of reviews.

    Parameters
    ----------
    paths : sequence of pathlib.Path
        Parquet files, or folders with any below them.
    out : pathlib.Path
        The Parquet file to write; the same reviews give the same cells in the same order.

    Returns
    -------
    int
        The number of cells.

    Raises
    ------
    ReviewTableError
        If there is no such file, or one isn't a Parquet file of reviews.
    """
    files = [str(file) for path in paths for file in _files(path)]
    # What doesn't fit into memory goes into the folder.
    with TemporaryDirectory(prefix="recall-cells-") as folder, duckdb.connect() as connection:
        connection.execute(f"SET TimeZone = 'UTC'; SET temp_directory = '{folder}'")
        connection.execute("SET autoinstall_known_extensions = false; SET preserve_insertion_order = false")
        try:
            connection.read_parquet(files, hive_partitioning=False).create_view(NAME)
            query = ibis.to_sql(cells(stored()).order_by(KEY), dialect="duckdb")
            # DuckDB adds up in 128 bits, which Parquet doesn't know.
            found = connection.sql(f"SELECT COLUMNS(*)::BIGINT FROM ({query})")  # noqa: S608 - our own
            found.write_parquet(str(out), compression="zstd")
        except duckdb.Error as error:
            raise ReviewTableError(
                f"{', '.join(map(str, paths))}: not a table of reviews ({str(error).splitlines()[0]}); "
                f"give Parquet files with {', '.join(SCHEMA)}"
            ) from error
        return len(connection.read_parquet(str(out)))


def _files(path: Path) -> list[Path]:
    found = sorted(path.rglob("*.parquet")) if path.is_dir() else [path]
    if not found or not found[0].is_file():
        raise ReviewTableError(f"{path}: no Parquet file there; give the table's files, or their folder")
    return found
