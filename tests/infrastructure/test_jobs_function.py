"""The jobs function: made where reviews are collected, allowed what jobs do, and watched."""

import json

import pytest

from model_training.jobs.telemetry import JOB_FAILURES
from tests.infrastructure.conftest import STAGES, only, resources

LEARNERS = {"reviews/*", "decks/*", "due/*", "reports/athena/*"}
WORK = LEARNERS | {"models/*", "reports/*"}


@pytest.fixture(scope="module")
def statements(stacks):
    """Give what the function's role may do."""
    return only(stacks["Learning"], "AWS::IAM::Policy", "JobsRole")["PolicyDocument"]["Statement"]


def actions(statement):
    """Return a statement's actions as a set: one alone isn't a list in a template."""
    return {statement["Action"]} if isinstance(statement["Action"], str) else set(statement["Action"])


def allowed(statements, action):
    """Return the prefixes under which the objects' action is allowed."""
    found = [s["Resource"] for s in statements if action in actions(s)]
    flat = [each for resource in found for each in (resource if isinstance(resource, list) else [resource])]
    return {resource["Fn::Join"][1][-1].removeprefix("/") for resource in flat}


@pytest.mark.parametrize("stage", STAGES)
def test_learning_stack_is_there_where_reviews_are_kept_and_nowhere_else(templates, stage):
    assert ("Learning" in templates(stage)) is (stage == "local")


def test_function_has_the_longest_time_two_layers_and_room_to_work(stacks):
    function = only(stacks["Learning"], "AWS::Lambda::Function", "Jobs")

    assert (function["Timeout"], function["MemorySize"]) == (900, 2048)
    assert function["EphemeralStorage"] == {"Size": 4096}
    assert [layer["Ref"].partition("LayerVersion")[0] for layer in function["Layers"]] == ["Ml", "Jobs"]
    variables = function["Environment"]["Variables"]
    assert "LakeBucket" in json.dumps(variables.pop("LAKE_BUCKET"))
    assert variables == {
        "METRICS_NAMESPACE": "Recall",
        "STAGE": "prod",
        "HOME": "/tmp",  # noqa: S108 - the value that is expected
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
    }


def test_jobs_layer_is_of_what_its_lock_pins(stacks):
    layer = only(stacks["Learning"], "AWS::Lambda::LayerVersion", "JobsLayer")

    assert {"duckdb 1.5.6", "pandas 2.3.3", "matplotlib 3.11.2"} <= set(layer["Description"].split(", "))
    assert "numpy" not in layer["Description"]
    assert len(layer["Description"]) <= 256  # Lambda's limit


@pytest.mark.parametrize(
    ("action", "prefixes"),
    [
        ("s3:GetObject", WORK),
        ("s3:PutObject", WORK),
        ("s3:DeleteObject", LEARNERS),
        ("s3:DeleteObjectVersion", LEARNERS),
        ("s3:GetObjectVersion", LEARNERS),
    ],
)
def test_role_may_do_each_thing_under_its_prefixes_only(statements, action, prefixes):
    assert allowed(statements, action) == prefixes


@pytest.mark.parametrize(
    ("action", "prefixes"), [("s3:ListBucket", WORK), ("s3:ListBucketVersions", LEARNERS)]
)
def test_role_may_list_its_prefixes_only(statements, action, prefixes):
    (listing,) = [s for s in statements if action in actions(s)]

    assert set(listing["Condition"]) == {"StringLike"}
    assert set(listing["Condition"]["StringLike"]["s3:prefix"]) == prefixes


def test_role_may_nothing_else_but_write_its_log(stacks, statements):
    assert {action for s in statements for action in actions(s)} == {
        "s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:DeleteObjectVersion", "s3:GetObjectVersion",
        "s3:ListBucket", "s3:ListBucketVersions", "logs:CreateLogStream", "logs:PutLogEvents",
    }  # fmt: skip
    assert "ManagedPolicyArns" not in only(stacks["Learning"], "AWS::IAM::Role", "JobsRole")


def test_reviews_are_compacted_daily_with_the_stages_retention(stacks):
    rule = only(stacks["Learning"], "AWS::Events::Rule", "JobsCompact")

    assert rule["ScheduleExpression"] == "cron(17 3 * * ? *)"
    (target,) = rule["Targets"]
    assert json.loads(target["Input"]) == {"command": ["compact", "--retention-days", "400"]}


def test_due_lists_are_made_daily_after_the_compaction(stacks):
    rule = only(stacks["Learning"], "AWS::Events::Rule", "JobsDue")

    assert rule["ScheduleExpression"] == "cron(47 3 * * ? *)"
    (target,) = rule["Targets"]
    assert json.loads(target["Input"]) == {"command": ["due"]}


def test_failed_and_lost_jobs_raise_alarms_that_tell_the_topic(stacks):
    alarms = resources(stacks["Monitoring"], "AWS::CloudWatch::Alarm", "Learning")

    by_metric = {alarm["MetricName"]: alarm for alarm in alarms}
    failed, lost = by_metric[JOB_FAILURES], by_metric["Errors"]
    assert failed["Namespace"] == "Recall"
    assert failed["Dimensions"] == [{"Name": "Stage", "Value": "prod"}]
    assert "RefJobsFunction" in json.dumps(lost["Dimensions"])
    for alarm in (failed, lost):
        assert (alarm["Threshold"], alarm["EvaluationPeriods"]) == (1, 1)
        assert alarm["TreatMissingData"] == "notBreaching"
        assert "docs/runbook" in alarm["AlarmDescription"]
        assert alarm["AlarmActions"] == alarm["OKActions"] == [{"Ref": "MonitoringTopic2EDA8B02"}]
