"""Each role does its work with its own policies, with nothing there yet and then; no more is allowed."""

import json
import re

import pytest

from model_training.retraining import STEPS
from tests.e2e.roles.deployed import Deployed
from tests.e2e.roles.policies import allows, covers, like, listed
from tests.e2e.roles.recorded import Line, needs

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

NO_REVIEWS = "no reviews are stored: send some first"
LAMBDA = "Lambda does it for the function, and the local cloud without a request"
SIBLING = "Batch's job does it in this test, by the very same grant"
# Permissions that nothing here calls for, and why they are needed.
UNUSED = {
    "*Role logs:CreateLogStream *": "who runs the job writes its log",
    "*Role logs:PutLogEvents *": "who runs the job writes its log",
    "SparkRole logs:DescribeLog*": "EMR Serverless writes its log",
    "LoaderRole dynamodb:*": f"of the stream: {LAMBDA}",
    "LoaderRole sqs:*": f"of what failed for good: {LAMBDA}; of records that cannot be read, the code",
    "LakeJobsRole sqs:*": f"of what failed for good: {LAMBDA}",
    "* s3tables:GetNamespace *": "what AWS asks for to open a table; PyIceberg opens it without",
    "* s3tables:GetTable *": "what AWS asks for to open a table; PyIceberg opens it without",
    "LakeJobsRole s3:* reviews/*": "files of an older release, which only `migrate` reads and deletes",
    "SparkRole s3:GetObject *.zip*": "the code, which EMR Serverless fetches",
    "SparkRole s3:GetObject *.py*": "the code, which EMR Serverless fetches",
    "SparkRole s3:*Object samples/*": "Spark writes into a folder of its own first; DuckDB doesn't",
    "TrainingJobsRole s3:GetObject samples/*": SIBLING,
    "StudioOperatorRole *": "nothing runs as it: it is whom people sign in as",
    "RetrainingMachineRole *": "Step Functions does it, and the local cloud without a request",
}


@pytest.fixture(scope="module")
def record(deployed: Deployed, things: object) -> dict[str, list[Line]]:
    """Give what each role has called for."""
    return deployed.record()


@pytest.fixture(scope="module")
def unused(deployed: Deployed, record: dict[str, list[Line]]) -> set[str]:
    """Give what is allowed and wasn't called for: role, action and resource."""
    found = set()
    for role in deployed.roles:
        requests = [request for line in record.get(role, ()) for request in needs(line, deployed.table_arn)]
        found |= {
            f"{role} {action} {_short(resource)}"
            for statement in deployed.statements(role)
            for action in listed(statement["Action"])
            for resource in listed(statement["Resource"])
            if not any(covers(statement | {"Action": action, "Resource": resource}, r) for r in requests)
        }
    return found


def _short(resource: str) -> str:
    """Return what is behind the ARN's account and the bucket's name."""
    name = resource.split(":", 5)[-1]
    return name.partition("/")[2] if ":s3:::" in resource and "/" in name else re.sub(r"-\w{13,}", "", name)


def test_with_nothing_there_yet_no_role_fails(nothing):
    statuses = [nothing[each] for each in ("quality", "unknown run", "report", "started", "due list")]

    assert statuses == [404, 404, 404, 202, 200]
    assert (nothing["watched"], nothing["promoted"]) == ([200] * 4, 404)
    assert nothing["model"].startswith("default-")
    assert (nothing["due"]["model_version"], nothing["due"]["decks"]) == (nothing["model"], {})
    assert nothing["calibrate"] == {"days": [], "metrics": {}}
    assert (nothing["expire"]["expired"], nothing["erase"]["reviews"]) == (0, 0)
    assert nothing["reload"] == {"learners": 0, "added": 0, "removed": 0}
    assert {nothing[step]["why"] for step in STEPS} == {NO_REVIEWS}
    assert nothing["batch"][0] == nothing["spark"][0] == nothing["spark calibrate"][0] == 0
    assert f"stopped: {NO_REVIEWS}" in nothing["batch"][1]
    assert f"stopped: {NO_REVIEWS}" in nothing["spark"][1]
    assert nothing["models"] == {"live": None, "move": None, "models": []}
    assert json.loads(nothing["run"][1])["steps"]["prepare"]["why"] == NO_REVIEWS


def test_with_reviews_a_model_and_a_deck_each_role_does_its_work(things):
    statuses = [things[each] for each in ("quality", "unknown run", "report", "started", "due list")]

    assert statuses == [200, 404, 404, 202, 200]
    assert (things["watched"], things["promoted"]) == ([200] * 4, 200)
    assert things["studied"] == [200] * 4
    assert things["due"]["model_version"] == things["model"] == "v1"
    assert set(things["due"]["decks"]) == {"all"}
    assert len(things["calibrate"]["days"]) > 0
    assert [things[step]["go"] for step in STEPS] == [True] * 3 + [False] * 3
    assert "its owner has to decide" in things["gate"]["why"]  # of so few learners
    assert (things["batch"][0], things["spark"]) == (0, (0, "prepare: done\nprepare\n"))
    assert things["spark calibrate"][0] == 0
    assert things["live"] == things["new"] != "v1"
    assert (things["erase"]["deck_rows"] > 0, things["erase"]["due_files"] > 0) == (True, True)
    assert json.loads(things["run"][1])["status"] == "stopped"
    assert "second-by-api" in things["runs"]


def test_everything_that_a_role_called_for_is_allowed_by_its_policies(deployed, record):
    statements = {role: deployed.statements(role) for role in record}
    refused = {
        (role, request.action, request.resource, str(request.context))
        for role, lines in record.items()
        for line in lines
        for request in needs(line, deployed.table_arn)
        if not allows(statements[role], request)
    }

    assert refused == set()


def test_only_a_missing_object_was_ever_forbidden(record):
    """So the cloud's own evaluation and this one agree; and each role really met AWS's 403."""
    forbidden = {
        (role, line["service"], line["method"])
        for role, lines in record.items()
        for line in lines
        if line["status"] == 403
    }

    readers = (
        "BatchJobRole InferenceRole LakeJobsRole MemoryRole SparkRole OperationsApiRole TrainingJobsRole"
    )
    assert forbidden == {(role, "s3", "GET") for role in readers.split()}


def test_everything_that_is_allowed_was_called_for_or_has_a_reason(unused):
    without = {each for each in unused if not any(like(each, pattern) for pattern in UNUSED)}
    reasons = {pattern for pattern in UNUSED if not any(like(each, pattern) for each in unused)}

    assert (without, reasons) == (set(), set())
