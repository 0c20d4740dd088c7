"""Errors become the right exceptions, and pauses have their bounds; `test_faults` has each kind of fault."""

import gzip
import itertools
from types import SimpleNamespace

import httpx
import pytest
import recall_client
from hypothesis import given
from hypothesis import strategies as st
from recall_client import ConnectionFailedError, Retries, ThreeInputs, TimedOutError, exchange
from recall_client.exchange import GZIP_FROM_BYTES
from recall_client.failures import error_of

from tests.robustness.gateway import API_KEY, DOCUMENT

from .wire import ENDPOINT, Wire, call_sync, error_response

CARD_JSON = {"days_since_last_review": 3, "review_count": 4, "difficulty": 5.5}
CARD = ThreeInputs(**CARD_JSON)
REQUEST = httpx.Request("POST", ENDPOINT)
UNAVAILABLE = error_response(503, "model_unavailable")
REFUSED = httpx.ConnectError("refused", request=REQUEST)


@pytest.mark.parametrize("fault", [UNAVAILABLE, REFUSED], ids=str)
def test_passing_fault_is_tried_again_until_there_is_a_response(call, gateway, pauses, fault):
    wire = Wire(gateway, fault, fault, fault)

    assert call(wire, "predict", CARD).recall_probability > 0
    assert len(wire.requests) == 4
    assert len(pauses) == 3


@pytest.mark.parametrize(
    ("fault", "kind"),
    [(UNAVAILABLE, recall_client.UnavailableError), (REFUSED, ConnectionFailedError)],
    ids=["response", "error"],
)
def test_fault_that_stays_is_raised_after_the_last_attempt(gateway, pauses, fault, kind):
    wire = Wire(gateway, *[fault] * 9)
    with pytest.raises(kind):
        call_sync(wire, "predict", CARD, retries=Retries(attempts=3))

    assert len(wire.requests) == 3
    assert len(pauses) == 2


def test_pauses_double_up_to_the_longest(gateway, pauses, longest_jitter):
    wire = Wire(gateway, *[UNAVAILABLE] * 6)
    call_sync(wire, "predict", CARD, retries=Retries(attempts=7, first_pause=0.5, longest_pause=5))

    assert pauses == [0.5, 1, 2, 4, 5, 5]


def test_pause_is_at_least_retry_after(gateway, pauses, longest_jitter):
    wire = Wire(
        gateway,
        error_response(503, "model_unavailable", Retry_After="5"),
        error_response(429, "throttled"),
    )
    call_sync(wire, "predict", CARD)

    assert pauses == [5.25, 0.5]


def test_retry_after_may_be_a_date(gateway, pauses, longest_jitter):
    date, until = "Fri, 20 Nov 2026 09:00:00 GMT", "Fri, 20 Nov 2026 09:00:07 GMT"
    wire = Wire(gateway, error_response(503, "model_unavailable", Date=date, Retry_After=until))
    call_sync(wire, "predict", CARD)

    assert pauses == [7.25]


def test_quota_that_is_used_up_is_not_waited_for(gateway, pauses):
    wire = Wire(gateway, error_response(429, "quota_exceeded", "x-api-key", Retry_After="3600"))
    with pytest.raises(recall_client.ThrottledError) as raised:
        call_sync(wire, "predict", CARD)

    assert raised.value.retry_after == 3600
    assert raised.value.code == "quota_exceeded"
    assert pauses == []


@given(st.integers(1, 8), st.sampled_from(["", "0", "3", "soon", "-1", "1e9", "Fri, 20 Nov"]))
def test_any_pause_is_within_its_bounds(attempt, text):
    retries = Retries(attempts=9, first_pause=0.25, longest_pause=10)
    error = error_of(error_response(503, "model_unavailable", Retry_After=text))
    pause = retries.pause_after(attempt, error)
    retry_after = int(text) if text in {"0", "3"} else 0

    assert retry_after <= pause <= retry_after + min(10, 0.25 * 2 ** (attempt - 1))


def test_pauses_differ_between_clients():
    first, second = (Retries().pause_after(1, ConnectionFailedError("closed")) for _ in range(2))

    assert first != second


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, recall_client.InvalidInputError),
        (403, recall_client.ForbiddenError),
        (413, recall_client.BodyTooLargeError),
        (429, recall_client.ThrottledError),
        (503, recall_client.UnavailableError),
        (504, recall_client.ApiError),
    ],
)
def test_error_status_becomes_its_exception_with_the_fields_of_the_response(gateway, status, kind):
    wire = Wire(gateway, error_response(status, "some_code", "difficulty"))
    with pytest.raises(recall_client.ApiError) as raised:
        call_sync(wire, "model", retries=Retries(attempts=1))
    error = raised.value

    assert type(error) is kind
    assert (error.status, error.code, error.field, error.request_id) == (
        status, "some_code", "difficulty", "r-1",
    )  # fmt: skip
    assert str(error) == error.message == "difficulty is wrong"


def test_time_that_is_too_short_for_the_pause_is_not_waited_for(call, gateway, pauses):
    wire = Wire(gateway, error_response(503, "model_unavailable", Retry_After="5"))
    with pytest.raises(recall_client.UnavailableError):
        call(wire, "predict", CARD, timeout=5)

    assert pauses == []


def test_time_that_is_used_up_between_parts_ends_the_call(call, gateway, monkeypatch):
    clock = itertools.count(0, 2)
    monkeypatch.setattr(exchange, "time", SimpleNamespace(monotonic=lambda: next(clock)))
    wire = Wire(gateway)
    with pytest.raises(TimedOutError, match="wasn't complete within its 5 s"):
        call(wire, "predict", [CARD] * 5000, timeout=5)

    assert 0 < len(wire.requests) < 5


def test_mistaken_endpoint_is_not_tried_again(call, gateway, pauses):
    wire = Wire(gateway, httpx.UnsupportedProtocol("ftp", request=REQUEST))
    with pytest.raises(ConnectionFailedError, match="UnsupportedProtocol: ftp"):
        call(wire, "predict", CARD)

    assert pauses == []


def test_every_documented_error_is_read_in_full():
    for described in DOCUMENT["components"]["responses"].values():
        for example in described["content"]["application/json"]["examples"].values():
            body = example["value"]
            read = error_of(httpx.Response(400, json=body))
            assert {"code": read.code, "message": read.message, "field": read.field} == body["error"]
            assert read.request_id == body["request_id"]


@pytest.mark.parametrize(
    "response",
    [
        httpx.Response(302, headers={"Location": "https://elsewhere.example", "X-Request-Id": "p-1"}),
        httpx.Response(400, json={"message": "Bad Request"}),
        httpx.Response(400, json=["error"]),
        httpx.Response(404, text="<html>Not here</html>"),
        httpx.Response(200, text="not JSON"),
        httpx.Response(200, json={"model_version": 7}),
    ],
    ids=lambda response: f"{response.status_code} {response.text[:15]}",
)
def test_response_of_another_service_is_an_error_that_says_so(gateway, response):
    with pytest.raises(recall_client.ApiError, match="check the endpoint") as raised:
        call_sync(Wire(gateway, response), "model")

    assert raised.value.status == response.status_code
    assert raised.value.code == "unknown"
    assert raised.value.request_id == response.headers.get("X-Request-Id")


def test_missing_response_is_an_error_with_its_cause_and_without_the_key(gateway):
    wire = Wire(gateway, httpx.ConnectError("name or service not known", request=REQUEST))
    with pytest.raises(ConnectionFailedError, match="ConnectError: name or service not known") as raised:
        call_sync(wire, "health", retries=Retries(attempts=1))

    assert isinstance(raised.value.__cause__, httpx.ConnectError)
    assert API_KEY not in repr(raised.value)


def test_wrong_key_is_forbidden_and_not_quoted(wire):
    with (
        recall_client.Client(ENDPOINT, "not-the-key", transport=wire) as client,
        pytest.raises(recall_client.ForbiddenError) as raised,
    ):
        client.predict(CARD)

    assert raised.value.field == "x-api-key"
    assert "not-the-key" not in repr(raised.value)


def test_wrong_input_names_its_field(call, wire):
    with pytest.raises(recall_client.InvalidInputError) as raised:
        call(wire, "predict", ThreeInputs(days_since_last_review=3, review_count=4, difficulty=11))

    assert raised.value.field == "difficulty"
    assert raised.value.request_id


def test_large_body_is_compressed_and_a_small_one_is_not(wire):
    call_sync(wire, "predict", [CARD])
    call_sync(wire, "predict", [CARD] * 100)
    small, large = wire.requests

    assert "Content-Encoding" not in small.headers
    assert large.headers["Content-Encoding"] == "gzip"
    assert len(large.content) < GZIP_FROM_BYTES < len(gzip.decompress(large.content))


WRONG_LISTS = [
    ("predict", {"results": [], "model_version": "v1"}),
    ("predict", {"results": [{"recall_probability": 0.5}], "model_version": "v1"}),
    ("rank", {"ranking": [{"index": 1, "recall_probability": 0.5}], "model_version": "v1"}),
    ("rank", {"ranking": [{"index": 0, "recall_probability": 0.5}] * 2, "model_version": "v1"}),
    ("send_reviews", {"accepted": 2, "repeated": 0, "rejected": []}),
    ("schedule", {"results": [["interval_days", 3]], "model_version": "v1"}),
    ("schedule_each_rating", {"results": [{"again": 3}], "model_version": "v1"}),
]


@pytest.mark.parametrize(("method", "body"), WRONG_LISTS)
def test_success_that_is_not_of_the_list_that_was_sent_is_an_error(gateway, method, body):
    with pytest.raises(recall_client.ForeignResponseError) as raised:
        call_sync(Wire(gateway, httpx.Response(200, json=body)), method, [CARD_JSON | {"event_id": "e1"}])

    assert raised.value.status == 200


def test_attempt_may_take_longer_than_the_gateways_own_limit_but_not_more_than_the_call(gateway):
    gateways_own = 29
    default, own = Wire(gateway), Wire(gateway)
    call_sync(default, "health")
    call_sync(own, "health", timeout=2)

    by_default = default.requests[0].extensions["timeout"]
    assert by_default["read"] > gateways_own > by_default["connect"]
    assert own.requests[0].extensions["timeout"] == pytest.approx(
        {"connect": 2, "read": 2, "write": 2, "pool": 2}, abs=0.1
    )
