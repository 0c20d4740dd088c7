"""A training run from the real table of reviews: prepared without numpy, and then without the table."""

import os
import subprocess
import sys

import pytest

from model_training import cli
from model_training.registry.lake import Lake, s3_client
from model_training.registry.pointer import live_version
from model_training.retraining import STEPS
from model_training.retraining.run import Run
from tests.training.stored_reviews import Table, retentive

pytestmark = pytest.mark.slow

CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_EC2_METADATA_DISABLED": "true",
}
# What the lake's layer doesn't have.
PREPARE = """
import sys
sys.modules.update(dict.fromkeys(("numpy", "pandas", "scipy", "sklearn", "jinja2", "matplotlib")))
from model_training.cli import main
sys.exit(main(sys.argv[1:]))
"""
AUTOML = "--automl-seconds", "5"


def test_run_goes_from_the_table_to_a_live_model(review_tables, monkeypatch):
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    arn, bucket = review_tables.create(), "lake-of-a-run"
    review_tables.s3.create_bucket(Bucket=bucket)
    rows = Table(retentive()).rows
    review_tables.open(arn).apply(rows)
    words = ["retrain", "--run", "first", "--bucket", bucket, "--endpoint-url", review_tables.url]

    prepare = [*words, "--steps", "prepare", "--table-bucket", arn]
    done = subprocess.run([sys.executable, "-c", PREPARE, *prepare], check=False, env=os.environ)
    assert done.returncode == 0

    # The training function has no right to the table.
    found = cli.invoke([*words, "--table-bucket", "none", *AUTOML]).output.data
    lake = Lake(s3_client(review_tables.url), bucket)
    outputs = {step: Run(lake, "first").output(step) for step in STEPS}
    assert outputs["prepare"]["data"]["reviews"] == len(rows)
    assert len(outputs["train"]["challengers"]) == 2
    assert all(output["go"] for output in outputs.values())
    assert live_version(lake) == found["version"] == outputs["promote"]["version"]
