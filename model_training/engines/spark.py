"""Spark over the table of reviews: on EMR Serverless, or on this machine."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


class Spark:
    """An `Engine` on Spark.

    Parameters
    ----------
    session : pyspark.sql.SparkSession
        From `spark`, which sets it up.
    root : str
        Put before the paths that are written, such as ``s3://lake/``: a cluster has no common disk.
    """

    def __init__(self, session: SparkSession, root: str = "") -> None:
        self._session = session
        self._root = root

    def rows(self, sql: str) -> list[dict[str, Any]]:
        """Return what a query finds; see `Engine`."""
        found = self._session.sql(sql).collect()
        return [{name: _in_utc(value) for name, value in row.asDict().items()} for row in found]

    def write(self, sql: str, path: Path) -> int:
        """Write what a query finds into a folder of Parquet files; see `Engine`."""
        folder = f"{self._root}{path.as_posix()}"
        self._session.sql(sql).write.parquet(folder, mode="overwrite", compression="zstd")
        return int(self._session.read.parquet(folder).count())


def spark(session: SparkSession, relation: str, root: str = "") -> Spark:
    """Return an engine over a relation of a session.

    Parameters
    ----------
    session : pyspark.sql.SparkSession
        Its time zone becomes UTC.
    relation : str
        The name of the table of reviews in the session.
    root : str
        See `Spark`.
    """
    session.conf.set("spark.sql.session.timeZone", "UTC")
    # The default is a type without a time zone, which Parquet gave up.
    session.conf.set("spark.sql.parquet.outputTimestampType", "TIMESTAMP_MICROS")
    session.table(relation).createOrReplaceTempView("reviews")
    return Spark(session, root)


def _in_utc(value: Any) -> Any:
    # Spark makes times without a zone, by the clock of the machine.
    return value.astimezone(UTC) if isinstance(value, datetime) else value
