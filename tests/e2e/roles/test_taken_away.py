"""A permission that a role really lost is called that, with the object, and never missing."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.e2e.roles.deployed import Deployed
from tests.e2e.signed_operator import RUNS, Operator

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

READ = r"is there, but may not be read; the role needs s3:GetObject on it"
LISTED = r"is missing or forbidden, .* s3:ListBucket on the bucket for s3:prefix"
Work = Callable[[Deployed], Any]

# The role, the action that it loses, what it does then, and what it says.
LOST: dict[str, tuple[str, str, Work, str]] = {
    "lake's jobs read": (
        "LakeJobsRole",
        "s3:GetObject",
        lambda deployed: deployed.job("Lake", "due"),
        rf"s3://.*/models/current\.json: {READ}",
    ),
    "lake's jobs list": (
        "LakeJobsRole",
        "s3:ListBucket",
        lambda deployed: deployed.job("Lake", "retrain", "--run", "never", "--steps", "prepare"),
        rf"s3://.*/reports/runs/never/prepare\.json: {LISTED} reports/runs/never/prepare\.json",
    ),
    "lake's jobs open the table": (
        "LakeJobsRole",
        "s3tables:GetTableBucket",
        lambda deployed: deployed.job("Lake", "expire", "--retention-days", "365"),
        r"^arn:aws:s3tables:.*: the role may not open it .* s3tables permissions",
    ),
    "training jobs read": (
        "TrainingJobsRole",
        "s3:GetObject",
        lambda deployed: deployed.job("Training", "models"),
        rf"s3://.*/models/current\.json: {READ}",
    ),
    "Batch's job reads": (
        "BatchJobRole",
        "s3:GetObject",
        lambda deployed: deployed.process("BatchJobRole", "retrain", "--run", "second", "--steps", "train"),
        rf"error: s3://.*/reports/runs/second/prepare\.json: {READ}",
    ),
    "Spark's job lists": (
        "SparkRole",
        "s3:ListBucket",
        lambda deployed: deployed.process(
            "SparkRole",
            *("retrain", "--run", "never", "--steps", "prepare"),
            *("--table-bucket", deployed.learning["TableBucketArn"]),
        ),
        rf"error: s3://.*/reports/runs/never/prepare\.json: {LISTED}",
    ),
    "operations API reads": (
        "OperationsApiRole",
        "s3:GetObject",
        lambda deployed: (
            Operator(deployed).call("GET", f"{RUNS}/second")[0],
            [message for message in deployed.log_messages() if "unexpected_error" in message],
        ),
        rf"^\(500, .*s3://.*/reports/runs/second/prepare\.json: {READ}",
    ),
    "memory reads": (
        "MemoryRole",
        "s3:GetObject",
        lambda deployed: deployed.call("GET", "/v1/quality").body["error"]["code"],
        "^reviews_unavailable$",
    ),
}


@pytest.mark.parametrize(("role", "action", "works", "says"), LOST.values(), ids=LOST)
def test_role_that_lost_a_permission_says_which(deployed, things, role, action, works, says):
    with deployed.without(role, action):
        said = works(deployed)

    text = said if isinstance(said, str) else str(said)
    assert re.search(says, text, re.DOTALL), text
