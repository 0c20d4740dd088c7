"""The operations API's function, on a Step Functions and a lake in memory: runs started, watched, read."""

import json
import re
from datetime import UTC, datetime

import boto3
import pytest
from botocore.exceptions import (
    ClientError,
    EndpointConnectionError,
    ParamValidationError,
    ReadTimeoutError,
    ResponseStreamingError,
)

from http_kit.service import Service
from model_training.retraining import STEPS
from model_training.retraining.run import Run, RunError
from operations import runs as api
from operations.handler import make_service
from operations.routes import PATH, ROUTES
from operations.runs import Runs
from tests.training.fake_s3 import FakeS3

from .calls import lines_of, refused, response_of

MACHINE = "arn:aws:states:eu-central-1:123456789012:stateMachine:Retraining"
EXECUTION = "arn:aws:states:eu-central-1:123456789012:execution:Retraining:"
BEGAN, ENDED = datetime(2026, 11, 21, 3, tzinfo=UTC), datetime(2026, 11, 21, 4, tzinfo=UTC)
CALLER = "arn:aws:sts::123456789012:assumed-role/Operators/ann"


def refusal(code):
    """Make the error that boto3 raises for one of Step Functions'."""
    return ClientError({"Error": {"Code": code, "Message": "no"}}, "StartExecution")


class FakeStates:
    """A client of Step Functions with one machine."""

    def __init__(self):
        self.executions = {}

    def add(self, name, status="SUCCEEDED"):
        ended = {} if status == "RUNNING" else {"stopDate": ENDED}
        facts = {"name": name, "status": status, "startDate": BEGAN, **ended}
        self.executions[EXECUTION + name] = facts
        return facts

    def start_execution(self, *, stateMachineArn, name, input):  # noqa: A002 - boto3's own name
        assert (stateMachineArn, json.loads(input)) == (MACHINE, {})
        there = self.executions.get(EXECUTION + name)
        if there and there["status"] != "RUNNING":
            raise refusal("ExecutionAlreadyExists")
        return there or self.add(name, "RUNNING")

    def describe_execution(self, *, executionArn):
        if executionArn not in self.executions:
            raise refusal("ExecutionDoesNotExist")
        return self.executions[executionArn]

    def list_executions(self, *, stateMachineArn, maxResults):
        assert stateMachineArn == MACHINE
        return {"executions": list(reversed(self.executions.values()))[:maxResults]}


class Deployed:
    """The function with what it works on."""

    def __init__(self):
        self.states = FakeStates()
        self.s3 = FakeS3()
        self.service = Service(ROUTES, Runs(self.states, self.s3, MACHINE, "lake"))

    def found(self, name, **steps):
        """Keep what steps of a run found, as the training side does."""
        for step, go in steps.items():
            Run(self.s3.lake, name).keep(step, {"go": go} if go else {"go": go, "why": "level"})

    def call(self, method, resource=PATH, name=None, **parts):
        path = resource.replace("{name}", name or "")
        event = {
            "resource": resource, "path": path, "httpMethod": method,
            "pathParameters": {"name": name} if name is not None else None,
            "requestContext": {"requestId": "r1", "identity": {"userArn": CALLER}},
        }  # fmt: skip
        return response_of(self.service.respond(event | parts))

    def read(self, name):
        return self.call("GET", f"{PATH}/{{name}}", name)

    def report(self, name, **parts):
        return self.call("GET", f"{PATH}/{{name}}/report", name, **parts)

    def start(self, body):
        return self.call("POST", body=json.dumps(body), headers={"Content-Type": "application/json"})


@pytest.fixture
def deployed():
    """Give a deployment without runs."""
    return Deployed()


def test_run_that_is_started_is_named_by_its_time_and_can_be_watched(deployed):
    answer = deployed.call("POST")

    assert answer.status == 202
    assert re.fullmatch(r"\d{8}T\d{6}Z-[0-9a-f]{8}", answer.body["name"])
    assert answer.headers["Location"] == f"{PATH}/{answer.body['name']}"
    assert deployed.read(answer.body["name"]).body == answer.body | {
        "ended_at": None, "steps": {}, "report": False,
    }  # fmt: skip
    assert answer.body["status"] == "running"


def test_run_gets_the_name_that_was_asked_for(deployed):
    assert deployed.start({"name": "after-the-exams"}).body["name"] == "after-the-exams"


def test_start_sent_twice_starts_one_run(deployed):
    assert deployed.start({"name": "once"}) == deployed.start({"name": "once"})
    assert len(deployed.states.executions) == 1


def test_name_of_a_run_that_ended_is_taken(deployed):
    deployed.states.add("done")
    code, message, field = refused(deployed.start({"name": "done"}))

    assert (code, field) == ("invalid_input", "name")
    assert "choose another" in message


@pytest.mark.parametrize(
    ("body", "field"), [({"name": "a b"}, "name"), ({"name": 5}, "name"), ({"run": "a"}, "run"), ([], "body")]
)
def test_body_with_anything_but_a_name_that_a_run_can_have_is_refused(deployed, body, field):
    assert refused(deployed.start(body))[2] == field
    assert deployed.states.executions == {}


def test_names_are_those_that_the_training_side_takes():
    for name in ("a", "20261121T030000Z-0a1b2c3d", "x" * 80, "_", "-a", "", "x" * 81, "a/b", "ä"):
        try:
            Run(FakeS3().lake, name)
        except RunError:
            assert not api.NAME.fullmatch(name)
        else:
            assert api.NAME.fullmatch(name)


def test_list_has_the_newest_first(deployed):
    for name, status in (("a", "SUCCEEDED"), ("b", "TIMED_OUT"), ("c", "RUNNING")):
        deployed.states.add(name, status)
    runs = deployed.call("GET").body["runs"]

    assert [(run["name"], run["status"]) for run in runs] == [
        ("c", "running"), ("b", "failed"), ("a", "ended"),
    ]  # fmt: skip
    assert runs[2]["started_at"] == "2026-11-21T03:00:00+00:00"
    assert (runs[0]["ended_at"], runs[1]["ended_at"]) == (None, "2026-11-21T04:00:00+00:00")


@pytest.mark.parametrize(
    ("execution", "steps", "status"),
    [
        ("SUCCEEDED", dict.fromkeys(STEPS, True), "promoted"),
        ("SUCCEEDED", {"prepare": True, "train": True, "evaluate": True, "gate": False}, "stopped"),
        ("FAILED", {"prepare": True}, "failed"),
        ("RUNNING", {"prepare": True}, "running"),
        (None, dict.fromkeys(STEPS, True), "promoted"),
        (None, {"prepare": True}, "unfinished"),
    ],
)
def test_run_says_what_came_of_it_and_what_each_step_found(deployed, execution, steps, status):
    if execution:
        deployed.states.add("r", execution)
    deployed.found("r", **steps)
    run = deployed.read("r").body

    assert run["status"] == status
    assert list(run["steps"]) == list(steps)
    assert {step: found["go"] for step, found in run["steps"].items()} == steps
    if status == "stopped":
        assert run["steps"]["gate"]["why"] == "level"


def test_report_is_the_page_that_the_run_wrote(deployed):
    deployed.states.add("r")
    assert deployed.read("r").body["report"] is False
    deployed.s3.lake.write(Run(deployed.s3.lake, "r").key(api.REPORT), "<h1>ü</h1>".encode() * 500)
    answer = deployed.report("r", headers={"Accept": "text/html", "Accept-Encoding": "gzip"})

    assert answer.status == 200
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.body == deployed.report("r").body == "<h1>ü</h1>" * 500
    assert deployed.read("r").body["report"] is True


def test_unknown_run_and_missing_report_are_not_found(deployed):
    deployed.states.add("r")

    assert refused(deployed.read("other"), 404)[0] == "not_found"
    assert "no report" in refused(deployed.report("r"), 404)[1]


def test_name_in_the_path_is_checked_before_anything_is_read(deployed):
    assert refused(deployed.read("../models"))[2] == "name"


def test_other_methods_and_paths_are_refused(deployed):
    answer = deployed.call("DELETE")

    assert refused(answer, 405)[0] == "method_not_allowed"
    assert answer.headers["Allow"] == "GET, POST"
    assert refused(deployed.call("GET", "/v1/training"), 404)[0] == "not_found"


def test_request_is_logged_with_who_signed_it(deployed, capsys):
    deployed.call("POST")
    line = json.loads(capsys.readouterr().out)

    assert (line["caller"], line["method"], line["path"], line["status"]) == (CALLER, "POST", PATH, 202)


def error_of_aws(code, status):
    """Make the error that boto3 raises for an error response of AWS."""
    return ClientError({"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}, "Call")


def break_all(deployed, error):
    """Let every call of AWS raise an error."""

    def call(**_):
        raise error

    for name in ("start_execution", "list_executions", "describe_execution"):
        setattr(deployed.states, name, call)
    deployed.s3.get_object = deployed.s3.list_objects_v2 = call


CALLS = {
    "start": lambda deployed: deployed.start({"name": "r"}),
    "list": lambda deployed: deployed.call("GET"),
    "read": lambda deployed: deployed.read("r"),
    "report": lambda deployed: deployed.report("r"),
}
OUTAGES = [
    error_of_aws("ThrottlingException", 400),  # Step Functions
    error_of_aws("SlowDown", 503),  # S3
    error_of_aws("InternalError", 500),
    EndpointConnectionError(endpoint_url="https://states"),
    ReadTimeoutError(endpoint_url="https://states"),
]


@pytest.mark.parametrize("error", OUTAGES, ids=str)
def test_outage_of_aws_is_a_503_that_says_when_to_try_again(deployed, capsys, error):
    break_all(deployed, error)
    for call in CALLS.values():
        answer = call(deployed)

        assert refused(answer, 503) == (
            "operations_unavailable",
            "training runs can't be started or read at the moment; send the request again",
            None,
        )
        assert answer.headers["Retry-After"] == "5"
        log, line = lines_of(capsys)[0]
        assert (log["message"], line["status"]) == ("operations_unavailable", 503)
        assert type(error).__name__ in log["traceback"]


def test_lake_that_stops_in_the_middle_of_a_report_is_an_outage(deployed):
    class Body:
        def read(self):
            raise ResponseStreamingError(error="connection broken")

    deployed.s3.get_object = lambda **_: {"Body": Body()}
    assert refused(deployed.report("r"), 503)[0] == "operations_unavailable"


@pytest.mark.parametrize(
    "error",
    [
        error_of_aws("AccessDeniedException", 400),
        error_of_aws("AccessDenied", 403),
        ParamValidationError(report="no such parameter"),
        KeyError("startDate"),
    ],
    ids=str,
)
def test_mistake_of_the_deployment_or_the_code_is_a_500_with_a_traceback_in_the_log(deployed, capsys, error):
    break_all(deployed, error)
    for call in CALLS.values():
        assert refused(call(deployed), 500)[0] == "internal_error"
        assert type(error).__name__ in lines_of(capsys)[0][0]["traceback"]


def test_service_has_a_client_of_each_service_and_the_environments_names(monkeypatch):
    made = {}
    monkeypatch.setattr(boto3, "client", lambda name, **_: made.setdefault(name, FakeStates()))
    service = make_service({"STATE_MACHINE": MACHINE, "LAKE_BUCKET": "lake"})
    event = {"resource": PATH, "path": PATH, "httpMethod": "GET"}

    assert response_of(service.respond(event)).body == {"runs": []}
    assert set(made) == {"stepfunctions", "s3"}
