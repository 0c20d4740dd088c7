"""Errors become the right exceptions, and what helps is tried again: with pauses, and not for ever."""

import gzip

import httpx
import pytest
import recall_client
from hypothesis import given
from hypothesis import strategies as st
from recall_client import ConnectionFailedError, Retries, ThreeInputs
from recall_client.exchange import GZIP_FROM_BYTES

from tests.robustness.gateway import API_KEY, DOCUMENT

from .wire import ENDPOINT, Wire, refusal

CARD = ThreeInputs(days_since_last_review=3, review_count=4, difficulty=5.5)
REQUEST = httpx.Request("POST", ENDPOINT)
PASSING = [
    refusal(429, "throttled"),
    refusal(503, "model_unavailable"),
    httpx.Response(503, text="<html>busy</html>"),
    httpx.ConnectError("refused", request=REQUEST),
    httpx.ConnectTimeout("slow", request=REQUEST),
    httpx.ReadTimeout("slow", request=REQUEST),
    httpx.ReadError("reset", request=REQUEST),
    httpx.RemoteProtocolError("closed", request=REQUEST),
]
LASTING = [
    refusal(400, "invalid_input", "difficulty"),
    refusal(403, "forbidden", "x-api-key"),
    refusal(413, "body_too_large", "body"),
    refusal(500, "internal_error"),
    httpx.UnsupportedProtocol("ftp", request=REQUEST),
]


@pytest.mark.parametrize("fault", PASSING, ids=str)
def test_passing_fault_is_tried_again_until_there_is_an_answer(ask, gateway, pauses, fault):
    wire = Wire(gateway, fault, fault, fault)

    assert ask(wire, "predict", CARD).recall_probability > 0
    assert len(wire.requests) == 4
    assert len(pauses) == 3


@pytest.mark.parametrize("fault", PASSING, ids=str)
def test_fault_that_stays_is_raised_after_the_last_attempt(ask, gateway, pauses, fault):
    wire = Wire(gateway, *[fault] * 9)
    with pytest.raises(recall_client.RecallError):
        ask(wire, "predict", CARD, retries=Retries(attempts=3))

    assert len(wire.requests) == 3
    assert len(pauses) == 2


@pytest.mark.parametrize("fault", LASTING, ids=str)
def test_fault_that_another_attempt_would_repeat_is_raised_at_once(ask, gateway, pauses, fault):
    wire = Wire(gateway, fault)
    with pytest.raises(recall_client.RecallError):
        ask(wire, "predict", CARD)

    assert len(wire.requests) == 1
    assert pauses == []


def test_pauses_double_up_to_the_longest(ask, gateway, pauses, longest_jitter):
    wire = Wire(gateway, *[refusal(503, "model_unavailable")] * 6)
    ask(wire, "predict", CARD, retries=Retries(attempts=7, first_pause=0.5, longest_pause=5))

    assert pauses == [0.5, 1, 2, 4, 5, 5]


def test_pause_is_at_least_what_the_service_asks_for(ask, gateway, pauses, longest_jitter):
    wire = Wire(gateway, refusal(503, "model_unavailable", Retry_After="5"), refusal(429, "throttled"))
    ask(wire, "predict", CARD)

    assert pauses == [5.25, 0.5]


def test_retry_after_may_be_a_date(ask, gateway, pauses, longest_jitter):
    date, until = "Fri, 20 Nov 2026 09:00:00 GMT", "Fri, 20 Nov 2026 09:00:07 GMT"
    wire = Wire(gateway, refusal(503, "model_unavailable", Date=date, Retry_After=until))
    ask(wire, "predict", CARD)

    assert pauses == [7.25]


def test_quota_that_is_used_up_is_not_waited_for(ask, gateway, pauses):
    wire = Wire(gateway, refusal(429, "quota_exceeded", "x-api-key", Retry_After="3600"))
    with pytest.raises(recall_client.ThrottledError) as refused:
        ask(wire, "predict", CARD)

    assert refused.value.retry_after == 3600
    assert refused.value.code == "quota_exceeded"
    assert pauses == []


@given(st.integers(1, 8), st.sampled_from(["", "0", "3", "soon", "-1", "1e9", "Fri, 20 Nov"]))
def test_any_pause_is_within_its_bounds(attempt, text):
    retries = Retries(attempts=9, first_pause=0.25, longest_pause=10)
    pause = retries.pause_after(attempt, refusal(503, "model_unavailable", Retry_After=text))
    asked_for = int(text) if text in {"0", "3"} else 0

    assert asked_for <= pause <= asked_for + min(10, 0.25 * 2 ** (attempt - 1))


def test_pauses_differ_between_clients(gateway):
    pauses = {Retries().pause_after(1, refusal(429, "throttled")) for _ in range(20)}

    assert len(pauses) == 20


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (400, "invalid_input", recall_client.InvalidInputError),
        (403, "forbidden", recall_client.ForbiddenError),
        (404, "not_found", recall_client.ApiError),
        (413, "body_too_large", recall_client.BodyTooLargeError),
        (429, "throttled", recall_client.ThrottledError),
        (500, "internal_error", recall_client.ApiError),
        (503, "model_unavailable", recall_client.UnavailableError),
        (504, "timeout", recall_client.ApiError),
    ],
)
def test_error_status_becomes_its_exception_with_all_that_the_answer_says(ask, gateway, status, code, kind):
    with pytest.raises(recall_client.ApiError) as raised:
        ask(Wire(gateway, refusal(status, code, "difficulty")), "model", retries=Retries(attempts=1))
    error = raised.value

    assert type(error) is kind
    assert (error.status, error.code, error.field, error.request_id) == (status, code, "difficulty", "r-1")
    assert str(error) == error.message == "difficulty is wrong"


@pytest.mark.parametrize("name", ["status", "code", "field", "request_id", "retry_after", "message"])
def test_every_documented_error_can_be_read(gateway, name):
    for described in DOCUMENT["components"]["responses"].values():
        for example in described["content"]["application/json"]["examples"].values():
            error = recall_client.errors.error_of(httpx.Response(400, json=example["value"]))
            assert error.code == example["value"]["error"]["code"]
            assert hasattr(error, name)


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(502, text="<html>Bad Gateway</html>", headers={"X-Request-Id": "p-1"}),
        httpx.Response(200, text="<html>Welcome to the hotel's wifi</html>"),
        httpx.Response(302, headers={"Location": "https://elsewhere.example"}),
        httpx.Response(400, json={"message": "Bad Request"}),
        httpx.Response(400, json=["error"]),
    ],
)
def test_answer_of_something_else_is_an_error_that_says_so(ask, gateway, answer):
    with pytest.raises(recall_client.ApiError, match="not in the service's own shape") as raised:
        ask(Wire(gateway, answer), "model")

    assert raised.value.status == answer.status_code
    assert raised.value.code == "unknown"
    assert raised.value.request_id == answer.headers.get("X-Request-Id")


def test_missing_answer_is_an_error_with_its_cause_and_without_the_key(ask, gateway, pauses):
    wire = Wire(gateway, *[httpx.ConnectError("name or service not known", request=REQUEST)] * 4)
    with pytest.raises(ConnectionFailedError, match="ConnectError: name or service not known") as raised:
        ask(wire, "health")

    assert isinstance(raised.value.__cause__, httpx.ConnectError)
    assert API_KEY not in repr(raised.value)


def test_wrong_key_is_forbidden(wire):
    with (
        recall_client.Client(ENDPOINT, "not-the-key", transport=wire) as client,
        pytest.raises(recall_client.ForbiddenError) as refused,
    ):
        client.predict(CARD)

    assert refused.value.field == "x-api-key"
    assert "not-the-key" not in repr(refused.value)


def test_wrong_input_names_its_field(ask, wire):
    with pytest.raises(recall_client.InvalidInputError) as refused:
        ask(wire, "predict", ThreeInputs(days_since_last_review=3, review_count=4, difficulty=11))

    assert refused.value.field == "difficulty"
    assert refused.value.request_id


def test_large_body_is_packed_and_a_small_one_is_not(ask, wire):
    ask(wire, "predict", [CARD])
    ask(wire, "predict", [CARD] * 100)
    small, large = wire.requests

    assert "Content-Encoding" not in small.headers
    assert large.headers["Content-Encoding"] == "gzip"
    assert len(large.content) < GZIP_FROM_BYTES < len(gzip.decompress(large.content))


def test_timeout_is_the_callers_or_longer_than_the_gateways_own():
    gateways_own = 29
    standard = recall_client.Client(ENDPOINT, API_KEY)._http.timeout
    own = recall_client.Client(ENDPOINT, API_KEY, timeout=2)._http.timeout

    assert standard.read > gateways_own
    assert standard.connect < gateways_own
    assert (own.read, own.connect) == (2, 2)
