"""Commands on a real table of reviews: calibrate, expire and erase."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lake.rows import Added, rows_of_card
from memory.reviews import EPOCH, Review
from model_training.cli import main
from model_training.jobs.handler import handler
from tests.training.fake_s3 import FakeS3

TODAY = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
MICRO = timedelta(microseconds=1)


def rows(learner, days_ago, recall=0.8):
    """Return the rows of a learner's card that was reviewed so many days ago."""
    times = [TODAY - timedelta(days=ago) for ago in days_ago]
    reviews = [
        Review((at - EPOCH) // MICRO, f"e{number}", 3, 0, 0, None, recall if number else None, number)
        for number, at in enumerate(times)
    ]
    return rows_of_card(learner, "gato", [], [Added(each, TODAY, "m1") for each in reviews])


@pytest.fixture
def deployment(review_tables, monkeypatch):
    """Give the table of a deployment, its lake, and the environment of its jobs function."""
    arn, s3 = review_tables.create(), FakeS3()
    monkeypatch.setattr("model_training.registry.lake.s3_client", lambda _: s3)
    environment = {
        "LAKE_BUCKET": "lake",
        "TABLE_BUCKET_ARN": arn,
        "AWS_ENDPOINT_URL": review_tables.url,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "METRICS_NAMESPACE": "Recall",
        "STAGE": "test",
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return review_tables.open(arn), s3, arn


def learners_of(table):
    return sorted(table.batches(("learner",)).read_all()["learner"].to_pylist())


def test_calibration_reads_the_deployments_table(deployment):
    table, s3, _ = deployment
    table.apply([*rows("ann", (5, 2)), *rows("bob", (5, 2), 0.6), *rows("cid", (95, 92))])

    done = handler({"command": ["calibrate"]}, None)

    days = [str((TODAY - timedelta(days=ago)).date()) for ago in (5, 2)]
    assert done["days"] == days
    (found,) = json.loads(s3.objects[f"reports/quality/{days[1]}.json"].body)["predictions"]
    assert (found["model_version"], found["reviews"]) == ("m1", 2)
    assert found["reliability"] == [[0.6, 1.0, 1], [0.8, 1.0, 1]]


def test_expiry_keeps_the_last_days(deployment):
    table, *_ = deployment
    table.apply([*rows("ann", (40, 29)), *rows("bob", (30, 0))])

    first = str((TODAY - timedelta(days=29)).date())
    event = {"command": ["expire", "--retention-days", "30"]}
    assert handler(event, None) == {"expired": 2, "before": first}
    assert handler(event, None) == {"expired": 0, "before": first}
    assert learners_of(table) == ["ann", "bob"]


def test_erased_learner_is_in_no_file_of_the_table(deployment, review_tables):
    """The local cloud lets clients expire snapshots, and deletes their files at once."""
    table, _, arn = deployment
    for learner in ("ann", "bob"):
        table.apply(rows(learner, (5, 2)))

    first = handler({"command": ["erase", "--", "ann"]}, None)
    again = handler({"command": ["erase", "--", "ann"]}, None)

    assert (first["reviews"], first["older_reviews"]) == (2, 0)
    assert datetime.fromisoformat(first["gone_by"]) - datetime.now(UTC) > timedelta(days=1, hours=23)
    assert (again["reviews"], again["older_reviews"], again["gone_by"]) == (0, 0, None)
    files = [body for key, body in review_tables.objects(arn).items() if key.endswith(".parquet")]
    found = {name for body in files for name in pq.read_table(pa.BufferReader(body))["learner"].to_pylist()}
    assert found == {"bob"}


def test_older_snapshot_that_still_has_the_learner_is_found(deployment, monkeypatch):
    """As where the storage lets nobody but itself expire them."""
    table, *_ = deployment
    table.apply([*rows("ann", (5, 2)), *rows("bob", (5, 2))])
    monkeypatch.setattr("lake.table.ReviewTable._forget", lambda _self: None)

    first = handler({"command": ["erase", "--", "ann"]}, None)
    assert (first["reviews"], first["older_reviews"]) == (2, 2)
    left = datetime.fromisoformat(first["gone_by"]) - datetime.now(UTC)
    assert timedelta(days=2, hours=23) < left <= timedelta(days=3)
    again = handler({"command": ["erase", "--", "ann"]}, None)
    assert (again["reviews"], again["older_reviews"]) == (0, 2)
    monkeypatch.undo()


def test_review_of_a_learner_who_began_anew_is_spared(deployment):
    table, *_ = deployment
    table.apply(rows("ann", (5, 2)))

    before = (TODAY - timedelta(seconds=1)).isoformat()
    done = handler({"command": ["erase", "--received-until", before, "--", "ann"]}, None)
    assert (done["reviews"], learners_of(table)) == (0, ["ann", "ann"])


def test_without_a_table_bucket_and_a_local_cloud_the_option_is_named(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr("model_training.registry.lake.LOCAL_OUTPUTS", tmp_path / "outputs.json")

    assert main(["expire", "--retention-days", "30"]) == 2
    problem = "error: which table of reviews? give --table-bucket, or run `make up` first\n"
    assert capsys.readouterr().err == problem


# What the lake's function has no layer for.
BLOCKED = ("numpy", "pandas", "scipy", "sklearn", "skops", "matplotlib", "jinja2", "rich", "fastparquet")
BLOCKED_RUN = """
import json, sys
class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {blocked!r}:
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Missing())
from model_training.jobs.handler import handler
for command in {commands!r}:
    handler({{"command": command}}, None)
    print("done", command[0])
"""
LAKE_COMMANDS = [
    ["migrate", "--table-only"],
    ["calibrate"],
    ["due"],
    ["aggregate", "--out", "cells.parquet"],
    ["expire", "--retention-days", "90"],
    ["erase", "--", "ann"],
]


@pytest.mark.slow  # it starts another Python, which imports DuckDB, PyArrow and PyIceberg
def test_commands_of_the_lakes_function_need_none_of_the_other_layers(review_tables, table, tmp_path):
    arn = review_tables.create()
    review_tables.open(arn).apply([*rows("ann", (5, 2)), *rows("bob", (5, 2))])
    bucket = arn.rpartition("/")[2] + "-lake"
    review_tables.s3.create_bucket(Bucket=bucket)
    deck = b"learner,card\nbob,gato\n"
    review_tables.s3.put_object(Bucket=bucket, Key="decks/all.csv", Body=deck)
    environment = os.environ | {
        "LAKE_BUCKET": bucket,
        "TABLE_BUCKET_ARN": arn,
        "LEARNERS_TABLE": table,
        "PYTHONPATH": os.pathsep.join(sys.path),
        "AWS_ENDPOINT_URL": review_tables.url,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
        "METRICS_NAMESPACE": "Recall",
        "STAGE": "test",
    }
    code = BLOCKED_RUN.format(blocked=BLOCKED, commands=LAKE_COMMANDS)
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert [line for line in done.stdout.splitlines() if line.startswith("done")] == [
        f"done {words[0]}" for words in LAKE_COMMANDS
    ]


def test_due_lists_come_from_the_newest_rows(deployment):
    table, s3, _ = deployment
    table.apply(rows("ann", (5, 2)))
    table.apply(rows("bob", (9, 1)))
    s3.lake.write("decks/spanish.csv", b"learner,card\nann,gato\nbob,gato\ncid,gato\n")

    done = handler({"command": ["due"]}, None)

    assert {name: done["decks"]["spanish"][name] for name in ("cards", "learners", "unused")} == {
        "cards": 2, "learners": 2, "unused": 1
    }  # fmt: skip
