"""GET /v1/quality: the report as it lies in the lake, or how to come to one."""

import json

import pytest

from inference.handler import make_service
from inference.s3 import S3Error
from memory.endpoints.quality import KEY

from .calls import lines_of, load_event, refused, response_of
from .fakes import FakeReader
from .openapi import example_of, response_validator

REPORT = example_of("/v1/quality", "get", "week")


@pytest.fixture
def lake():
    """Give a lake that was calibrated."""
    lake = FakeReader()
    lake.objects[KEY] = json.dumps(REPORT).encode()
    return lake


@pytest.fixture
def ask(device, lake):
    """Give the question for the report."""
    function = device(lake=lake)
    return lambda: function.call("GET", "/v1/quality")


def test_report_is_answered_as_it_lies_in_the_lake(ask, lake):
    answer = ask()

    assert (answer.status, answer.body) == (200, REPORT)
    assert lake.gets == [("reports/quality/latest.json", None)]


@pytest.mark.parametrize("status", [403, 404])
def test_lake_that_was_never_calibrated_is_a_404_that_says_what_to_run(ask, lake, status):
    del lake.objects[KEY]
    lake.missing_status = status
    answer = ask()
    code, message, field = refused(answer, 404)

    assert (code, field) == ("not_found", "path")
    assert "once a day" in message
    assert "`calibrate`" in message
    assert response_validator("/v1/quality", "get", "404").is_valid(answer.body)


def _forbid_listing(lake):
    del lake.objects[KEY]
    lake.listing_error = S3Error("GET list-type=2: status 403", 403)


FAILURES = {
    "slow down": lambda lake: setattr(lake, "error", S3Error(f"GET {KEY}: status 503", 503)),
    "no connection": lambda lake: setattr(lake, "error", S3Error(f"GET {KEY}: TimeoutError: timed out")),
    "forbidden": lambda lake: setattr(lake, "error", S3Error(f"GET {KEY}: status 403", 403)),
    "listing forbidden": _forbid_listing,
}


@pytest.mark.parametrize("fail", FAILURES.values(), ids=FAILURES)
def test_s3_that_fails_is_a_503_and_asking_again_answers(ask, lake, capsys, fail):
    fail(lake)
    answer = ask()

    assert refused(answer, 503)[:2] == (
        "reviews_unavailable",
        "the report can't be read at the moment; ask again",
    )
    assert answer.headers["Retry-After"] == "5"
    assert response_validator("/v1/quality", "get", "503").is_valid(answer.body)
    assert lines_of(capsys)[0][0]["message"] == "quality_not_read"
    lake.error, lake.objects[KEY] = None, json.dumps(REPORT).encode()
    assert ask().body == REPORT


def test_deployment_that_collects_nothing_says_how_to_turn_it_on(environment):
    service = make_service(environment)
    event = load_event("predict_single", path="/v1/quality", httpMethod="GET", body=None)
    code, message, field = refused(response_of(service.respond(event)), 404)

    assert (code, field) == ("not_found", "path")
    assert "reviews_retention_days in cdk.json" in message
    wrong = response_of(service.respond(event | {"httpMethod": "POST"}))
    assert refused(wrong, 405)[1] == "method must be GET for /v1/quality"


def test_deployment_that_remembers_nobody_says_how_to_turn_it_on(environment, capsys):
    service = make_service(environment)
    resource = "/v1/learners/{learner}/cards/{card}"
    event = load_event(
        "predict_single",
        resource=resource,
        path="/v1/learners/ann/cards/gato",
        pathParameters={"learner": "ann", "card": "gato"},
        httpMethod="DELETE",
        body=None,
    )
    code, message, field = refused(response_of(service.respond(event)), 404)

    assert (code, field) == ("not_found", "path")
    assert "sets memory to true in cdk.json" in message
    assert (
        refused(response_of(service.respond(event | {"httpMethod": "PUT"})), 405)[0] == "method_not_allowed"
    )
    assert {line["path"] for line in lines_of(capsys)[0]} == {resource}
