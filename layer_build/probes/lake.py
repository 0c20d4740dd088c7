"""Proves the lake layer: commits to an Iceberg table by PyIceberg, queries by DuckDB, Parquet by both."""

import contextlib
import io
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow.fs import AwsStandardS3RetryStrategy, S3FileSystem
from pyiceberg.catalog.rest import RestCatalog
from pyiceberg.schema import Schema
from pyiceberg.table import Table
from pyiceberg.types import (
    BooleanType,
    DateType,
    DoubleType,
    IntegerType,
    NestedField,
    StringType,
    TimestamptzType,
)

from layer_build.probes import common
from layer_build.probes.catalogue import Catalogue

ROWS = 5_000
START = datetime(2026, 11, 1, tzinfo=UTC)
SCHEMA = Schema(
    NestedField(1, "learner", StringType(), required=True),
    NestedField(2, "date", DateType(), required=True),
    NestedField(3, "reviewed_at", TimestamptzType(), required=True),
    NestedField(4, "rating", IntegerType(), required=True),
    NestedField(5, "recall", DoubleType(), required=False),
    NestedField(6, "scored", BooleanType(), required=True),
)


def reviews(schema: pa.Schema) -> pa.Table:
    """Return rows with a column of each kind that the lake's table has."""
    times = [START + timedelta(minutes=9 * row) for row in range(ROWS)]
    columns = {
        "learner": [str(row % 50) for row in range(ROWS)],
        "date": [time.date() for time in times],
        "reviewed_at": times,
        "rating": [row % 4 + 1 for row in range(ROWS)],
        "recall": [None if row % 7 == 0 else row / ROWS for row in range(ROWS)],
        "scored": [row % 3 > 0 for row in range(ROWS)],
    }
    return pa.table(columns, schema=schema)


def by_pyiceberg(table: Table) -> dict[str, object]:
    """Append, delete, replace in one transaction, scan, and expire snapshots."""
    rows = reviews(table.schema().as_arrow())
    table.append(rows)
    table.delete("learner = '7'")
    with table.transaction() as transaction:
        transaction.delete("learner IN ('8', '9')")
        transaction.append(rows.slice(0, 10))
    table.maintenance.expire_snapshots().older_than(datetime.now(UTC) + timedelta(hours=1)).commit()
    wanted = "date >= '2026-11-20' AND scored = true"
    part = table.scan(row_filter=wanted, selected_fields=("learner", "recall")).to_arrow()
    data = sorted(Path(task.file.file_path).read_bytes() for task in table.scan().plan_files())
    return {
        "rows": in_bytes(table.scan().to_arrow().sort_by([("reviewed_at", "ascending")])),
        "some of them": in_bytes(part.sort_by("recall")),
        "bytes of the data files": common.digest(data),
        "snapshots": len(table.metadata.snapshots),
        "a missing column": common.message(lambda: table.append(rows.drop_columns(["rating"]))),
    }


def by_duckdb(table: Table, folder: Path) -> dict[str, object]:
    """Take the table in batches into a database file, query it, and write Parquet that Arrow reads."""
    file = folder / "reviews.parquet"
    with duckdb.connect(folder / "work.duckdb", config={"threads": 1, "memory_limit": "1GB"}) as database:
        database.register("batches", table.scan().to_arrow_batch_reader())
        database.execute("CREATE OR REPLACE TABLE reviews AS FROM batches")
        cells = database.sql(
            "SELECT date, scored, count(*) AS n, avg(recall) AS recall, sum(ln(rating) + sqrt(rating)) AS "
            "sums, lag(count(*)) OVER (PARTITION BY scored ORDER BY date) AS before "
            "FROM reviews GROUP BY date, scored ORDER BY date, scored"
        )
        database.execute(f"COPY (FROM reviews ORDER BY ALL) TO '{file}' (FORMAT parquet, COMPRESSION zstd)")
        return {
            "cells": in_bytes(cells.to_arrow_table()),
            "Parquet by DuckDB": in_bytes(pq.read_table(file)),
            "compression": pq.read_metadata(file).row_group(0).column(0).compression,
            "Parquet by PyIceberg": database.read_parquet(table.inspect.files()["file_path"].to_pylist())
            .aggregate("count(*), min(learner), max(reviewed_at)::VARCHAR, sum(recall)")
            .fetchall(),
            "a wrong query": common.message(lambda: database.sql("SELECT nothing FROM reviews")),
        }


def by_s3(server: Catalogue) -> dict[str, object]:
    """Read a file from S3: Arrow has a client of its own, which PyIceberg reads and writes with."""
    files = S3FileSystem(
        access_key="key",
        secret_key="secret",  # noqa: S106 - nobody's
        region="eu-central-1",
        scheme="http",
        endpoint_override=f"127.0.0.1:{server.server_port}",
        retry_strategy=AwsStandardS3RetryStrategy(max_attempts=1),
    )
    return {"rows": in_bytes(pq.read_table("bucket/reviews.parquet", filesystem=files))}


def in_bytes(table: pa.Table) -> str:
    """Return the digest of a table's columns and values."""
    return common.digest([str(table.schema).encode(), *(repr(row).encode() for row in table.to_pylist())])


def main() -> None:
    """Run everything, without numpy and pandas, which Arrow and DuckDB use where they find them."""
    layer, folder = map(Path, sys.argv[1:])
    server = Catalogue(SCHEMA, folder)
    table = RestCatalog("probe", uri=f"http://127.0.0.1:{server.server_port}").load_table("recall.reviews")
    with contextlib.redirect_stdout(io.StringIO()):  # PyIceberg prints a table of the columns that don't fit
        committed = by_pyiceberg(table)
    parts = {
        "pyiceberg": committed,
        "duckdb": by_duckdb(table, folder),
        "s3": by_s3(server),
    }
    common.print_results(layer, "an Iceberg table, queries, Parquet and S3 come out", parts)


if __name__ == "__main__":
    main()
