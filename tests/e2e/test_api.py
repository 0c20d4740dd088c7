"""The endpoints over HTTP, in the local cloud; packed bodies, limits, preflight, document and docs."""

import gzip
import http.client
import json
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import pytest

from tests.e2e.conftest import PROJECT, Answer, Service

pytestmark = pytest.mark.e2e

CARD = {"days_since_last_review": 3, "review_count": 4, "difficulty": 5.5}
NOW = "2026-11-20T09:00:00Z"
HISTORY = {"reviews": [{"at": "2026-11-12T08:15:00Z", "rating": 3}, {"days_ago": 4, "rating": 3}]}


def raw(service: Service, method: str, path: str, body: bytes | None = None, **headers: str) -> Answer:
    """Send a request with exactly these headers, and return its answer with a body of bytes."""
    parts = urlsplit(service.endpoint)
    connection = http.client.HTTPConnection(parts.netloc, timeout=60)
    try:
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, parts.path + path, body, names)
        response = connection.getresponse()
        answer_headers = {name.lower(): value for name, value in response.headers.items()}
        return Answer(response.status, answer_headers, response.read())
    finally:
        connection.close()


def test_recall_at_the_scheduled_interval_is_the_target(service):
    request = HISTORY | {"now": NOW, "learner_state": None}
    due = service.call("POST", "/v1/schedule", request | {"target_recall": 0.6}).body
    curve = service.call("POST", "/v1/curve", request | {"days": due["interval_days"], "points": 2}).body

    assert due["model"] == curve["model"] == "history"
    assert curve["recall_probability"][1] == pytest.approx(0.6, abs=1e-9)
    expected = datetime.fromisoformat("2026-11-16T09:00:00Z") + timedelta(days=due["interval_days"])
    assert abs(datetime.fromisoformat(due["due_at"]) - expected) <= timedelta(seconds=1)


def test_deck_is_ranked_by_what_predict_says(service):
    cards = [CARD, HISTORY, CARD | {"days_since_last_review": 300}]
    predicted = service.predict({"cards": cards, "now": NOW}).body["results"]
    ranking = service.call("POST", "/v1/rank", {"cards": cards, "now": NOW}).body["ranking"]

    recall = [result["recall_probability"] for result in predicted]
    assert [r["index"] for r in ranking] == sorted(range(3), key=recall.__getitem__)
    assert [r["recall_probability"] for r in ranking] == sorted(recall)


def test_input_beyond_the_training_is_said(service):
    body = service.predict(CARD | {"days_since_last_review": 36_500}).body

    assert body["out_of_range"] == ["days_since_last_review"]
    assert "ranges" in service.call("GET", "/v1/model").body["training"]


def test_packed_body_and_packed_answer(service):
    data = json.dumps({"cards": [CARD] * 500}).encode()
    headers = {"x_api_key": service.api_key, "Content_Type": "application/json", "Accept": "*/*"}
    plain = raw(service, "POST", "/v1/predict", data, **headers)
    packed = raw(
        service,
        "POST",
        "/v1/predict",
        gzip.compress(data),
        **headers,
        Content_Encoding="gzip",
        Accept_Encoding="gzip",
    )

    assert (plain.status, packed.status) == (200, 200)
    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert gzip.decompress(packed.body) == plain.body
    assert len(packed.body) < len(plain.body) / 4


@pytest.mark.parametrize("size", [3_000_001, 5_900_000, 9_000_000])
def test_body_over_the_limit_is_413_in_the_services_shape(service, size):
    answer = service.call("POST", "/v1/rank", b" " * size)

    assert answer.status == 413
    assert answer.body["error"]["code"] == "body_too_large"
    assert answer.body["error"]["field"] == "body"
    assert answer.headers["access-control-allow-origin"] == "*"


def test_bomb_is_413(service):
    packed = gzip.compress(bytes(100_000_000))
    answer = service.call("POST", "/v1/rank", packed, content_encoding="gzip")

    assert (answer.status, answer.body["error"]["field"]) == (413, "body")


@pytest.mark.parametrize("path", ["/v1/predict", "/v1/schedule", "/v1/curve", "/v1/rank", "/v1/model"])
def test_preflight_needs_no_key_and_allows_what_clients_send(service, path):
    answer = raw(
        service,
        "OPTIONS",
        path,
        Origin="https://app.example",
        Access_Control_Request_Method="POST",
        Access_Control_Request_Headers="content-type,x-api-key,content-encoding",
    )

    assert answer.status == 204
    assert answer.headers["access-control-allow-origin"] == "*"
    allowed = answer.headers["access-control-allow-headers"].lower().replace(" ", "").split(",")
    assert {"content-type", "x-api-key", "content-encoding"} <= set(allowed)


def test_every_answer_lets_a_page_read_its_request_id(service):
    answers = [
        service.predict(CARD),
        service.predict({}),
        service.call("POST", "/v1/predict", CARD, x_api_key=None),
        service.call("GET", "/v1/nothing"),
    ]

    assert [answer.status for answer in answers] == [200, 400, 403, 404]
    for answer in answers:
        assert answer.headers["access-control-expose-headers"] == "X-Request-Id, Retry-After"
        assert answer.headers["x-request-id"]
    for answer in answers[1:]:
        assert answer.headers["x-request-id"] == answer.body["request_id"]


def test_document_needs_no_key_and_is_the_one_in_the_code(service):
    answer = service.call("GET", "/v1/openapi.json", x_api_key=None)
    text = (PROJECT / "lambda_src" / "inference" / "openapi.json").read_text(encoding="utf-8")

    assert answer.status == 200
    assert answer.body | {"servers": None} == json.loads(text) | {"servers": None}


def test_docs_need_no_key_and_load_nothing(service):
    answer = raw(service, "GET", "/v1/docs", Accept="text/html")

    assert answer.status == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert answer.body.startswith(b"<!doctype html>")


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
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
    answer = service.call("POST", path, body)

    assert (answer.status, answer.body["error"]["field"]) == (400, field)
