"""A request writes one log line and one metrics line, valid JSON, with nothing of what the caller sent."""

import base64
import json
import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from inference.handler import make_service
from inference.routes import ROUTES
from inference.telemetry import load_failure_reporter
from recall.artifact import Artifact, encode

from .calls import CARD, TRACES, error_of, lines_of, load_event, post, response_of, strict_json
from .fakes import THREE_INPUTS


def lines_of_request(capsys):
    """Return the one log line and the one metrics line."""
    (log,), (metrics,) = lines_of(capsys)
    return log, metrics


@pytest.mark.parametrize("name", ["predict_single", "predict_batch", "model", "unknown_path", "wrong_method"])
def test_request_writes_one_log_line_and_one_metrics_line(invoke, capsys, name):
    event = load_event(name)
    response = invoke(event)
    log, metrics = lines_of_request(capsys)

    latency = log.pop("latency_ms")
    assert log == {
        "level": "INFO",
        "message": "request",
        "request_id": event["requestContext"]["requestId"],
        "method": event["httpMethod"],
        "path": event["path"] if name != "unknown_path" else "/v1/{proxy+}",
        "status": response.status,
        "cold_start": True,
        "predictions": {"predict_single": 1, "predict_batch": 2}.get(name, 0),
        "model_version": "file" if response.status == 200 else None,
    }
    assert 0 < latency == metrics["Latency"]


def test_metrics_line_says_what_the_log_line_says(invoke, capsys):
    before = time.time() * 1000 - 1
    invoke(load_event("predict_batch"))
    _log, metrics = lines_of_request(capsys)

    metrics.pop("Latency")
    assert before <= metrics["_aws"].pop("Timestamp") <= time.time() * 1000
    assert metrics == {
        "_aws": {
            "CloudWatchMetrics": [
                {
                    "Namespace": "Recall",
                    "Dimensions": [["Stage"]],
                    "Metrics": [
                        {"Name": "Requests", "Unit": "Count"},
                        {"Name": "Latency", "Unit": "Milliseconds"},
                        {"Name": "ColdStarts", "Unit": "Count"},
                        {"Name": "Predictions", "Unit": "Count"},
                    ],
                }
            ]
        },
        "Stage": "test",
        "Requests": 1,
        "ColdStarts": 1,
        "Predictions": 2,
        "ModelVersion": "file",
    }


def test_only_the_first_request_of_an_environment_is_a_cold_start(invoke, capsys):
    for _ in range(3):
        invoke(load_event("health"))
    logs, metrics = lines_of(capsys)

    assert [line["cold_start"] for line in logs] == [True, False, False]
    assert [line["ColdStarts"] for line in metrics] == [1, 0, 0]


def test_predictions_are_counted_by_card_and_not_for_refused_requests(invoke, capsys):
    for body in (CARD, {"cards": [CARD] * 7}, {"cards": [CARD, {}]}):
        invoke(post(body))
    logs, metrics = lines_of(capsys)

    assert [line["predictions"] for line in logs] == [1, 7, 0]
    assert [line["Predictions"] for line in metrics] == [1, 7, 0]


def test_failed_load_is_logged_and_counted(capsys):
    load_failure_reporter("Recall", "test")('a "reason"\nof two lines')
    (log,), (metrics,) = lines_of(capsys)

    assert log == {"level": "ERROR", "message": "model_load_failed", "reason": 'a "reason"\nof two lines'}
    assert type(metrics["_aws"].pop("Timestamp")) is int
    failures = {"Name": "ModelLoadFailures", "Unit": "Count"}
    assert metrics == {
        "_aws": {
            "CloudWatchMetrics": [{"Namespace": "Recall", "Dimensions": [["Stage"]], "Metrics": [failures]}]
        },
        "Stage": "test",
        "ModelLoadFailures": 1,
    }


MARKED = [
    CARD | {"marker-4711": 1},
    CARD | {"difficulty": "marker-4711"},
    {"cards": [CARD], "marker-4711": 1},
    {"marker-4711": {"marker-4711": 1}},
    "marker-4711",
    '{"marker-4711": 1, "marker-4711": 2}',
]


@pytest.mark.parametrize("kind", ["working", "encoded", "broken"])
def test_neither_key_nor_body_nor_query_is_ever_written(invoke, capsys, monkeypatch, kind):
    if kind == "broken":
        monkeypatch.setitem(ROUTES["/v1/predict"], "POST", break_down)
    for body in MARKED:
        event = post(body)
        if kind == "encoded":
            event |= {"body": base64.b64encode(event["body"].encode()).decode(), "isBase64Encoded": True}
        mark_everything(event)
        invoke(event)
        written = capsys.readouterr()

        assert '"path": "/v1/predict"' in written.out
        assert "marker-4711" not in written.out + written.err
        assert event["body"] not in written.out


def mark_everything(event):
    """Put the marker wherever a caller may put something secret beside the body."""
    for headers in (event["headers"], event["requestContext"]["identity"]):
        headers |= {"x-api-key": "marker-4711", "apiKey": "marker-4711", "Cookie": "marker-4711"}
    event["multiValueHeaders"] = {"x-api-key": ["marker-4711"]}
    event["queryStringParameters"] = {"q": "marker-4711"}
    event["multiValueQueryStringParameters"] = {"q": ["marker-4711"]}


def test_path_is_logged_as_the_api_declares_it_without_the_ids_in_it(invoke, capsys):
    resource = "/v1/learners/{learner}/cards/{card}"
    parameters = {"learner": "ann%40example.org", "card": "gato"}
    event = load_event("health", resource=resource, pathParameters=parameters)
    invoke(event | {"path": resource.format(**parameters)})
    written = capsys.readouterr().out

    assert strict_json(written.splitlines()[0])["path"] == resource
    assert not [value for value in ("ann", "gato") if value in written]


@given(st.text(), st.text(), st.text())
@example("GET", '/"quoted"\\\n\r\x00\x1b[31m\u2028é\ud800', "")
@example("GET", "/" + "x" * 10_000, "")
def test_any_request_writes_two_valid_lines(environment, method, path, request_id):
    written = []
    service = make_service(environment)
    event = load_event("health", httpMethod=method, path=path, requestContext={"requestId": request_id})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.stdout.write", written.append)
        service.respond(event)
    log, metrics, rest = "".join(written).split("\n")

    assert (strict_json(log)["request_id"], strict_json(log)["path"]) == (request_id, path[:100])
    assert strict_json(metrics)["Requests"] == 1
    assert (rest, log.isascii()) == ("", True)


def break_down(_event, _store):
    raise ZeroDivisionError("the secret inside")


def test_unexpected_exception_answers_500_and_leaves_its_traceback_in_the_log(invoke, capsys, monkeypatch):
    monkeypatch.setitem(ROUTES["/v1/predict"], "POST", break_down)
    response = invoke(load_event("predict_single"))
    (trace, log), (metrics,) = lines_of(capsys)

    assert response.status == log["status"] == 500
    assert error_of(response) == ("internal_error", "something broke here", None)
    assert not [mark for mark in (*TRACES, "secret") if mark in json.dumps(response)]
    assert (trace["level"], trace["message"]) == ("ERROR", "unexpected_error")
    assert trace["request_id"] == response.headers["X-Request-Id"]
    assert trace["traceback"].startswith("Traceback")
    assert trace["traceback"].endswith("ZeroDivisionError: the secret inside\n")
    assert (metrics["Requests"], metrics["Predictions"], metrics["ModelVersion"]) == (1, 0, None)


def test_model_whose_training_record_is_no_json_still_predicts(environment, tmp_path, capsys):
    record = encode(Artifact(THREE_INPUTS, {"auc": None})).replace(b'"auc": null', b'"auc": NaN')
    (tmp_path / "model.json").write_bytes(record)
    service = make_service(environment | {"MODEL_FILE": str(tmp_path / "model.json")})

    assert response_of(service.respond(load_event("model"))).status == 500
    assert response_of(service.respond(load_event("predict_single"))).status == 200
    assert [line["message"] for line in lines_of(capsys)[0]] == ["unexpected_error", "request", "request"]
