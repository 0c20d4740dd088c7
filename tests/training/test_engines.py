"""DuckDB and Spark over the table of reviews: the same values, whatever the machine's clock."""

import os
import subprocess
import sys
import time
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from model_training.engines.duck import duck, duck_files
from model_training.engines.spark import spark
from recall.errors import ReviewLogError
from tests.training.spark_session import needs_spark, session

__all__ = ["session"]  # a fixture

AT = datetime(2026, 7, 1, 4, 5, 6, 789, tzinfo=UTC)
SCHEMA = pa.schema(
    [
        pa.field("learner", pa.string()),
        pa.field("reviewed_at", pa.timestamp("us", "UTC")),
        pa.field("date", pa.date32()),
        pa.field("rating", pa.int32()),
        pa.field("days_since_last_review", pa.float64()),
        pa.field("scored", pa.bool_()),
    ]
)
TABLE = pa.Table.from_pylist(
    [
        dict(zip(SCHEMA.names, row, strict=True))
        for row in (("ann", AT, AT.date(), 3, 1.5, True), ("bob", AT, AT.date(), 1, None, False))
    ],
    schema=SCHEMA,
)
EVERYTHING = "SELECT * FROM reviews ORDER BY learner"
SUMS = (
    "SELECT sum(rating) AS ratings, max(reviewed_at) AS newest, max(date) AS day,"
    " sum(days_since_last_review) AS days, count(*) AS reviews FROM reviews"
)
FOUND = [{"ratings": 4, "newest": AT, "day": date(2026, 7, 1), "days": 1.5, "reviews": 2}]


class Stored:
    """A table of reviews in memory."""

    def batches(self, columns, row_filter=None):
        chosen = TABLE.select(columns) if row_filter is None else TABLE.filter(row_filter).select(columns)
        return pa.RecordBatchReader.from_batches(chosen.schema, chosen.to_batches())


@pytest.fixture(autouse=True)
def elsewhere(monkeypatch):
    """Let the machine's clock show another time than UTC."""
    monkeypatch.setenv("TZ", "America/New_York")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def test_duckdb_finds_python_values_and_times_in_utc():
    with duck(Stored(), SCHEMA.names) as engine:
        assert engine.rows(SUMS) == FOUND
        assert engine.rows(EVERYTHING) == TABLE.to_pylist()
        assert engine.rows(SUMS)[0]["newest"].tzinfo is UTC


def test_duckdb_has_the_columns_and_rows_that_were_asked_for():
    with duck(Stored(), ["learner"], pa.compute.field("rating") == 1) as engine:
        assert engine.rows("SELECT * FROM reviews") == [{"learner": "bob"}]


def test_duckdb_writes_sums_as_whole_numbers_that_parquet_knows(tmp_path):
    path = tmp_path / "sums.parquet"
    with duck(Stored(), SCHEMA.names) as engine:
        assert engine.write(EVERYTHING, path) == 2
        assert engine.write(SUMS, path) == 1

    written = pq.read_table(path)
    assert written.to_pylist() == FOUND
    assert written.schema.field("ratings").type == pa.int64()


def test_duckdb_reads_a_file_once_however_often_it_is_named(tmp_path):
    (tmp_path / "date=2026-07-01").mkdir()
    path = tmp_path / "date=2026-07-01" / "a.parquet"
    pq.write_table(TABLE, path)
    with duck_files([tmp_path, path]) as engine:
        assert engine.rows(SUMS) == FOUND


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("nowhere", "nowhere: no Parquet file there; give the table's files, or their folder"),
        ("text.parquet", r"text.parquet: can't be read as the table of reviews \(.*\)"),
    ],
)
def test_file_that_is_no_parquet_is_named(name, problem, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("text.parquet").write_text("no", encoding="utf-8")
    with pytest.raises(ReviewLogError, match=f"^{problem}$"), duck_files([Path(name)]):
        pass


def test_duckdb_needs_no_package_that_the_lake_s_functions_lack():
    program = """
import sys
for name in ("numpy", "pandas", "pytz", "scipy", "sklearn"):
    sys.modules[name] = None
from tests.training.test_engines import FOUND, SUMS, SCHEMA, Stored, duck
with duck(Stored(), SCHEMA.names) as engine:
    assert engine.rows(SUMS) == FOUND
"""
    subprocess.run([sys.executable, "-c", program], check=True, env=os.environ)


@pytest.mark.slow
@needs_spark
def test_spark_finds_and_writes_the_same(session, tmp_path):
    pq.write_table(TABLE, tmp_path / "table.parquet")
    session.read.parquet(str(tmp_path / "table.parquet")).createOrReplaceTempView("stored")
    engine = spark(session, "stored", f"{tmp_path}/")

    assert engine.rows(SUMS) == FOUND
    assert engine.rows(EVERYTHING) == TABLE.to_pylist()
    assert engine.write(SUMS, Path("sums/of/all")) == 1
    assert pq.read_table(tmp_path / "sums/of/all").to_pylist() == FOUND
