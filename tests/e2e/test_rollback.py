"""A deployment that the canary stops is undone, though the canary still fails; repeated, it succeeds."""

import json
import time

import pytest

# Slow: four updates of a stack.
pytestmark = [pytest.mark.e2e, pytest.mark.slow]

STACK = "recall-local-inference"
PATIENCE_SECONDS = 300


@pytest.fixture
def canary(service):
    """Give a way to break the deployed canary, and mend it for the other tests."""
    client = service.client("lambda")
    (function,) = [
        f for f in client.list_functions()["Functions"] if f["Handler"] == "canary.handler.handler"
    ]
    name, variables = function["FunctionName"], function["Environment"]["Variables"]

    def lock(**changed):
        client.update_function_configuration(
            FunctionName=name, Environment={"Variables": variables | changed}
        )

    yield lock
    lock()


@pytest.fixture
def template(service):
    """Give the stack's template, and put it back for the other tests."""
    found = service.client("cloudformation").get_template(StackName=STACK)["TemplateBody"]
    found = json.loads(found) if isinstance(found, str) else json.loads(json.dumps(found))
    yield found
    assert update(service, found)[0] == "UPDATE_COMPLETE"


def with_new_code(template):
    """Return the template as it is after a change of the function, of which a version is published."""
    ((version, _),) = of_type(template, "AWS::Lambda::Version", "Inference")
    changed = json.loads(json.dumps(template).replace(version, f"{version[:-4]}beef"))
    ((_, function),) = of_type(changed, "AWS::Lambda::Function", "Inference")
    function["Properties"]["Environment"]["Variables"]["MODEL_REFRESH_SECONDS"] = "3"
    ((_, passed),) = of_type(changed, "Custom::Canary")
    # Another version of its own; and the function's is published before it is asked.
    passed["Properties"]["Version"] = "999"
    passed["DependsOn"] = [f"{version[:-4]}beef"]
    return changed


def of_type(template, kind, start=""):
    return [
        (logical_id, each)
        for logical_id, each in template["Resources"].items()
        if each["Type"] == kind and logical_id.startswith(start)
    ]


def update(service, template):
    """Update the stack; return its last status and why resources failed."""
    client = service.client("cloudformation")
    known = {event["EventId"] for event in events(client)}
    client.update_stack(
        StackName=STACK, TemplateBody=json.dumps(template), Capabilities=["CAPABILITY_NAMED_IAM"]
    )
    deadline = time.monotonic() + PATIENCE_SECONDS
    while (status := client.describe_stacks(StackName=STACK)["Stacks"][0]["StackStatus"]).endswith(
        "IN_PROGRESS"
    ):
        assert time.monotonic() < deadline, status
        time.sleep(0.5)
    failed = [
        event["ResourceStatusReason"]
        for event in events(client)
        if event["EventId"] not in known and event["ResourceStatus"].endswith("FAILED")
    ]
    return status, failed


def events(client):
    pages = client.get_paginator("describe_stack_events").paginate(StackName=STACK)
    return [event for page in pages for event in page["StackEvents"]]


def published(service):
    """Return the function's versions, and the one that callers get."""
    client = service.client("lambda")
    name = service.client("cloudformation").describe_stacks(StackName=STACK)["Stacks"][0]["Outputs"]
    (name,) = [output["OutputValue"] for output in name if output["OutputKey"] == "Function"]
    versions = client.list_versions_by_function(FunctionName=name)["Versions"]
    return [v["Version"] for v in versions], client.get_alias(FunctionName=name, Name="live")[
        "FunctionVersion"
    ]


def test_deployment_that_the_canary_stops_is_undone_and_can_be_repeated(service, canary, template):
    before = published(service)
    new = with_new_code(template)

    canary(LOCKED="numpy==1.0.0")
    status, failed = update(service, new)

    # Nobody mended it, so it fails in the rollback, too.
    assert status == "UPDATE_ROLLBACK_COMPLETE"
    assert [reason.startswith("CanaryError: numpy 1.0.0 is locked") for reason in failed] == [True]
    assert published(service) == before

    canary()

    assert update(service, new) == ("UPDATE_COMPLETE", [])
    versions, live = published(service)
    assert set(versions) > set(before[0])
    assert live not in before[0]
