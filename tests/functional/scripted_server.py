"""A server on 127.0.0.1 that speaks real HTTP, and misbehaves when a test or a benchmark says so."""

import socket
import struct
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

# What `trickle` goes on with: a header, or a body.
HEADER = b"HTTP/1.1 200 OK\r\nX-Slow: "
BODY = b"HTTP/1.1 200 OK\r\nContent-Length: 10000\r\n\r\n"


class ScriptedServer(ThreadingHTTPServer):
    """Serves what `request_class` does, but for faults.

    `script` has the next answers, one each; `fault`, while it is set, answers everything else. `requests` has
    the path and headers of every request, `bodies` what each POST sent, `connections` how many connections
    were opened; `clock_ahead` is in seconds.
    """

    request_class: type["ScriptedRequest"]

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), self.request_class)
        self.script: list[Answer] = []
        self.fault: Answer | None = None
        self.clock_ahead = 0.0
        self.requests: list[tuple[str, Any]] = []
        self.bodies: list[bytes] = []
        self.connections = 0
        self.stopping = threading.Event()
        self.url = f"http://127.0.0.1:{self.server_port}"

    def __enter__(self) -> Self:
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.stopping.set()
        self.shutdown()
        self.server_close()


class ScriptedRequest(BaseHTTPRequestHandler):
    """One connection's requests; `serve` is what it does without a fault."""

    server: Any  # a ScriptedServer
    protocol_version = "HTTP/1.1"  # connections stay open
    says_close = False
    disable_nagle_algorithm = True  # it holds back a body until its head is acknowledged, for 40 ms

    def setup(self) -> None:
        self.server.connections += 1
        super().setup()

    def do_POST(self) -> None:
        self.server.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
        self.do_GET()

    def do_GET(self) -> None:
        self.server.requests.append((self.path, self.headers))
        if self.server.script:
            self.server.script.pop(0)(self)
        elif self.server.fault:
            self.server.fault(self)
        else:
            self.serve()

    def serve(self) -> None:
        raise NotImplementedError

    def reply(self, status: int, body: bytes = b"", length: int | None = None, **headers: str) -> None:
        self.send_response(status)
        if status != 304:
            self.send_header("Content-Length", str(len(body) if length is None else length))
        for name, value in headers.items():
            self.send_header(name, value)
        if self.says_close:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.says_close:
            time.sleep(0.02)  # so that the body doesn't come with the head, in one piece
        self.wfile.write(body)

    def skew(self) -> float:
        """Return how far the request's clock is ahead of this server's, in seconds."""
        signed = datetime.strptime(self.headers["x-amz-date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        return signed.timestamp() - time.time() - float(self.server.clock_ahead)

    def date_time_string(self, timestamp: float | None = None) -> str:
        """Return what the header Date says."""
        return formatdate((timestamp or time.time()) + self.server.clock_ahead, usegmt=True)

    def log_message(self, *_arguments: object) -> None:
        """Keep the test's output to what the function writes."""


Answer = Callable[[ScriptedRequest], None]


def body(content: bytes) -> Answer:
    """Answer with a content."""
    return lambda request: request.reply(200, content)


def in_chunks(content: bytes, end: bytes = b"0\r\n\r\n") -> Answer:
    """Answer with a content in two chunks, as S3 sends listings, and an end of them."""

    def answer(request: ScriptedRequest) -> None:
        request.send_response(200)
        request.send_header("Transfer-Encoding", "chunked")
        request.end_headers()
        for part in (content[:10], content[10:]):
            request.wfile.write(f"{len(part):x}\r\n".encode() + part + b"\r\n")
        request.wfile.write(end)
        request.close_connection = not end

    return answer


def torn(request: ScriptedRequest) -> None:
    """Announce 1,000 bytes, send 10 and hang up."""
    request.reply(200, b"0123456789", length=1000)
    request.close_connection = True


def reset(request: ScriptedRequest) -> None:
    """Break the connection off, without an answer."""
    request.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    request.close_connection = True


def then_hang_up(request: ScriptedRequest) -> None:
    """Answer, and close the connection a moment later, as AWS does to one that a frozen environment kept."""
    request.serve()
    request.close_connection = True


def saying_close(request: ScriptedRequest) -> None:
    """Answer, and say that the connection is closed after that, as AWS does now and then."""
    request.says_close = True
    request.serve()


def hang(request: ScriptedRequest) -> None:
    """Take the request and say nothing."""
    request.server.stopping.wait(timeout=10)
    request.close_connection = True


def trickle(head: bytes, pause: float) -> Answer:
    """Send a head, and then a byte after each pause, without end."""

    def answer(request: ScriptedRequest) -> None:
        request.close_connection = True
        try:
            request.wfile.write(head)
            while not request.server.stopping.wait(timeout=pause):
                request.wfile.write(b"x")
        except OSError:  # the caller has had enough
            return

    return answer
