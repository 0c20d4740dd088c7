"""DynamoDB throttles, fails, hangs up and keeps silent: callers get what they want, or a 503 in time."""

import time
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from aws_kit import connection
from memory import dynamodb

from .calls import error_of
from .store_proxy import StoreProxy, broken, conflicting, lost, silent, throttled, unanswered, unread

pytestmark = pytest.mark.slow

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
BUDGET, SILENCE = 0.4, 0.2  # seconds for all tries of one call, and without a byte
FAULTS = {
    "broken": broken,
    "throttled": throttled,
    "conflicting": conflicting,
    "lost": lost,
    "unanswered": unanswered,
    "unread": unread,
}


def review(number, card, days_ago, rating=3):
    at = (NOW - timedelta(days=days_ago)).isoformat()
    return {"event_id": f"e{number}", "card": card, "rating": rating, "reviewed_at": at}


BEFORE = [review(1, "gato", 9), review(2, "perro", 8, rating=1), review(3, "gato", 5)]
MORE = [review(4, "gato", 1), review(5, "pez", 1)]
OPERATIONS = {
    "study": lambda memory, learner: memory.study(learner, MORE),
    "due": lambda memory, learner: memory.due(learner),
    "undo the latest": lambda memory, learner: memory.undo(learner, "e3"),
    "undo an older one": lambda memory, learner: memory.undo(learner, "e1"),
    "delete a card": lambda memory, learner: memory.delete_card(learner, "gato"),
    "erase": lambda memory, learner: memory.erase(learner),
    "import": lambda memory, learner: memory.import_cards(
        learner, [{"card": "gato", "reviews": [{"rating": 4, "reviewed_at": "2026-10-01T08:00:00Z"}]}]
    ),
}


@pytest.fixture
def proxy(tables):
    """Give a proxy in front of DynamoDB."""
    with StoreProxy(tables.url) as running:
        yield running


@pytest.fixture
def direct(device):
    """Give a way to the memory that meets no fault."""
    return device(clock=NOW.timestamp)


@pytest.fixture
def memory(device, proxy):
    """Give a way to the memory through the proxy."""
    return device(proxy.url, clock=NOW.timestamp)


def outcome(operation, memory, direct, learner):
    """Do something to a learner who has reviews; return the body and the reviews that are left."""
    direct.study(learner, BEFORE)
    response = OPERATIONS[operation](memory, learner)
    assert response.status == 200
    return response.body | {"learner": ""}, direct.export(learner)


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("fault", FAULTS)
def test_one_fault_at_any_call_leaves_no_trace(proxy, memory, direct, fault, operation):
    expected = outcome(operation, memory, direct, "without")
    for call in range(len(proxy.calls)):
        proxy.script = [None] * call + [FAULTS[fault]]
        assert outcome(operation, memory, direct, f"with {call}") == expected
        assert proxy.script == []


def test_silence_of_dynamodb_leaves_no_trace(proxy, memory, direct, monkeypatch):
    monkeypatch.setattr(connection, "TIMEOUT_SECONDS", SILENCE)
    expected = outcome("study", direct, direct, "without")
    for call in range(2):
        proxy.script = [None] * call + [silent]
        assert outcome("study", memory, direct, f"with {call}") == expected


@pytest.mark.parametrize(
    ("call", "fault"),
    [*product((0, 1), (lost, silent, unanswered)), (0, unread)],
    ids=lambda value: ("read", "write")[value] if isinstance(value, int) else value.__name__,
)
def test_lasting_fault_is_a_503_in_time_and_everything_is_there_once_after_a_retry(
    proxy, memory, direct, monkeypatch, call, fault
):
    expected, reviews = outcome("study", direct, direct, "without")
    direct.study("with", BEFORE)
    proxy.script, proxy.fault = [None] * call, fault
    with monkeypatch.context() as shorter:
        shorter.setattr(dynamodb, "BUDGET_SECONDS", BUDGET)
        shorter.setattr(connection, "TIMEOUT_SECONDS", SILENCE)
        started = time.monotonic()
        response = memory.study("with", MORE)
        spent = time.monotonic() - started
    assert spent < 2 * BUDGET + 1
    assert response.status == 503
    assert response.headers["Retry-After"] == "1"
    assert error_of(response)[0] == "memory_unavailable"

    proxy.fault = None
    again = memory.study("with", MORE)
    assert again.status == 200
    assert direct.export("with") == reviews
    for first, second in zip(expected["results"], again.body["results"], strict=True):
        assert second | {"status": ""} == first | {"status": ""}


def test_conflicts_without_end_are_a_503(proxy, memory, direct):
    proxy.script, proxy.fault = [None], conflicting
    response = memory.study("ada", MORE)
    assert response.status == 503
    assert error_of(response)[0] == "memory_unavailable"
    assert direct.export("ada") == []
