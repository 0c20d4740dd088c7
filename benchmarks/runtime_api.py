"""Lambda's Runtime API for one invocation.

https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
"""

from __future__ import annotations

import queue
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple

DEADLINE_SECONDS = 60
REQUEST_ID = "00000000-0000-4000-8000-000000000000"


class Answer(NamedTuple):
    """What the client posted: where to, what, and when it was complete (`time.perf_counter`)."""

    path: str
    body: bytes
    received: float


class RuntimeApi(ThreadingHTTPServer):
    """Hands out one event and keeps what comes back.

    Parameters
    ----------
    event : bytes
        The invocation's event, JSON.
    """

    def __init__(self, event: bytes) -> None:
        super().__init__(("127.0.0.1", 0), _RuntimeApiRequest)
        self.events = [event]
        self.answers: queue.SimpleQueue[Answer] = queue.SimpleQueue()
        self.idle = threading.Event()
        self.ended = threading.Event()
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def address(self) -> str:
        """Host and port, as ``AWS_LAMBDA_RUNTIME_API`` wants them."""
        return f"127.0.0.1:{self.server_port}"

    def close(self) -> None:
        """Let go of the client and stop."""
        self.ended.set()
        self.shutdown()
        self.server_close()


class _RuntimeApiRequest(BaseHTTPRequestHandler):
    server: RuntimeApi
    protocol_version = "HTTP/1.1"
    # Head and body in one segment: two would wait 40 ms for a delayed acknowledgement.
    wbufsize = -1

    def do_GET(self) -> None:
        """Give the event; the second time, hold the client until its process is gone."""
        if not self.server.events:
            self.server.idle.set()
            self.server.ended.wait()
            self.close_connection = True
            return
        event = self.server.events.pop()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(event)))
        self.send_header("Lambda-Runtime-Aws-Request-Id", REQUEST_ID)
        self.send_header("Lambda-Runtime-Deadline-Ms", str(int((time.time() + DEADLINE_SECONDS) * 1000)))
        self.send_header(
            "Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:eu-central-1:0:function:bench"
        )
        self.end_headers()
        self.wfile.write(event)

    def do_POST(self) -> None:
        """Keep the answer, or the error, and the moment at which it was complete."""
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        self.server.answers.put(Answer(self.path, body, time.perf_counter()))
        self.send_response(202)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's own name
        """Keep quiet: only the benchmark's own lines are for the reader."""
