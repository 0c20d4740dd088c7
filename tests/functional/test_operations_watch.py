"""A stage watched by the operations API: reviews, alarms, the bill, and what it says while AWS is down."""

import json
from datetime import UTC, datetime

import boto3
import pytest
from botocore.exceptions import (
    EndpointConnectionError,
    ParamValidationError,
    ReadTimeoutError,
    ResponseStreamingError,
)

from http_kit.service import Service
from model_training.calibration import run as calibration
from operations import reviews
from operations.endpoints.models import MOVES_PATH, PROMOTION, ROLLBACK_PATH
from operations.endpoints.models import PATH as MODELS
from operations.endpoints.runs import PATH as RUNS
from operations.handler import make_service
from operations.routes import ROUTES

from .calls import lines_of, refused, response_of
from .operated import CALLER, MACHINE, FakeStates, Operated, error_of_aws

REVIEWS, ALARMS, COST = (f"/v1/operations/{name}" for name in ("reviews", "alarms", "cost"))
SINCE = datetime(2026, 11, 28, 14, 2, tzinfo=UTC)
SPENT = {
    "ActualSpend": {"Amount": "3.41", "Unit": "USD"},
    "ForecastedSpend": {"Amount": "6.9", "Unit": "USD"},
}


def alarm(name, state="OK", says="It broke. What to do: docs/runbook/Broken.md"):
    return {
        "AlarmName": name, "StateValue": state, "AlarmDescription": says, "StateTransitionedTimestamp": SINCE,
    }  # fmt: skip


def test_reviews_are_the_reports_of_the_calibration_and_null_before_the_first():
    stage = Operated()
    assert stage.call("GET", REVIEWS).body == {"collected": None, "quality": None}

    stage.keep(calibration.LATEST, {"week": None})
    stage.keep(calibration.COLLECTED, {"learners": 2, "days": []})
    assert stage.call("GET", REVIEWS).body == {
        "collected": {"learners": 2, "days": []}, "quality": {"week": None},
    }  # fmt: skip
    assert (reviews.QUALITY, reviews.COLLECTED) == (calibration.LATEST, calibration.COLLECTED)


def test_alarms_of_the_stage_are_listed_with_those_that_are_on_first():
    stage = Operated()
    stage.cloudwatch.alarms = [
        alarm("recall-dev-monitoring-MonitoringFunctionErrors1A2B3C4D-XyZ123"),
        alarm("recall-dev-monitoring-LearningJobFailures5A6B7C8D-abc", "INSUFFICIENT_DATA"),
        alarm("recall-dev-inference-InferenceReleaseFunctionErrors9A8B7C6D-def", "ALARM", "No page."),
        alarm("recall-dev-2-monitoring-MonitoringFunctionErrors1A2B3C4D-ghi", "ALARM"),
        alarm("recall-dev-mine", "ALARM"),
        alarm("recall-prod-monitoring-MonitoringFunctionErrors1A2B3C4D-jkl", "ALARM"),
    ]

    found = stage.call("GET", ALARMS).body["alarms"]
    assert [(each["name"], each["state"]) for each in found] == [
        ("InferenceReleaseFunctionErrors", "alarm"), ("LearningJobFailures", "no_data"),
        ("MonitoringFunctionErrors", "ok"),
    ]  # fmt: skip
    assert found[0] | {"name": ""} == {
        "name": "", "state": "alarm", "since": SINCE.isoformat(), "says": "No page.", "runbook": None,
    }  # fmt: skip
    assert (found[2]["says"], found[2]["runbook"]) == ("It broke.", "docs/runbook/Broken.md")


def test_cost_is_the_accounts_against_the_budget():
    stage = Operated(budget="recall-dev-monthly", usd=25)
    stage.budgets.budgets["recall-dev-monthly"] = {"CalculatedSpend": SPENT}
    assert stage.call("GET", COST).body == {
        "budget_usd": 25, "actual_usd": 3.41, "forecast_usd": 6.9, "why": None,
    }  # fmt: skip
    # An account in its first weeks has no forecast.
    stage.budgets.budgets["recall-dev-monthly"] = {"CalculatedSpend": {"ActualSpend": SPENT["ActualSpend"]}}
    assert stage.call("GET", COST).body["forecast_usd"] is None


@pytest.mark.parametrize(
    ("stage", "budget", "why"),
    [
        (Operated(), None, "set monthly_budget_usd"),
        (Operated(budget="b", usd=9), 9, "deploy the stage again"),
    ],
    ids=["none", "not there"],
)
def test_cost_that_nobody_measures_says_why(stage, budget, why):
    body = stage.call("GET", COST).body
    assert (body["budget_usd"], body["actual_usd"], body["forecast_usd"]) == (budget, None, None)
    assert why in body["why"]


@pytest.mark.parametrize("path", ROUTES)
def test_each_path_refuses_other_methods_and_names_its_own(path):
    parameters = {name: "a" for name in ("name", "version", "id") if f"{{{name}}}" in path}
    answer = Operated().call("DELETE", path, **parameters)

    assert refused(answer, 405)[0] == "method_not_allowed"
    assert answer.headers["Allow"] == ", ".join(ROUTES[path])
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_other_paths_are_not_found():
    assert refused(Operated().call("GET", "/v1/operations"), 404)[0] == "not_found"


def test_request_is_logged_with_who_signed_it(capsys):
    Operated().call("POST", RUNS)
    line = json.loads(capsys.readouterr().out)

    assert (line["caller"], line["method"], line["path"], line["status"]) == (CALLER, "POST", RUNS, 202)


WHY = {"reason": "a test"}
CALLS = {
    "start": lambda stage: stage.call("POST", RUNS, {"name": "r"}),
    "list": lambda stage: stage.call("GET", RUNS),
    "read": lambda stage: stage.call("GET", f"{RUNS}/{{name}}", name="r"),
    "report": lambda stage: stage.call("GET", f"{RUNS}/{{name}}/report", name="r"),
    "models": lambda stage: stage.call("GET", MODELS),
    "promote": lambda stage: stage.call("POST", PROMOTION, WHY, version="v1"),
    "rollback": lambda stage: stage.call("POST", ROLLBACK_PATH, WHY),
    "move": lambda stage: stage.call("GET", f"{MOVES_PATH}/{{id}}", id="m"),
    "reviews": lambda stage: stage.call("GET", REVIEWS),
    "alarms": lambda stage: stage.call("GET", ALARMS),
    "cost": lambda stage: stage.call("GET", COST),
}


def test_every_endpoint_is_called_while_aws_is_down():
    assert len(CALLS) == sum(map(len, ROUTES.values()))


@pytest.mark.parametrize(
    "error",
    [
        error_of_aws("ThrottlingException"),  # Step Functions, Budgets
        error_of_aws("Throttling"),  # CloudWatch
        error_of_aws("TooManyRequestsException", 429),  # Lambda
        error_of_aws("SlowDown", 503),  # S3
        EndpointConnectionError(endpoint_url="https://states"),
        ReadTimeoutError(endpoint_url="https://states"),
    ],
    ids=str,
)
def test_outage_of_aws_is_a_503_that_says_when_to_try_again(capsys, error):
    stage = Operated(budget="b", usd=9)
    stage.break_all(error)
    for call in CALLS.values():
        answer = call(stage)

        message = "AWS doesn't answer at the moment; send the request again"
        assert refused(answer, 503) == ("operations_unavailable", message, None)
        assert answer.headers["Retry-After"] == "5"
        log, line = lines_of(capsys)[0]
        assert (log["message"], line["status"]) == ("operations_unavailable", 503)
        assert type(error).__name__ in log["traceback"]


def test_lake_that_stops_in_the_middle_of_a_report_is_an_outage():
    class Body:
        def read(self):
            raise ResponseStreamingError(error="connection broken")

    stage = Operated()
    stage.s3.get_object = lambda **_: {"Body": Body()}
    assert refused(CALLS["report"](stage), 503)[0] == "operations_unavailable"


@pytest.mark.parametrize(
    "error",
    [
        error_of_aws("AccessDeniedException"),
        error_of_aws("AccessDenied", 403),
        ParamValidationError(report="no such parameter"),
        KeyError("startDate"),
    ],
    ids=str,
)
def test_mistake_of_the_deployment_or_the_code_is_a_500_with_a_traceback_in_the_log(capsys, error):
    stage = Operated(budget="b", usd=9)
    stage.break_all(error)
    for call in CALLS.values():
        assert refused(call(stage), 500)[0] == "internal_error"
        assert type(error).__name__ in lines_of(capsys)[0][0]["traceback"]


def test_service_has_a_client_of_each_service_and_the_environments_names(monkeypatch):
    made = {}
    monkeypatch.setattr(boto3, "client", lambda name, **_: made.setdefault(name, FakeStates()))
    service = make_service(
        {
            "STAGE": "dev", "STATE_MACHINE": MACHINE, "LAKE_BUCKET": "lake", "TRAINING_JOBS": "jobs",
            "AUTOML_MOST_SECONDS": "3600", "BUDGET": "", "BUDGET_USD": "0",
        }
    )  # fmt: skip
    assert isinstance(service, Service)
    event = {"resource": RUNS, "path": RUNS, "httpMethod": "GET"}

    assert response_of(service.respond(event)).body == {"runs": [], "automl_most_seconds": 3_600}
    assert set(made) == {"stepfunctions", "s3", "lambda", "cloudwatch", "budgets"}
