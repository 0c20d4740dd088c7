"""Lambda's Runtime API for one execution environment, which answers one invocation after the other.

https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
"""

from __future__ import annotations

import queue
import threading
import time
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple

DEADLINE_SECONDS = 60


class Answer(NamedTuple):
    """What the client posted: where to and what; when its event was sent, and when this was complete.

    The moments are of `time.perf_counter`.
    """

    path: str
    body: bytes
    sent: float
    received: float


class RuntimeApi(ThreadingHTTPServer):
    """Hands out events and keeps what comes back.

    Parameters
    ----------
    *events : bytes
        The first invocations' events, JSON.
    """

    def __init__(self, *events: bytes) -> None:
        super().__init__(("127.0.0.1", 0), _RuntimeApiRequest)
        self.answers: queue.SimpleQueue[Answer] = queue.SimpleQueue()
        self.idle = threading.Event()
        self.sent = 0.0
        self._events: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        for event in events:
            self._events.put(event)
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def address(self) -> str:
        """Host and port, as ``AWS_LAMBDA_RUNTIME_API`` wants them."""
        return f"127.0.0.1:{self.server_port}"

    def invoke(self, event: bytes) -> None:
        """Hand out another event as soon as the client requests one."""
        self.idle.clear()
        self._events.put(event)

    def next_event(self) -> bytes | None:
        """Return the next event, waiting for it if need be; None when there will be none."""
        try:
            return self._events.get_nowait()
        except queue.Empty:
            self.idle.set()
            return self._events.get()

    def close(self) -> None:
        """Let go of the client and stop."""
        self._events.put(None)
        self.shutdown()
        self.server_close()


class _RuntimeApiRequest(BaseHTTPRequestHandler):
    server: RuntimeApi
    protocol_version = "HTTP/1.1"
    # Head and body in one segment: two would wait 40 ms for a delayed acknowledgement.
    wbufsize = -1

    def do_GET(self) -> None:
        """Give the next event; while there is none, hold the client."""
        event = self.server.next_event()
        if event is None:
            self.close_connection = True
            return
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(event)))
        self.send_header("Lambda-Runtime-Aws-Request-Id", str(uuid.uuid4()))
        self.send_header("Lambda-Runtime-Deadline-Ms", str(int((time.time() + DEADLINE_SECONDS) * 1000)))
        self.send_header(
            "Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:eu-central-1:0:function:bench"
        )
        self.end_headers()
        self.server.sent = time.perf_counter()
        self.wfile.write(event)

    def do_POST(self) -> None:
        """Keep the answer, or the error, and the moment at which it was complete."""
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        self.server.answers.put(Answer(self.path, body, self.server.sent, time.perf_counter()))
        self.send_response(202)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's own name
        """Keep quiet: only the benchmark's own lines are for the reader."""
