"""Every endpoint over HTTP in the local cloud, through the gateway before the function."""

import gzip
import http.client
import json
import subprocess
import sys
from base64 import urlsafe_b64decode
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import pytest
from botocore.credentials import Credentials

from recall.learner import START
from recall.learner_text import decode_state, encode_state
from tests.e2e.conftest import PROJECT, Response, Service
from tests.e2e.signed_operator import Operator
from tests.e2e.test_service import stored_model

pytestmark = pytest.mark.e2e

CARD = {"days_since_last_review": 3, "review_count": 4, "difficulty": 5.5}
NOW = "2026-11-20T09:00:00Z"
HISTORY = {"reviews": [{"at": "2026-11-12T08:15:00Z", "rating": 3}, {"days_ago": 4, "rating": 3}]}


def raw(service: Service, method: str, path: str, body: bytes | None = None, **headers: str) -> Response:
    """Send a request with exactly these headers, and return its response with a body of bytes."""
    parts = urlsplit(service.endpoint)
    connection = http.client.HTTPConnection(parts.netloc, timeout=60)
    try:
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, parts.path + path, body, names)
        response = connection.getresponse()
        response_headers = {name.lower(): value for name, value in response.headers.items()}
        return Response(response.status, response_headers, response.read())
    finally:
        connection.close()


def test_learners_state_moves_the_next_prediction(service):
    model = stored_model(service)
    first = service.predict(CARD | {"learner_state": None, "recalled": False}).body
    second = service.predict(CARD | {"learner_state": first["learner_state"]}).body

    state = model.three_inputs.learner_after(START, *CARD.values(), recalled=False)
    assert first["learner_state"] == encode_state(state, model.fingerprint)
    known = decode_state(first["learner_state"], model.fingerprint)
    assert second["recall_probability"] == model.three_inputs.recall_probability(*CARD.values(), known)
    assert second["recall_probability"] < first["recall_probability"]


def test_recall_at_the_scheduled_interval_is_the_target(service):
    failed = service.predict(HISTORY | {"now": NOW, "recalled": False}).body
    request = HISTORY | {"now": NOW, "learner_state": failed["learner_state"]}
    due = service.call("POST", "/v1/schedule", request | {"target_recall": 0.6}).body
    curve = service.call("POST", "/v1/curve", request | {"days": due["interval_days"], "points": 2}).body

    assert due["model"] == curve["model"] == "history"
    assert curve["recall_probability"][1] == pytest.approx(0.6, abs=1e-9)
    expected = datetime.fromisoformat("2026-11-16T09:00:00Z") + timedelta(days=due["interval_days"])
    assert abs(datetime.fromisoformat(due["due_at"]) - expected) <= timedelta(seconds=1)


def test_deck_is_ranked_by_predicted_recall(service):
    cards = [CARD, HISTORY, CARD | {"days_since_last_review": 300}]
    predicted = service.predict({"cards": cards, "now": NOW}).body["results"]
    ranking = service.call("POST", "/v1/rank", {"cards": cards, "now": NOW}).body["ranking"]

    recall = [result["recall_probability"] for result in predicted]
    assert [r["index"] for r in ranking] == sorted(range(3), key=recall.__getitem__)
    assert [r["recall_probability"] for r in ranking] == sorted(recall)


def test_quality_is_nothing_before_anything_was_measured(service):
    response = service.call("GET", "/v1/quality")

    assert (response.status, response.body["error"]["code"]) == (404, "not_found")


def test_health_needs_no_key(service):
    response = service.call("GET", "/v1/health", x_api_key=None)

    assert (response.status, response.body["status"]) == (200, "ok")


def test_document_needs_no_key_and_is_the_one_in_the_code(service):
    response = service.call("GET", "/v1/openapi.json", x_api_key=None)
    text = (PROJECT / "lambda_src" / "inference" / "openapi.json").read_text(encoding="utf-8")

    assert response.status == 200
    assert response.body | {"servers": None} == json.loads(text) | {"servers": None}


def test_docs_need_no_key_and_load_nothing(service):
    response = raw(service, "GET", "/v1/docs", Accept="text/html")

    assert response.status == 200
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert response.headers["content-security-policy"].startswith("default-src 'none'")
    assert response.body.startswith(b"<!doctype html>")


def test_operations_api_lists_runs_for_signed_requests_only(service):
    operator = Operator(service)

    status, text = operator.call("GET")
    refused, problem = operator.call("GET", signed=False)

    assert (status, json.loads(text)["runs"]) == (200, [])
    assert (refused, json.loads(problem)["error"]["code"]) == (403, "forbidden")


def test_owner_signs_in_from_a_browser_and_sees_the_stage(service):
    operator = Operator(service)
    words = ["sign-in", "--stage", "local", "--endpoint-url", service.home.url, "--json"]
    done = subprocess.run(
        [sys.executable, "-m", "model_training", *words],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
    )
    page, _, session = json.loads(done.stdout)["url"].partition("#/operate?session=")
    given = json.loads(urlsafe_b64decode(session + "=" * (-len(session) % 4)))
    credentials = Credentials(given["accessKeyId"], given["secretAccessKey"], given["sessionToken"])
    headers = "authorization,content-type,x-amz-content-sha256,x-amz-date,x-amz-security-token"
    preflight = operator.preflight("/v1/operations/models", headers)
    found = {
        name: operator.call("GET", f"/v1/operations/{name}", credentials=credentials)
        for name in ("models", "reviews", "alarms", "cost")
    }

    assert page.startswith(service.home.url)
    assert preflight["access-control-allow-origin"] == "*"
    assert set(headers.split(",")) <= set(preflight["access-control-allow-headers"].lower().split(","))
    assert {status for status, _ in found.values()} == {200}
    assert "MonitoringFunctionErrors" in {alarm["name"] for alarm in json.loads(found["alarms"][1])["alarms"]}
    assert "monthly_budget_usd" in json.loads(found["cost"][1])["why"]


def test_compressed_body_and_compressed_response(service):
    data = json.dumps({"cards": [CARD] * 500}).encode()
    headers = {"x_api_key": service.api_key, "Content_Type": "application/json", "Accept": "*/*"}
    encodings = {"Content_Encoding": "gzip", "Accept_Encoding": "gzip"}
    plain = raw(service, "POST", "/v1/predict", data, **headers)
    compressed = raw(service, "POST", "/v1/predict", gzip.compress(data), **headers, **encodings)

    assert (plain.status, compressed.status) == (200, 200)
    assert "content-encoding" not in plain.headers
    assert compressed.headers["content-encoding"] == "gzip"
    assert gzip.decompress(compressed.body) == plain.body


# Over the function's own limit, and over what Lambda takes.
@pytest.mark.parametrize("size", [3_000_001, 9_000_000])
def test_body_over_the_limit_is_413_in_the_services_shape(service, size):
    response = service.call("POST", "/v1/rank", b" " * size)

    assert response.status == 413
    assert response.body["error"]["code"] == "body_too_large"
    assert response.body["error"]["field"] == "body"
    assert response.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize(
    "path", ["/v1/predict", "/v1/schedule", "/v1/curve", "/v1/rank", "/v1/model/parameters", "/v1/reviews"]
)
def test_preflight_needs_no_key_and_allows_what_clients_send(service, path):
    response = raw(
        service,
        "OPTIONS",
        path,
        Origin="https://app.example",
        Access_Control_Request_Method="POST",
        Access_Control_Request_Headers="content-type,x-api-key,content-encoding",
    )

    assert response.status == 204
    assert response.headers["access-control-allow-origin"] == "*"
    allowed = response.headers["access-control-allow-headers"].lower().replace(" ", "").split(",")
    assert {"content-type", "x-api-key", "content-encoding"} <= set(allowed)


def test_head_of_health_needs_no_key(service):
    assert raw(service, "HEAD", "/v1/health").status == 200


def test_slash_at_the_end_of_a_path_does_not_matter(service):
    assert service.call("POST", "/v1/predict/", CARD).status == 200


def test_page_may_read_the_request_id_of_every_response(service):
    responses = [
        service.predict(CARD),
        service.predict({}),
        service.call("POST", "/v1/predict", CARD, x_api_key=None),
        service.call("GET", "/v1/nothing"),
    ]

    assert [response.status for response in responses] == [200, 400, 403, 404]
    for response in responses:
        assert response.headers["access-control-expose-headers"] == "X-Request-Id, Retry-After, Link"
        assert response.headers["x-request-id"]
    for response in responses[1:]:
        assert response.headers["x-request-id"] == response.body["request_id"]


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("/v1/predict", b"not JSON", "body"),
        ("/v1/schedule", CARD | {"target_recall": 2}, "target_recall"),
        ("/v1/curve", CARD | {"points": 1}, "points"),
        ("/v1/rank", {"cards": [CARD] * 10_001}, "cards"),
        (
            "/v1/predict",
            {"cards": [CARD, CARD, CARD, {"reviews": [*HISTORY["reviews"], {"days_ago": 1, "rating": 9}]}]},
            "cards[3].reviews[2].rating",
        ),
    ],
)
def test_wrong_field_is_named(service, path, body, field):
    response = service.call("POST", path, body)

    assert (response.status, response.body["error"]["field"]) == (400, field)


@pytest.mark.parametrize("key", [None, "wrong"])
def test_without_the_key_the_response_is_403_in_the_services_shape(service, key):
    response = service.call("POST", "/v1/predict", CARD, x_api_key=key)

    assert response.status == 403
    assert response.body["error"] == {
        "code": "forbidden",
        "message": "x-api-key must be a valid API key",
        "field": "x-api-key",
    }
    assert response.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize(
    ("method", "path", "status", "field"),
    [
        ("GET", "/", 404, "path"),
        ("POST", "/nothing/at/all", 404, "path"),
        ("GET", "/v1/predict", 405, "method"),
    ],
)
def test_unknown_paths_and_methods_are_named(service, method, path, status, field):
    response = service.call(method, path)

    assert (response.status, response.body["error"]["field"]) == (status, field)


def test_other_content_types_are_415(service):
    response = service.call("POST", "/v1/predict", CARD, content_type="text/plain")

    assert (response.status, response.body["error"]["field"]) == (415, "Content-Type")
