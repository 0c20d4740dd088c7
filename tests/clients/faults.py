"""The service over HTTP, which fails when it is told to: as servers, proxies and networks do."""

import gzip
import json
import socket
import struct
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple

from tests.robustness.gateway import ALLOWED_ORIGIN, STAGE, Gateway, Handler

HTML = b"<html><body>Welcome to the hotel's network</body></html>"
PREDICTION = json.dumps({"recall_probability": 0.5, "model": "history", "model_version": "v1" * 100}).encode()
RESET = struct.pack("ii", 1, 0)  # SO_LINGER: closing sends RST


class Faulty(Handler):
    """Gives the server's next fault in place of the service's response, but to a preflight."""

    faults: deque["Fault | None"]
    requests: list[str]
    ended: threading.Event
    sent: bytes

    def do_any(self) -> None:
        """Respond to any method."""
        fault = None
        if self.command != "OPTIONS":
            self.requests.append(self.path)
            fault = self.faults.popleft() if self.faults else None
        if fault is None:
            super().do_any()
            return
        self.sent = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.close_connection = True
        with suppress(ConnectionError):  # the client has left
            fault.act(self)

    def give(
        self,
        status: int,
        body: bytes,
        kind: str = "application/json",
        length: int | None = None,
        **headers: str,
    ) -> None:
        """Send a response; `headers` are written with _ for -."""
        self.send_response(status)
        listed = {"Content-Type": kind, "Content-Length": str(len(body) if length is None else length)}
        listed |= ALLOWED_ORIGIN | {"Access-Control-Expose-Headers": "Retry-After", "Connection": "close"}
        for name, value in (listed | headers).items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)


Act = Callable[[Faulty], None]


class Fault(NamedTuple):
    """A way to fail.

    Parameters
    ----------
    act : callable
        What the server does.
    error : str
        Class of the error of a client that gives up.
    status : int, optional
        Status that this error has.
    passing : bool
        Whether a client is to try again.
    """

    act: Act
    error: str
    status: int | None
    passing: bool = True


def _error(status: int, code: str, **headers: str) -> Act:
    body = {"error": {"code": code, "message": "it failed", "field": None}, "request_id": "r-1"}
    return lambda handler: handler.give(status, json.dumps(body).encode(), **headers)


def _reset(handler: Faulty) -> None:
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
    handler.connection.close()


def _lose(handler: Faulty) -> None:
    headers = dict(handler.headers.items())
    handler.gateway.respond(handler.command, handler.path.removeprefix(STAGE), headers, handler.sent)
    _reset(handler)


def _trickle(handler: Faulty, text: bytes) -> None:
    for byte in text * 1000:
        handler.wfile.write(bytes([byte]))
        if handler.ended.wait(0.02):
            return


def _slow_headers(handler: Faulty) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
    _trickle(handler, b"X-Slow: yes\r\n")


def _slow_body(handler: Faulty) -> None:
    handler.give(200, b"", length=1_000_000)
    _trickle(handler, b" ")


FAULTS = {
    "500": Fault(_error(500, "internal_error"), "ApiError", 500),
    "502 HTML": Fault(lambda handler: handler.give(502, HTML, "text/html"), "ForeignResponseError", 502),
    "503 Retry-After": Fault(_error(503, "model_unavailable", Retry_After="1"), "UnavailableError", 503),
    "504": Fault(_error(504, "timeout"), "ApiError", 504),
    "429": Fault(_error(429, "throttled"), "ThrottledError", 429),
    "cut body": Fault(
        lambda handler: handler.give(200, PREDICTION[:100], length=len(PREDICTION)),
        "ConnectionFailedError",
        None,
    ),
    "cut JSON": Fault(lambda handler: handler.give(200, PREDICTION[:100]), "ConnectionFailedError", None),
    "cut gzip": Fault(
        lambda handler: handler.give(200, gzip.compress(PREDICTION)[:60], Content_Encoding="gzip"),
        "ConnectionFailedError",
        None,
    ),
    "broken gzip": Fault(
        lambda handler: handler.give(200, b"no gzip", Content_Encoding="gzip"), "ConnectionFailedError", None
    ),
    "reset": Fault(_reset, "ConnectionFailedError", None),
    "response lost": Fault(_lose, "ConnectionFailedError", None),
    "closed": Fault(lambda _handler: None, "ConnectionFailedError", None),
    "foreign JSON": Fault(
        lambda handler: handler.give(200, b'{"message": "hello"}'), "ForeignResponseError", 200, passing=False
    ),
    "foreign list": Fault(
        lambda handler: handler.give(200, b"[1, 2]"), "ForeignResponseError", 200, passing=False
    ),
    "foreign HTML": Fault(
        lambda handler: handler.give(200, HTML, "text/html"), "ForeignResponseError", 200, passing=False
    ),
    "silent": Fault(lambda handler: handler.ended.wait(), "TimedOutError", None, passing=False),
    "slow headers": Fault(_slow_headers, "TimedOutError", None, passing=False),
    "slow body": Fault(_slow_body, "TimedOutError", None, passing=False),
}


class FaultyServer(NamedTuple):
    """A running service.

    Parameters
    ----------
    endpoint : str
        Its base URL.
    faults : deque of Fault, optional
        What the next requests get, one each; None for the service's response.
    requests : list of str
        Path of each request, but of preflights.
    """

    endpoint: str
    faults: deque[Fault | None]
    requests: list[str]


@contextmanager
def failing(gateway: Gateway) -> Iterator[FaultyServer]:
    """Run the service on a free port."""
    state = {"gateway": gateway, "faults": deque(), "requests": [], "ended": threading.Event()}
    handler: type[BaseHTTPRequestHandler] = type("Handler", (Faulty,), state)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield FaultyServer(
            f"http://127.0.0.1:{server.server_port}{STAGE}", state["faults"], state["requests"]
        )
        state["ended"].set()
        server.shutdown()
        thread.join()
