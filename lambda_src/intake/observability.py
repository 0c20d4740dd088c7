"""What the intake function says about itself: a log line and a metrics line a request, as in `inference`."""

from __future__ import annotations

import json
import sys
import time
import traceback
from typing import Any

from http_kit.response import Response

METRICS = {
    "ReviewRequests": "Count",
    "ReviewLatency": "Milliseconds",
    "ReviewsAccepted": "Count",
    "ReviewsRepeated": "Count",
    "ReviewsRejected": "Count",
    "ReviewStoreFailures": "Count",
}
STORE_FAILED = 503


class Observability:
    """Writes log and metrics lines; nothing of a body, header or query is ever in them.

    Parameters
    ----------
    namespace : str
        CloudWatch's namespace of the metrics.
    stage : str
        Their only dimension.
    """

    def __init__(self, namespace: str, stage: str) -> None:
        self._stage = stage
        self._cold = True
        self._directive = {
            "Namespace": namespace,
            "Dimensions": [["Stage"]],
            "Metrics": [{"Name": name, "Unit": unit} for name, unit in METRICS.items()],
        }

    def request(
        self, answer: Response, counts: dict[str, int], request_id: str, path: str, latency_ms: float
    ) -> None:
        """Write the lines of a finished request to store; `counts` has what its answer counts, or nothing."""
        line = self._line(answer, request_id, "POST", path, latency_ms) | counts
        metrics = {
            "_aws": {"Timestamp": int(time.time() * 1000), "CloudWatchMetrics": [self._directive]},
            "Stage": self._stage,
            "ReviewRequests": 1,
            "ReviewLatency": round(latency_ms, 3),
            "ReviewsAccepted": counts.get("accepted", 0),
            "ReviewsRepeated": counts.get("repeated", 0),
            "ReviewsRejected": counts.get("rejected", 0),
            "ReviewStoreFailures": int(answer.status == STORE_FAILED),
        }
        _write(line, metrics)

    def asked(self, answer: Response, request_id: str, path: str, latency_ms: float) -> None:
        """Write the line of a finished request for what is stored; the metrics are about storing."""
        _write(self._line(answer, request_id, "GET", path, latency_ms))

    def _line(
        self, answer: Response, request_id: str, method: str, path: str, latency_ms: float
    ) -> dict[str, Any]:
        cold, self._cold = self._cold, False
        return {
            "level": "INFO",
            "message": "request",
            "request_id": request_id,
            "method": method,
            "path": path[:100],
            "status": answer.status,
            "latency_ms": round(latency_ms, 3),
            "cold_start": cold,
        }

    def failed(self, request_id: str, message: str) -> None:
        """Write the exception being handled, with its traceback, for the operator only."""
        text = traceback.format_exc()
        _write({"level": "ERROR", "message": message, "request_id": request_id, "traceback": text})


def _write(*lines: dict[str, Any]) -> None:
    sys.stdout.write("".join(f"{json.dumps(line)}\n" for line in lines))
