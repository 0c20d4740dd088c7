"""GET /v1/quality: the report as it lies in the lake, or how to come to one."""

import json

import pytest
from botocore.exceptions import EndpointConnectionError

from inference.handler import make_service
from intake.quality import KEY

from .calls import lines_of, load_event, refused, response_of
from .intakes import FakeInbox, new_intake, refusal
from .openapi import event_of, example_of, response_validator

REPORT = example_of("/v1/quality", "get", "week")


@pytest.fixture
def s3():
    """Give a lake that was calibrated."""
    s3 = FakeInbox()
    s3.objects[KEY] = json.dumps(REPORT).encode()
    return s3


def ask(s3, **changes):
    return new_intake(s3)(event_of("/v1/quality", "GET") | changes)


def test_report_is_answered_as_it_lies_in_the_lake(s3):
    answer = ask(s3)

    assert (answer.status, answer.body) == (200, REPORT)
    assert s3.calls == [{"Bucket": "lake", "Key": "reports/quality/latest.json"}]


def test_lake_that_was_never_calibrated_is_a_404_that_says_what_to_run():
    answer = ask(FakeInbox())
    code, message, field = refused(answer, 404)

    assert (code, field) == ("not_found", "path")
    assert "once a day" in message
    assert "`calibrate`" in message
    assert response_validator("/v1/quality", "get", "404").is_valid(answer.body)


@pytest.mark.parametrize(
    "error",
    [refusal("SlowDown"), EndpointConnectionError(endpoint_url="http://lake")],
    ids=["slow down", "no connection"],
)
def test_s3_that_fails_is_a_503_and_asking_again_answers(s3, capsys, error):
    s3.error = error
    answer = ask(s3)

    assert refused(answer, 503)[:2] == (
        "reviews_unavailable",
        "the report can't be read at the moment; ask again",
    )
    assert answer.headers["Retry-After"] == "5"
    assert response_validator("/v1/quality", "get", "503").is_valid(answer.body)
    assert lines_of(capsys)[0][0]["message"] == "quality_not_read"
    assert ask(s3).body == REPORT


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
