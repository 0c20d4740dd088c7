"""What runs the queries of `model_training.queries`: DuckDB in a function or on a laptop, and Spark.

The modules are imported where they are used: the lake's function has no Spark, and Spark no DuckDB.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Protocol


class Engine(Protocol):
    """An engine that holds the table of reviews as a relation named ``reviews``."""

    def rows(self, sql: str) -> list[dict[str, Any]]:
        """Return what a query finds, row by row: for results that fit into memory.

        Parameters
        ----------
        sql : str
            A query over ``reviews``.

        Returns
        -------
        list of dict
            Column names to Python values. Points in time are aware, in UTC.
        """

    def write(self, sql: str, path: Path) -> int:
        """Write what a query finds as Parquet, compressed by zstd, in place of what was there.

        Parameters
        ----------
        sql : str
            A query over ``reviews``.
        path : pathlib.Path
            DuckDB writes a file, Spark a folder of files. The folder above it exists.

        Returns
        -------
        int
            The number of rows.
        """
