"""The same expression on a Spark of this machine."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path

from benchmarks.errors import BenchmarkError

# Run by an interpreter of its own, so that Java and what pyspark brings along end with it. It reads the query
# from its input, which the expression is compiled to here.
PROGRAM = """
import sys
from pyspark.sql import SparkSession
table, cells = sys.argv[1:]
settings = {
    "spark.driver.bindAddress": "127.0.0.1", "spark.driver.host": "127.0.0.1", "spark.driver.memory": "4g",
    "spark.sql.session.timeZone": "UTC", "spark.sql.shuffle.partitions": "16", "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false", "spark.log.level": "ERROR",
}
spark = SparkSession.builder.master("local[*]").config(map=settings).getOrCreate()
spark.read.option("recursiveFileLookup", "true").parquet(table).createOrReplaceTempView("reviews")
spark.sql(sys.stdin.read()).write.parquet(cells)
spark.stop()
"""


def why_not() -> str:
    """Return what Spark lacks on this machine; empty for nothing."""
    if shutil.which("java") is None:
        return "there is no java on the PATH: install a Java 17 runtime"
    if find_spec("pyspark") is None:
        return "pyspark isn't installed: uv sync --group spark"
    return ""


def spark_cells(query: str, table: Path, cells: Path) -> float:
    """Run a query over the table of reviews, write what it finds, and return the seconds that it took.

    Parameters
    ----------
    query : str
        In Spark's SQL, over ``reviews``.
    table : pathlib.Path
        A folder of Parquet files.
    cells : pathlib.Path
        The folder to write; must not exist.

    Raises
    ------
    BenchmarkError
        If Spark fails: its last words.
    """
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(table), str(cells)],
        input=query,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise BenchmarkError(f"Spark failed: {done.stderr[-500:]}")
    return time.perf_counter() - began
