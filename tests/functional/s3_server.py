"""A small S3 on 127.0.0.1 that speaks real HTTP, and misbehaves when a test says so."""

import hashlib
import socket
import struct
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs


class S3Server(ThreadingHTTPServer):
    """Serves `objects` by path and lists those of `buckets`, but for the next answers, which `script` gives.

    `requests` has the path and headers of every request, `connections` how many connections were opened.
    """

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.buckets = {"lake"}
        self.objects = {}
        self.script = []
        self.requests = []
        self.connections = 0
        self.stopping = threading.Event()
        self.url = f"http://127.0.0.1:{self.server_port}"

    def __enter__(self):
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return self

    def __exit__(self, *_error):
        self.stopping.set()
        self.shutdown()
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"  # connections stay open

    def setup(self):
        self.server.connections += 1
        super().setup()

    def do_GET(self):
        self.server.requests.append((self.path, self.headers))
        answer = self.server.script.pop(0) if self.server.script else _object
        answer(self)

    def reply(self, status, body=b"", length=None, **headers):
        self.send_response(status)
        if status != 304:
            self.send_header("Content-Length", str(len(body) if length is None else length))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments):
        """Keep the test's output to what the function writes."""


def _object(request):
    if "?list-type=2" in request.path:
        return _listing(request)
    body = request.server.objects.get(request.path)
    if body is None:
        return request.reply(404, b"<Error><Code>NoSuchKey</Code></Error>")
    etag = f'"{hashlib.md5(body, usedforsecurity=False).hexdigest()}"'
    if request.headers["If-None-Match"] == etag:
        return request.reply(304, ETag=etag)
    return request.reply(200, body, ETag=etag)


def _listing(request):
    bucket, _, query = request.path.removeprefix("/").partition("/?")
    if bucket not in request.server.buckets:
        return request.reply(404, b"<Error><Code>NoSuchBucket</Code></Error>")
    asked = {name: value for name, (value,) in parse_qs(query, strict_parsing=True).items()}
    keys = sorted(path.removeprefix(f"/{bucket}/") for path in request.server.objects)
    found = [key for key in keys if key.startswith(asked["prefix"])][: int(asked["max-keys"])]
    contents = "".join(f"<Contents><Key>{key}</Key></Contents>" for key in found)
    return request.reply(200, f"<ListBucketResult>{contents}</ListBucketResult>".encode())


def status(code):
    """Answer with an error, as S3 words them."""
    return lambda request: request.reply(code, b"<Error><Code>Whatever</Code></Error>")


def body(content):
    """Answer with a content."""
    return lambda request: request.reply(200, content)


def torn(request):
    """Announce 1,000 bytes, send 10 and hang up."""
    request.reply(200, b"0123456789", length=1000)
    request.close_connection = True


def reset(request):
    """Break the connection off, without an answer."""
    request.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    request.close_connection = True


def then_hang_up(request):
    """Answer, and close the connection a moment later, as S3 does to one that a frozen environment kept."""
    _object(request)
    request.close_connection = True


def hang(request):
    """Take the request and say nothing."""
    request.server.stopping.wait(timeout=10)
    request.close_connection = True
