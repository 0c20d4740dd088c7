"""The clients in front of a server that fails: what passes is tried again, and every call ends in time."""

import socket
import time

import pytest

from .callers import call_awaited, call_blocking
from .faults import FAULTS

pytestmark = pytest.mark.slow

CARD = {"days_since_last_review": 3, "review_count": 4, "difficulty": 5.5}
PASSING = [name for name, fault in FAULTS.items() if fault.passing]
TRICKLING = [name for name, fault in FAULTS.items() if fault.error == "TimedOutError"]


@pytest.fixture(autouse=True)
def calm(server):
    """Begin without faults and requests."""
    server.faults.clear()
    server.requests.clear()


@pytest.fixture(params=["python", "python-async", "typescript"])
def call(request, node):
    """Give the call of a client's method: `call(endpoint, "predict", card, timeout=…)`."""
    return {"python": call_blocking, "python-async": call_awaited, "typescript": node}[request.param]


@pytest.mark.parametrize("fault", PASSING)
def test_fault_that_passes_is_survived(server, call, fault):
    server.faults.append(FAULTS[fault])
    started = time.monotonic()
    outcome = call(server.endpoint, "predict", CARD)

    assert outcome.error is None
    assert outcome.result["model"] == "three_inputs"
    assert len(server.requests) == 2
    assert time.monotonic() - started >= (1 if fault == "503 Retry-After" else 0)


# Not those that make it slow: a pause of a second each time, or Node 20's own trouble with such a body.
@pytest.mark.parametrize(
    "fault", [name for name in FAULTS if name not in {*TRICKLING, "503 Retry-After", "broken gzip"}]
)
def test_fault_that_stays_is_an_error_of_its_class(server, call, fault):
    expected = FAULTS[fault]
    server.faults.extend([expected] * 4)
    outcome = call(server.endpoint, "predict", CARD)

    assert (outcome.error, outcome.status) == (expected.error, expected.status)
    assert len(server.requests) == (4 if expected.passing else 1)


@pytest.mark.parametrize("fault", TRICKLING)
def test_call_ends_in_time_whatever_the_server_does(server, call, fault):
    server.faults.extend([FAULTS[fault]] * 4)
    started = time.monotonic()
    outcome = call(server.endpoint, "predict", CARD, timeout=0.4)

    assert outcome.error == "TimedOutError"
    assert 0.4 <= time.monotonic() - started < 5  # on a busy machine


def test_pause_that_is_longer_than_the_time_left_is_not_made(server, call):
    server.faults.append(FAULTS["503 Retry-After"])

    assert call(server.endpoint, "predict", CARD, timeout=0.9).error == "UnavailableError"
    assert server.requests == ["/local/v1/predict"]


def test_refused_connection_is_an_error(call):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        endpoint = f"http://127.0.0.1:{unused.getsockname()[1]}/local"
        outcome = call(endpoint, "predict", CARD)

    assert outcome.error == "ConnectionFailedError"


def test_reviews_that_were_stored_are_in_the_error(server, call):
    listed = [
        {"event_id": f"e{i}", "learner": "ann", "card": "gato", "rating": 9 if i == 7 else 3}
        | {"reviewed_at": "2026-11-20T08:15:00Z"}
        for i in range(1001)
    ]
    server.faults.extend([None, *[FAULTS["504"]] * 4])
    outcome = call(server.endpoint, "send_reviews", listed)

    assert (outcome.error, outcome.status) == ("ApiError", 504)
    assert outcome.stored["accepted"] == 999
    assert [one["index"] for one in outcome.stored["rejected"]] == [7]


@pytest.mark.parametrize("proxy", ["HTTP_PROXY", "ALL_PROXY"])
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_endpoint_on_this_machine_is_called_without_the_proxy(server, call, monkeypatch, proxy, host):
    monkeypatch.setenv(proxy, "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)

    assert call(server.endpoint.replace("127.0.0.1", host), "predict", CARD).error is None
