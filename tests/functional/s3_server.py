"""A small S3 on 127.0.0.1 that speaks real HTTP, and misbehaves when a test or a benchmark says so."""

import hashlib
import socket
import struct
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs

ALLOWED_SKEW_SECONDS = 900
# What `trickle` goes on with: a header, or a body.
HEADER = b"HTTP/1.1 200 OK\r\nX-Slow: "
BODY = b"HTTP/1.1 200 OK\r\nContent-Length: 10000\r\n\r\n"


class S3Server(ThreadingHTTPServer):
    """Serves `objects` by path and lists those of `buckets`, but for faults.

    `script` has the next answers, one each; `fault`, while it is set, answers everything else. `requests` has
    the path and headers of every request, `connections` how many connections were opened; `clock_ahead` is in
    seconds.
    """

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), S3Request)
        self.buckets = {"lake"}
        self.objects: dict[str, bytes] = {}
        self.script: list[Answer] = []
        self.fault: Answer | None = None
        self.clock_ahead = 0.0
        self.requests: list[tuple[str, Any]] = []
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


class S3Request(BaseHTTPRequestHandler):
    """One connection's requests."""

    server: S3Server
    protocol_version = "HTTP/1.1"  # connections stay open

    def setup(self) -> None:
        self.server.connections += 1
        super().setup()

    def do_GET(self) -> None:
        self.server.requests.append((self.path, self.headers))
        answer = self.server.script.pop(0) if self.server.script else self.server.fault or _object
        answer(self)

    def reply(self, status: int, body: bytes = b"", length: int | None = None, **headers: str) -> None:
        self.send_response(status)
        if status != 304:
            self.send_header("Content-Length", str(len(body) if length is None else length))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def date_time_string(self, timestamp: float | None = None) -> str:
        """Return what the header Date says."""
        return formatdate((timestamp or time.time()) + self.server.clock_ahead, usegmt=True)

    def log_message(self, *_arguments: object) -> None:
        """Keep the test's output to what the function writes."""


Answer = Callable[[S3Request], None]


def _object(request: S3Request) -> None:
    if abs(_skew(request)) > ALLOWED_SKEW_SECONDS:
        return request.reply(403, b"<Error><Code>RequestTimeTooSkewed</Code></Error>")
    if "?list-type=2" in request.path:
        return _listing(request)
    body = request.server.objects.get(request.path)
    if body is None:
        return request.reply(404, b"<Error><Code>NoSuchKey</Code></Error>")
    etag = f'"{hashlib.md5(body, usedforsecurity=False).hexdigest()}"'
    if request.headers["If-None-Match"] == etag:
        return request.reply(304, ETag=etag)
    return request.reply(200, body, ETag=etag)


def _skew(request: S3Request) -> float:
    """Return how far a request's clock is ahead of this server's, in seconds."""
    signed = datetime.strptime(request.headers["x-amz-date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    return signed.timestamp() - time.time() - request.server.clock_ahead


def _listing(request: S3Request) -> None:
    bucket, _, query = request.path.removeprefix("/").partition("/?")
    if bucket not in request.server.buckets:
        return request.reply(404, b"<Error><Code>NoSuchBucket</Code></Error>")
    asked = {name: value for name, (value,) in parse_qs(query, strict_parsing=True).items()}
    keys = sorted(path.removeprefix(f"/{bucket}/") for path in request.server.objects)
    found = [key for key in keys if key.startswith(asked["prefix"])][: int(asked["max-keys"])]
    contents = "".join(f"<Contents><Key>{key}</Key></Contents>" for key in found)
    return request.reply(200, f"<ListBucketResult>{contents}</ListBucketResult>".encode())


def status(code: int) -> Answer:
    """Answer with an error, as S3 words them."""
    return lambda request: request.reply(code, b"<Error><Code>Whatever</Code></Error>")


def body(content: bytes) -> Answer:
    """Answer with a content."""
    return lambda request: request.reply(200, content)


def torn(request: S3Request) -> None:
    """Announce 1,000 bytes, send 10 and hang up."""
    request.reply(200, b"0123456789", length=1000)
    request.close_connection = True


def reset(request: S3Request) -> None:
    """Break the connection off, without an answer."""
    request.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    request.close_connection = True


def then_hang_up(request: S3Request) -> None:
    """Answer, and close the connection a moment later, as S3 does to one that a frozen environment kept."""
    _object(request)
    request.close_connection = True


def hang(request: S3Request) -> None:
    """Take the request and say nothing."""
    request.server.stopping.wait(timeout=10)
    request.close_connection = True


def trickle(head: bytes, pause: float) -> Answer:
    """Send a head, and then a byte after each pause, without end."""

    def answer(request: S3Request) -> None:
        request.close_connection = True
        try:
            request.wfile.write(head)
            while not request.server.stopping.wait(timeout=pause):
                request.wfile.write(b"x")
        except OSError:  # the caller has had enough
            return

    return answer
