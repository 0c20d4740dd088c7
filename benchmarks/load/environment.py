"""One execution environment of a function: a process with Lambda's runtime client, called again and again."""

from __future__ import annotations

import json
import queue
import time
import uuid
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from benchmarks.errors import BenchmarkError
from benchmarks.load.memory import resident_bytes
from benchmarks.measure import TIMEOUT_SECONDS, start
from benchmarks.runtime_api import Answer, RuntimeApi

if TYPE_CHECKING:
    from benchmarks.functions import Function
    from benchmarks.load.workloads import Request


class Invocation(NamedTuple):
    """What a function answered, and the time from its event's sending to the whole answer."""

    answer: dict[str, Any]
    milliseconds: float


class ExecutionEnvironment:
    """A function's process, for as long as the context lasts.

    Parameters
    ----------
    function : Function
        With its code, handler and variables.
    """

    def __init__(self, function: Function) -> None:
        self._name = function.name
        self._api = RuntimeApi()
        self._process = start(function, self._api)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._process.kill()
        self._process.wait()
        self._api.close()

    @property
    def resident_bytes(self) -> int:
        """Memory of the process."""
        return resident_bytes(self._process.pid)

    def invoke(self, request: Request) -> Invocation:
        """Send a request, and wait for its answer.

        Raises
        ------
        BenchmarkError
            If the function fails, or answers another request, or not at all.
        """
        request_id = str(uuid.uuid4())
        self._api.invoke(json.dumps(request.as_event(request_id)).encode())
        received = self._received()
        if not received.path.endswith("/response"):
            raise BenchmarkError(f"{self._name}: {received.body.decode()}")
        answer = json.loads(received.body)
        if (
            answer.get("headers", {}).get("X-Request-Id", request_id) != request_id
        ):  # the floor has no headers
            raise BenchmarkError(f"{self._name}: the answer to another request than {request_id}: {answer}")
        return Invocation(answer, (received.received - received.sent) * 1000)

    def _received(self) -> Answer:
        deadline = time.monotonic() + TIMEOUT_SECONDS
        while time.monotonic() < deadline:
            try:
                return self._api.answers.get(timeout=1.0)
            except queue.Empty:
                if self._process.poll() is not None:
                    code = self._process.returncode
                    raise BenchmarkError(f"{self._name}: its process has ended with code {code}") from None
        raise BenchmarkError(f"{self._name}: no answer within {TIMEOUT_SECONDS:.0f} s")
