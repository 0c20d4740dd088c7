"""The script that EMR Serverless runs, by a Spark of this machine: it finds what DuckDB finds."""

import json
import os
import secrets
import subprocess
import sys
from dataclasses import astuple
from datetime import UTC, datetime
from pathlib import Path

import boto3
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lake.schema import COLUMNS
from model_training.calibration import calibrate
from model_training.engines.duck import duck
from model_training.registry.lake import Lake
from model_training.retraining.prepare import READ, prepare, write_to
from model_training.retraining.reviews import cells_of, sample_of
from model_training.retraining.run import CELLS, OLDER_CELLS, Run
from tests.training.fake_s3 import FakeS3
from tests.training.spark_session import needs_spark
from tests.training.stored_reviews import Table, retentive
from tests.training.table_rows import SCHEMA, Stored

pytestmark = [pytest.mark.slow, needs_spark]

PROJECT = Path(__file__).parents[2]
SCRIPT = PROJECT / "model_training" / "jobs" / "spark_job.py"
ACCESS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": "us-east-1"}
SPARK = "--master local[2] --conf spark.driver.bindAddress=127.0.0.1 --conf spark.driver.host=127.0.0.1"
MOST = "3000"


@pytest.fixture(scope="module")
def rows():
    """Give the rows of reviews until today, each with a prediction of one of two models."""
    log = retentive(6)
    since = pd.Timestamp.now("UTC").floor("D") - log["reviewed_at"].max().floor("D")
    rows = Table(log.assign(reviewed_at=log["reviewed_at"] + since)).batches(list(COLUMNS)).read_all()
    random = np.random.default_rng(3)
    shown = pa.array(random.choice([0.3, 0.5, 0.8, 0.9, 0.95], len(rows)), pa.float64())
    version = pa.array(random.choice(["m1", "m2"], len(rows)))
    for name, column in (("recall_probability", shown), ("model_version", version)):
        rows = rows.set_column(list(COLUMNS).index(name), SCHEMA.field(name), column)
    return rows


@pytest.fixture(scope="module")
def cloud(tables, rows, tmp_path_factory):
    """Give a lake in the local cloud, and a function that runs the script with it."""
    bucket, folder = f"lake-{secrets.token_hex(8)}", tmp_path_factory.mktemp("spark")
    environment = os.environ | ACCESS | {"AWS_ENDPOINT_URL": tables.url, "TZ": "Asia/Tokyo"}
    environment |= {"PYSPARK_SUBMIT_ARGS": f"{SPARK} pyspark-shell", "SPARK_LOCAL_DIRS": str(folder)}
    environment |= {
        "PYTHONPATH": f"{PROJECT}:{PROJECT / 'lambda_src'}",
        "METRICS_NAMESPACE": "Recall",
        "STAGE": "x",
    }
    client = boto3.client(
        "s3",
        endpoint_url=tables.url,
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )
    client.create_bucket(Bucket=bucket)
    pq.write_table(rows, folder / "rows.parquet")

    def run(*arguments):
        command = [sys.executable, SCRIPT, "--bucket", bucket, "--parquet", folder, *arguments]
        return subprocess.run(
            command, check=True, env=environment, capture_output=True, text=True, cwd=folder
        ).stdout

    return Lake(client, bucket), run


@pytest.mark.parametrize("most", ["1000000", MOST], ids=["all", "sampled"])
def test_run_is_prepared_as_by_duckdb(cloud, rows, most):
    lake, script = cloud
    script("--run", f"r{most}", "--sample-reviews", most)
    theirs, ours = Run(lake, f"r{most}"), Run(FakeS3().lake, "r")
    with duck(Stored(rows), READ) as engine:
        now = datetime.now(UTC)
        ours.do("prepare", lambda: prepare(ours, engine, write_to(ours.lake, engine), now, int(most)))

    found, expected = theirs.needs("prepare"), ours.needs("prepare")
    assert found["go"]
    assert found | {"at": None} == expected | {"at": None}
    order = ["learner", "card", "reviewed_at"]
    samples = [sample_of(run).sort_values(order, ignore_index=True) for run in (theirs, ours)]
    pd.testing.assert_frame_equal(*samples)
    for which in (CELLS, OLDER_CELLS) if most == MOST else ():
        tables = [np.column_stack(astuple(cells_of(run, which))) for run in (theirs, ours)]
        assert np.array_equal(*(table[np.lexsort(table.T)] for table in tables))


def test_calibration_is_that_of_duckdb(cloud, rows):
    lake, script = cloud
    printed = script("--calibrate")
    ours = FakeS3().lake
    with duck(Stored(rows), list(COLUMNS)) as engine:
        done = calibrate(ours, engine, datetime.now(UTC))

    found, expected = (json.loads(each.read("reports/quality/latest.json").body) for each in (lake, ours))
    assert len(found["days"]) == len(done.days) > 20
    assert_same(found | {"made_at": 0}, expected | {"made_at": 0})
    for name in done.metrics:
        assert f'"{name}"' in printed


def assert_same(found, expected):
    """Compare JSON values; sums of fractions depend on the order of their terms."""
    if isinstance(expected, dict):
        assert found.keys() == expected.keys()
        for key, value in expected.items():
            assert_same(found[key], value)
    elif isinstance(expected, list):
        assert len(found) == len(expected)
        for one, other in zip(found, expected, strict=True):
            assert_same(one, other)
    else:
        assert found == (pytest.approx(expected, rel=1e-9) if isinstance(expected, float) else expected)
