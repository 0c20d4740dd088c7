"""What the roles do in a day: the same work on an empty lake, and with reviews, a model and a deck there."""

import json
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pandas as pd

from lake.catalog import open_table
from model_training.registry.lake import Lake
from model_training.registry.publish import publish
from model_training.retraining import STEPS
from stacks.learning.run_states import ON_BATCH
from tests.e2e.lake_table import until
from tests.e2e.roles.deployed import Deployed
from tests.e2e.signed_operator import RUNS, Operator
from tests.training.releases import passed, release
from tests.training.stored_reviews import Table, retentive

LEARNERS = 6
WATCHED = ("models", "reviews", "alarms", "cost")
LEARNER = "simulated-000"  # one of them
FORGOTTEN = "ann"


def work(deployed: Deployed, run: str) -> dict[str, Any]:
    """Do each role's work, and return what came of it.

    Parameters
    ----------
    deployed : Deployed
        The service.
    run : str
        The name of a new training run.
    """
    table = ("--table-bucket", deployed.learning["TableBucketArn"])
    steps = [word for step in ON_BATCH for word in ("--steps", step)]
    api = Operator(deployed)
    return {
        # Before the nightly job has written what there is to see.
        "watched": [api.call("GET", f"/v1/operations/{name}")[0] for name in WATCHED],
        "quality": deployed.call("GET", "/v1/quality").status,
        "due list": deployed.call("GET", "/v1/learners/nobody/due").status,
        "model": deployed.call("GET", "/v1/model").body["model_version"],
        "expire": deployed.job("Lake", "expire", "--retention-days", "365"),
        "due": deployed.job("Lake", "due"),
        "calibrate": deployed.job("Lake", "calibrate"),
        "prepare": deployed.job("Lake", "retrain", "--run", run, "--steps", "prepare"),
        "batch": deployed.process("BatchJobRole", "retrain", "--run", run, *steps),
        **{s: deployed.job("Training", "retrain", "--run", run, "--steps", s) for s in STEPS[1:]},
        "models": deployed.job("Training", "models"),
        "spark": deployed.process(
            "SparkRole", "retrain", "--run", f"{run}-spark", "--steps", "prepare", *table
        ),
        "spark calibrate": deployed.process("SparkRole", "calibrate", *table),
        "reload": deployed.job("Lake", "reload"),
        "erase": deployed.job("Lake", "erase", LEARNER),
        "run": api.call("GET", f"{RUNS}/{run}"),
        "unknown run": api.call("GET", f"{RUNS}/unknown")[0],
        "report": api.call("GET", f"{RUNS}/unknown/report")[0],
        "started": api.call("POST", body={"name": f"{run}-by-api"})[0],
        "runs": [each["name"] for each in json.loads(api.call("GET")[1])["runs"]],
        # What is live is made live again, which changes nothing but is a job.
        "promoted": api.call("POST", "/v1/operations/models/v1/promote", {"reason": "it is live"})[0],
    }


def fill(deployed: Deployed) -> None:
    """Put reviews into the table, a model and a deck into the lake, as the account's owner."""
    log = retentive(LEARNERS)
    moved = pd.Timestamp.now("UTC").floor("D") - log["reviewed_at"].max().floor("D") - pd.Timedelta(days=1)
    rows = Table(log.assign(reviewed_at=log["reviewed_at"] + moved)).rows
    open_table(deployed.learning["TableBucketArn"], deployed.home.url).apply(rows)
    lake = Lake(deployed.client("s3"), deployed.bucket)
    lake.write("decks/all.csv", ("learner,card\n" + "".join(f"{row[1]},{row[2]}\n" for row in rows)).encode())
    lake.write("reports/athena/result.csv", f"learner\n{LEARNER}\n".encode())
    publish(release(1), lake, by="the owner", judge=passed, now=datetime.now(UTC))


def study(deployed: Deployed) -> list[int]:
    """Let a learner study with the memory until the loader has it, and forget her; return the statuses."""
    at = (datetime.now(UTC) - timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    path = f"/v1/learners/{FORGOTTEN}"
    review = {"event_id": "first", "card": "gato", "rating": 3, "reviewed_at": at}
    statuses = [
        deployed.call("POST", f"{path}/reviews", {"reviews": [review]}).status,
        deployed.call("GET", f"{path}/due").status,
        deployed.call("GET", f"{path}/cards/gato").status,
    ]
    until(lambda: FORGOTTEN in _learners(deployed))
    statuses.append(deployed.call("DELETE", path).status)
    until(lambda: FORGOTTEN not in _learners(deployed))
    return statuses


def _learners(deployed: Deployed) -> set[str]:
    table = open_table(deployed.learning["TableBucketArn"], deployed.home.url)
    return set(table.batches(("learner",)).read_all().column("learner").to_pylist())


def wait_for_runs(deployed: Deployed) -> None:
    """Wait until no run goes on any more."""
    states, machine = deployed.client("stepfunctions"), deployed.learning["RetrainingMachine"]
    deadline = time.monotonic() + 120
    while states.list_executions(stateMachineArn=machine, statusFilter="RUNNING")["executions"]:
        assert time.monotonic() < deadline, "a run never ends"
        time.sleep(0.5)
