"""An execution environment that can be broken: ``environment.py <timings>``, driven over stdin and stdout.

A line in is the name of a local fault (empty for none) or an event, as JSON; a line out is the answer, its
seconds, the failed loads that were logged since the last one, and the files that were opened for writing.
"""

from __future__ import annotations

import json
import os
import resource
import socket
import sys
import time
from typing import Any

from aws_kit import connection
from inference import model_store
from inference.handler import handler

WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT


class Log:
    """What the function writes to stdout."""

    def __init__(self) -> None:
        self._texts: list[str] = []

    def write(self, text: str) -> None:
        """Take a text."""
        self._texts.append(text)

    def failed_loads(self) -> list[str]:
        """Return the reasons of the failures that were counted in a metric since the last call."""
        taken, self._texts = self._texts, []
        lines = [json.loads(line) for line in "".join(taken).splitlines()]
        reasons = [line["reason"] for line in lines if line.get("message") == "model_load_failed"]
        if sum(line.get("ModelLoadFailures", 0) for line in lines) != len(reasons):
            raise RuntimeError("the failures that are counted aren't those that are logged")
        return reasons


class Local:
    """What can be wrong with the environment itself."""

    def __init__(self, dns_seconds: float) -> None:
        self._fault: str | None = None
        self._dns_seconds = dns_seconds
        self._getaddrinfo = socket.getaddrinfo
        self.written: list[str] = []
        socket.getaddrinfo = self._resolve
        sys.addaudithook(self._audit)

    def begin(self, fault: str | None) -> None:
        """Break, or mend with None."""
        self._fault = fault
        _soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (0 if fault == "disk_full" else hard, hard))

    def _resolve(self, *arguments: Any, **named: Any) -> Any:
        if self._fault == "dns_hangs":
            time.sleep(self._dns_seconds)
        if self._fault in {"dns_fails", "dns_hangs"}:
            raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
        return self._getaddrinfo(*arguments, **named)

    def _audit(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event == "os.mkdir" or (event == "open" and arguments[2] & WRITES):
            self.written.append(str(arguments[0]))


def main() -> None:
    """Answer until stdin ends."""
    timings = json.loads(sys.argv[1])
    connection.TIMEOUT_SECONDS = timings["timeout_s"]
    connection.ANSWER_SECONDS = timings["answer_s"]
    model_store.RETRY_AFTER_SECONDS = timings["retry_s"]
    model_store.WAIT_SECONDS = timings["wait_s"]
    local, out, log = Local(timings["dns_s"]), sys.stdout, Log()
    sys.stdout = log
    for line in sys.stdin:
        asked = json.loads(line)
        if not isinstance(asked, dict):
            local.begin(asked)
            continue
        started = time.perf_counter()
        answer = handler(asked, None)
        seconds = time.perf_counter() - started
        counts = {"failed_loads": log.failed_loads(), "written": local.written}
        print(json.dumps({"answer": answer, "seconds": seconds, **counts}), file=out, flush=True)


if __name__ == "__main__":
    main()
