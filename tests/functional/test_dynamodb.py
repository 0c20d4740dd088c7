"""The memory's client of DynamoDB against real HTTP: what it repeats, what it refuses, when it gives up."""

import json
import time

import pytest

from aws_kit import connection
from http_kit.errors import MemoryUnavailableError
from memory import dynamodb
from memory.dynamodb import DynamoDB
from memory.errors import ConflictError, StoreError

from .credential_server import credentials, signer
from .dynamodb_server import DynamoDBServer, cancellation, garbled, refusal
from .fakes import FakeClock
from .scripted_server import BODY, HEADER, body, hang, reset, saying_close, then_hang_up, torn, trickle

KEYS = {"TableName": "memory", "Key": {"learner": {"S": "ada"}, "item": {"S": "card#ä"}}}
THROTTLED = refusal("ProvisionedThroughputExceededException")
SKEWED = refusal("InvalidSignatureException", message="Signature expired: 1 is now earlier than 2")


class Pauses(FakeClock):
    """A clock that moves while the client sleeps; `seconds` has how long each time."""

    def __init__(self):
        super().__init__()
        self.seconds = []

    def sleep(self, seconds):
        self.seconds.append(seconds)
        self.now += seconds


@pytest.fixture
def server():
    with DynamoDBServer() as running:
        yield running


@pytest.fixture
def pauses(monkeypatch):
    clock = Pauses()
    monkeypatch.setattr(dynamodb, "monotonic", clock)
    monkeypatch.setattr(dynamodb, "sleep", clock.sleep)
    return clock


@pytest.fixture
def store(variables, pauses):
    store = DynamoDB(variables)
    yield store
    store.close()


def test_call_posts_the_operation_and_returns_its_result(store, server):
    assert store.call("GetItem", KEYS) == server.result

    ((path, headers),) = server.requests
    assert (path, headers["x-amz-target"]) == ("/", "DynamoDB_20120810.GetItem")
    assert headers["content-type"] == "application/x-amz-json-1.0"
    assert json.loads(server.bodies[0]) == KEYS


def test_one_connection_serves_all_calls(store, server):
    for _ in range(3):
        store.call("GetItem", KEYS)

    assert (server.connections, len(server.requests)) == (1, 3)


def test_dynamodbs_own_endpoint_variable_wins(store, variables, server):
    other = DynamoDB(
        variables | {"AWS_ENDPOINT_URL": "http://127.0.0.1:9", "AWS_ENDPOINT_URL_DYNAMODB": server.url}
    )

    assert other.call("GetItem", KEYS) == server.result
    other.close()


@pytest.mark.parametrize(
    "failure",
    [
        *(pytest.param(refusal(kind), id=kind) for kind in sorted(dynamodb.PASSING)),
        pytest.param(refusal("InternalServerError", 500), id="500"),
        pytest.param(lambda request: request.reply(500, b"<html>"), id="500 that isn't JSON"),
        pytest.param(cancellation("None", "ThrottlingError"), id="transaction throttled"),
        pytest.param(
            cancellation("ProvisionedThroughputExceeded", "ThrottlingError"), id="transaction throttled twice"
        ),
        pytest.param(reset, id="reset"),
        pytest.param(torn, id="torn"),
        pytest.param(garbled, id="wrong checksum"),
        pytest.param(body(b"<html>Sign in</html>"), id="no JSON"),
        pytest.param(body(b"[]"), id="no object"),
    ],
)
def test_passing_failure_is_repeated_after_a_pause(store, server, pauses, failure):
    server.script = [failure]

    assert store.call("GetItem", KEYS) == server.result
    assert len(server.requests) == 2
    assert len(pauses.seconds) == 1
    assert 0 <= pauses.seconds[0] <= 0.025


def test_result_without_a_checksum_is_taken(store, server):
    server.script = [body(b'{"Item": {}}')]

    assert store.call("GetItem", KEYS) == {"Item": {}}


def test_connection_that_died_while_the_environment_was_frozen_is_replaced_at_once(store, server, pauses):
    server.script = [then_hang_up]
    store.call("GetItem", KEYS)

    assert store.call("GetItem", KEYS) == server.result
    assert (server.connections, pauses.seconds) == (2, [])


def test_response_that_announces_the_end_of_its_connection_is_the_result(store, server, pauses):
    server.script = [saying_close]

    assert store.call("GetItem", KEYS) == server.result
    assert (len(server.requests), pauses.seconds) == (1, [])


def test_connection_that_dies_after_the_budget_is_not_replaced(store, server, pauses):
    def too_late(request):
        pauses.now += dynamodb.BUDGET_SECONDS
        reset(request)

    store.call("GetItem", KEYS)
    server.script = [too_late]
    with pytest.raises(MemoryUnavailableError) as raised:
        store.call("GetItem", KEYS)

    assert str(raised.value.__cause__) == "GetItem: no result within 6 s"
    assert len(server.requests) == 2


def test_repeated_transaction_is_the_same_one(store, server):
    server.script = [torn, THROTTLED]
    store.call("TransactWriteItems", {"TransactItems": [], "ClientRequestToken": "one"})

    assert server.bodies == [b'{"TransactItems":[],"ClientRequestToken":"one"}'] * 3


@pytest.mark.parametrize(
    "failure", [hang, trickle(BODY, 0.01), trickle(HEADER, 0.01)], ids=["silence", "body", "header"]
)
def test_response_that_never_ends_is_given_up_and_asked_for_again(store, server, monkeypatch, failure):
    monkeypatch.setattr(connection, "TIMEOUT_SECONDS", 0.05)
    monkeypatch.setattr(connection, "ANSWER_SECONDS", 0.1)
    server.script = [failure]

    assert store.call("GetItem", KEYS) == server.result
    assert (server.connections, len(server.requests)) == (2, 2)


def test_pauses_double_up_to_a_second_and_end_with_the_budget(store, server, pauses, monkeypatch):
    monkeypatch.setattr("os.urandom", lambda size: b"\xff" * size)
    server.fault = THROTTLED
    with pytest.raises(MemoryUnavailableError) as raised:
        store.call("GetItem", KEYS)

    assert pauses.seconds == [0.025, 0.05, 0.1, 0.2, 0.4, 0.8, 1, 1, 1, 1]  # one more would be 6.575 s
    assert (raised.value.retry_after, raised.value.event) == (1, "memory_unavailable")
    assert str(raised.value.__cause__) == "GetItem: status 400 ProvisionedThroughputExceededException"


def test_pauses_are_random(store, server, pauses):
    server.fault = THROTTLED
    with pytest.raises(MemoryUnavailableError):
        store.call("GetItem", KEYS)
    server.fault = None

    longest = [min(0.025 * 2**number, 1) for number in range(len(pauses.seconds))]
    parts = [pause / bound for pause, bound in zip(pauses.seconds, longest, strict=True)]
    assert len(set(parts)) == len(parts)
    assert all(0 <= part <= 1 for part in parts)


@pytest.mark.parametrize("failure", [hang, trickle(BODY, 0.01)], ids=["silence", "trickle"])
def test_response_that_never_ends_takes_no_longer_than_the_budget(variables, server, monkeypatch, failure):
    monkeypatch.setattr(dynamodb, "BUDGET_SECONDS", 0.2)
    server.fault = failure
    store = DynamoDB(variables)
    started = time.monotonic()
    with pytest.raises(MemoryUnavailableError) as raised:
        store.call("GetItem", KEYS)

    assert 0.2 <= time.monotonic() - started < connection.TIMEOUT_SECONDS
    assert isinstance(raised.value.__cause__, TimeoutError)


def test_unreachable_server_is_unavailable(variables, pauses):
    store = DynamoDB(variables | {"AWS_ENDPOINT_URL": "http://127.0.0.1:9"})

    with pytest.raises(MemoryUnavailableError) as raised:
        store.call("GetItem", KEYS)
    assert isinstance(raised.value.__cause__, ConnectionRefusedError)


@pytest.mark.parametrize("seconds", [3600.0, -3600.0])
def test_wrong_clock_is_corrected_by_dynamodbs_date_and_stays_so(store, server, pauses, seconds):
    server.clock_ahead = seconds

    assert store.call("GetItem", KEYS) == server.result
    assert store.call("GetItem", KEYS) == server.result
    assert (len(server.requests), pauses.seconds) == (3, [])


def test_wrong_clock_of_an_environment_that_was_frozen_is_corrected_on_a_new_connection(store, server):
    server.script = [then_hang_up]
    store.call("GetItem", KEYS)
    server.clock_ahead = 3600.0

    assert store.call("GetItem", KEYS) == server.result
    assert server.connections == 2


def test_clock_that_is_refused_even_when_corrected_is_an_error(store, server):
    server.script = [SKEWED] * 2
    with pytest.raises(
        StoreError, match=r"^GetItem: status 400 InvalidSignatureException: its clock is [+-][01] s off ours$"
    ):
        store.call("GetItem", KEYS)

    assert len(server.requests) == 2


@pytest.mark.parametrize(
    ("message", "date"),
    [("The request signature we calculated does not match", None), ("Signature expired: 1", "no date")],
    ids=["wrong key", "no date"],
)
def test_refused_signature_that_no_clock_mends_is_an_error(store, server, monkeypatch, message, date):
    if date:
        monkeypatch.setattr("tests.functional.scripted_server.formatdate", lambda *_, **__: date)
    server.script = [refusal("InvalidSignatureException", message=message)]
    with pytest.raises(StoreError, match=r"^GetItem: status 400 InvalidSignatureException$"):
        store.call("GetItem", KEYS)

    assert len(server.requests) == 1


def test_expired_credentials_are_fetched_anew(lambdas, server, pauses):
    store = DynamoDB(lambdas.variables | {"AWS_ENDPOINT_URL": server.url})
    store.call("GetItem", KEYS)
    lambdas.answer = credentials("SECOND", 3600)
    server.script = [refusal("ExpiredTokenException")]

    assert store.call("GetItem", KEYS) == server.result
    assert [signer(headers)[0] for _path, headers in server.requests] == ["FIRST", "FIRST", "SECOND"]
    store.close()


def test_expired_credentials_of_the_environment_are_an_error(store, server):
    server.script = [refusal("ExpiredTokenException")]
    with pytest.raises(StoreError, match=r"^GetItem: status 400 ExpiredTokenException$"):
        store.call("GetItem", KEYS)

    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "failure",
    [
        refusal("ConditionalCheckFailedException"),
        refusal("TransactionConflictException"),
        cancellation("None", "ConditionalCheckFailed"),
        cancellation("TransactionConflict", "None"),
        cancellation("ThrottlingError", "ConditionalCheckFailed"),
        cancellation("ValidationError", "TransactionConflict"),
    ],
)
def test_conflict_is_the_callers_to_solve(store, server, failure):
    server.script = [failure]
    with pytest.raises(ConflictError):
        store.call("TransactWriteItems", KEYS)

    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("failure", "message"),
    [
        (refusal("ResourceNotFoundException"), "status 400 ResourceNotFoundException"),
        (refusal("ValidationException", message="about ada"), "status 400 ValidationException"),
        (refusal("IdempotentParameterMismatchException"), "status 400 IdempotentParameterMismatchException"),
        (
            cancellation("None", "ValidationError"),
            "status 400 TransactionCanceledException: ValidationError",
        ),
        (
            cancellation("ThrottlingError", "ItemCollectionSizeLimitExceeded"),
            "status 400 TransactionCanceledException: ItemCollectionSizeLimitExceeded, ThrottlingError",
        ),
        (cancellation(), "status 400 TransactionCanceledException: no reasons"),
        (lambda request: request.reply(403, b"<html>"), "status 403"),
        (lambda request: request.reply(400, b"[]"), "status 400"),
    ],
)
def test_other_refusal_is_named_without_what_it_says_of_items_and_not_repeated(
    store, server, failure, message
):
    server.script = [failure]
    with pytest.raises(StoreError) as raised:
        store.call("TransactWriteItems", KEYS)

    assert str(raised.value) == f"TransactWriteItems: {message}"
    assert len(server.requests) == 1


def test_response_over_the_size_cap_is_an_error(store, server, monkeypatch):
    monkeypatch.setattr(dynamodb, "MAXIMUM_BYTES", 20)
    with pytest.raises(StoreError, match=r"^Query: larger than 20 bytes$"):
        store.call("Query", KEYS)

    assert len(server.requests) == 1
