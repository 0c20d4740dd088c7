"""A proxy in front of DynamoDB that counts calls and misbehaves when a test says so."""

import json
import socket
import struct
import threading
from collections.abc import Callable
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple, Self
from urllib.parse import urlsplit

RESET = struct.pack("ii", 1, 0)  # SO_LINGER: closing sends RST
JSON = {"Content-Type": "application/x-amz-json-1.0"}
ERRORS = "com.amazonaws.dynamodb.v20120810#"


class StoreResponse(NamedTuple):
    """What DynamoDB responded: status, headers, body."""

    status: int
    headers: dict[str, str]
    body: bytes


class StoreProxy(ThreadingHTTPServer):
    """Passes each call on to the DynamoDB at `upstream`, but for faults.

    Parameters
    ----------
    upstream : str
        Its endpoint.
    kind : type, optional
        Of the calls: a `StoreCall`.

    Attributes
    ----------
    url : str
        The proxy's own endpoint.
    script : list of callable or None
        The faults of the next calls, one each; None passes a call on.
    fault : callable or None
        The fault of every call behind the script.
    calls : list of str
        The operation of every call so far, such as ``BatchGetItem``.
    """

    daemon_threads = True

    def __init__(self, upstream: str, kind: type["StoreCall"] | None = None) -> None:
        super().__init__(("127.0.0.1", 0), kind or StoreCall)
        self.upstream = urlsplit(upstream).netloc
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.script: list[Fault | None] = []
        self.fault: Fault | None = None
        self.calls: list[str] = []
        self.stopping = threading.Event()

    def __enter__(self) -> Self:
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.stopping.set()
        self.shutdown()
        self.server_close()


class StoreCall(BaseHTTPRequestHandler):
    """One connection's calls."""

    server: StoreProxy
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    body: bytes
    operation: str

    def do_POST(self) -> None:
        self.body = self.rfile.read(int(self.headers["Content-Length"]))
        self.operation = self.headers["X-Amz-Target"].partition(".")[2]
        self.server.calls.append(self.operation)
        fault = self.server.script.pop(0) if self.server.script else self.server.fault
        (fault or passed_on)(self)

    def upstream(self) -> StoreResponse:
        """Have DynamoDB do what this call says."""
        connection = HTTPConnection(self.server.upstream)
        try:
            headers = dict(self.headers.items()) | {"Content-Length": str(len(self.body))}
            connection.request("POST", self.path, self.body, headers)
            response = connection.getresponse()
            kept = {k: v for k, v in response.getheaders() if k.lower() in ("content-type", "x-amz-crc32")}
            return StoreResponse(response.status, kept, response.read())
        finally:
            connection.close()

    def give(self, response: StoreResponse) -> None:
        """Send a response."""
        self.send_response(response.status)
        for name, value in response.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(response.body)))
        self.end_headers()
        self.wfile.write(response.body)

    def log_message(self, *_arguments: object) -> None:
        """Keep the test's output to what the function writes."""


Fault = Callable[[StoreCall], None]


def passed_on(call: StoreCall) -> None:
    """Give what DynamoDB responds."""
    call.give(call.upstream())


def refused(status: int, kind: str, **more: object) -> Fault:
    """Refuse the call as DynamoDB does; `kind` is such as ThrottlingException."""
    body = json.dumps({"__type": ERRORS + kind, "message": "refused by the test"} | more).encode()
    return lambda call: call.give(StoreResponse(status, JSON, body))


throttled = refused(400, "ProvisionedThroughputExceededException")
broken = refused(500, "InternalServerError")
_in_hand = refused(400, "TransactionCanceledException", CancellationReasons=[{"Code": "TransactionConflict"}])


def conflicting(call: StoreCall) -> None:
    """Refuse a transaction, since another one has the items in hand; nothing else can meet that."""
    (_in_hand if call.operation == "TransactWriteItems" else passed_on)(call)


def unread(call: StoreCall) -> None:
    """Read only half of a batch's keys, and none of a single one; nothing else can meet that."""
    asked = json.loads(call.body).get("RequestItems")
    if not asked:
        return passed_on(call)
    ((table, wanted),) = asked.items()
    half = len(wanted["Keys"]) // 2
    read, rest = wanted["Keys"][:half], wanted["Keys"][half:]
    answer: dict[str, Any] = {"Responses": {table: []}}
    if read:
        call.body = json.dumps({"RequestItems": {table: wanted | {"Keys": read}}}).encode()
        answer = json.loads(call.upstream().body)
    answer["UnprocessedKeys"] = {table: wanted | {"Keys": rest}}
    return call.give(StoreResponse(200, JSON, json.dumps(answer).encode()))


def lost(call: StoreCall) -> None:
    """Break the connection off before DynamoDB has heard of the call."""
    call.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
    call.close_connection = True


def unanswered(call: StoreCall) -> None:
    """Have DynamoDB do it, and break the connection off without a response."""
    call.upstream()
    lost(call)


def silent(call: StoreCall) -> None:
    """Have DynamoDB do it, and say nothing."""
    call.upstream()
    call.server.stopping.wait(30)
    call.close_connection = True
