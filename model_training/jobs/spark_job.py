"""What EMR Serverless runs with Spark: a training run's step `prepare`, or the calibration.

The same functions as on DuckDB, over the table of reviews in the catalogue that the job's parameters name
``lake``::

    spark-submit spark_job.py --bucket NAME --run NAME [--sample-reviews N]
    spark-submit spark_job.py --bucket NAME --calibrate
"""

from __future__ import annotations

import argparse
import os
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from pyspark.sql import SparkSession

from model_training.calibration import calibrate
from model_training.engines.spark import Spark, spark
from model_training.jobs.telemetry import JobLog
from model_training.registry.lake import Lake, find_lake
from model_training.retraining import STEPS
from model_training.retraining.prepare import MOST_REVIEWS, Write, prepare
from model_training.retraining.run import Run

RELATION = "lake.recall.reviews"


def main(arguments: list[str] | None = None) -> None:
    """Do what the arguments say."""
    chosen = parser().parse_args(arguments)
    session = SparkSession.builder.appName("recall").getOrCreate()
    lake, now = find_lake(chosen.bucket, None), datetime.now(UTC)
    if chosen.parquet is None:
        engine = spark(session, RELATION, f"s3://{chosen.bucket}/")
        write: Write = lambda sql, prefix: engine.write(sql, Path(prefix))  # noqa: E731 - the other one is a function
    else:
        session.read.parquet(str(chosen.parquet)).createOrReplaceTempView("files")
        engine = spark(session, "files")
        write = write_to(lake, engine)
    if chosen.calibrate:
        _measured("calibrate", calibrate(lake, engine, now).metrics)
    else:
        run = Run(lake, chosen.run)
        run.do(STEPS[0], lambda: prepare(run, engine, write, now, chosen.sample_reviews))
    session.stop()


def parser() -> argparse.ArgumentParser:
    """Return what reads the arguments."""
    made = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("--bucket", required=True, help="the data lake's bucket")
    made.add_argument("--table-bucket", help="the table bucket's ARN; the catalogue has it")
    job = made.add_mutually_exclusive_group(required=True)
    job.add_argument("--run", help="prepare this training run")
    job.add_argument("--calibrate", action="store_true", help="compare predictions with their outcomes")
    made.add_argument(
        "--sample-reviews", type=int, default=MOST_REVIEWS, help="the most scored reviews of a sample"
    )
    made.add_argument(
        "--parquet", type=Path, help="files of the table, in its place: for a Spark of one machine"
    )
    return made


def write_to(lake: Lake, engine: Spark) -> Write:
    """Return what writes an engine's results into a lake, by way of the disk of the only machine."""

    def write(sql: str, prefix: str) -> int:
        with TemporaryDirectory(prefix="recall-sample-") as folder:
            count = engine.write(sql, Path(folder, "parts"))
            for part in Path(folder, "parts").glob("*.parquet"):
                lake.write(f"{prefix}/{part.name}", part.read_bytes())
        return count

    return write


def _measured(command: str, metrics: dict[str, float]) -> None:
    """Print metrics for CloudWatch, where the job says for which stage."""
    if "METRICS_NAMESPACE" in os.environ:
        JobLog(os.environ["METRICS_NAMESPACE"], os.environ["STAGE"]).measured(command, metrics)


if __name__ == "__main__":
    main()
