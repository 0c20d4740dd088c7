"""Lambda's Runtime API for one invocation, and the cost of a process's first answer through it.

https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
"""

from __future__ import annotations

import os
import queue
import subprocess
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, NamedTuple

from benchmarks.errors import BenchmarkError

if TYPE_CHECKING:
    from benchmarks.functions import Function

TIMEOUT_SECONDS = 60.0
REQUEST_ID = "00000000-0000-4000-8000-000000000000"


class FirstAnswer(NamedTuple):
    """Cost of a cold start, from exec to the first answer delivered, in milliseconds, and that answer."""

    cpu_ms: float
    wall_ms: float
    answer: bytes


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
        self.answers: queue.SimpleQueue[tuple[float, str, bytes]] = queue.SimpleQueue()
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
        self.send_header("Lambda-Runtime-Deadline-Ms", str(int((time.time() + TIMEOUT_SECONDS) * 1000)))
        self.send_header("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:eu-central-1:0:function:bench")
        self.end_headers()
        self.wfile.write(event)

    def do_POST(self) -> None:
        """Keep the answer, or the error, and the moment at which it was complete."""
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        self.server.answers.put((time.perf_counter(), self.path, body))
        self.send_response(202)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's own name
        """Keep quiet: only the benchmark's own lines are for the reader."""


def first_answer(function: Function, event: bytes) -> FirstAnswer:
    """Start the function's process, take its first answer, end it and read what it used.

    Raises
    ------
    BenchmarkError
        If it answers with an error, or not at all.
    """
    api = RuntimeApi(event)
    started = time.perf_counter()
    process = subprocess.Popen(
        [function.interpreter, "-m", "awslambdaric", function.handler],
        cwd=function.code,
        env={**function.environment, "AWS_LAMBDA_RUNTIME_API": api.address},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    try:
        answered, path, answer = api.answers.get(timeout=TIMEOUT_SECONDS)
        api.idle.wait(TIMEOUT_SECONDS)
    except queue.Empty:
        raise BenchmarkError(f"{function.name}: no answer within {TIMEOUT_SECONDS:.0f} s") from None
    finally:
        process.kill()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        api.close()
    if not path.endswith("/response"):
        raise BenchmarkError(f"{function.name}: {path.rpartition('/runtime/')[2]}: {answer.decode()}")
    return FirstAnswer((usage.ru_utime + usage.ru_stime) * 1000, (answered - started) * 1000, answer)
