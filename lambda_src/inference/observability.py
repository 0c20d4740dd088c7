"""What the function says about itself: JSON lines on stdout, which CloudWatch takes as logs and as metrics.

A metrics line has CloudWatch's embedded metric format,
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html.
Nothing of a request's body, headers or query is ever written.
"""

from __future__ import annotations

import json
import sys
import time

TYPE_CHECKING = False  # `typing` itself costs a cold start 2 ms
if TYPE_CHECKING:
    from typing import Any

MODEL_LOAD_FAILURES = "ModelLoadFailures"
REQUEST_METRICS = {
    "Requests": "Count",
    "Latency": "Milliseconds",
    "ColdStarts": "Count",
    "Predictions": "Count",
}


class Observability:
    """Writes log and metrics lines.

    Parameters
    ----------
    namespace : str
        CloudWatch's namespace of the metrics.
    stage : str
        Their only dimension.
    """

    def __init__(self, namespace: str, stage: str) -> None:
        self._namespace = namespace
        self._stage = stage
        self._cold = True

    def request(self, record: dict[str, Any], latency_ms: float, predictions: int) -> None:
        """Write a finished request's log line and metrics line."""
        cold, self._cold = self._cold, False
        record = {"level": "INFO", "message": "request", "latency_ms": round(latency_ms, 3), **record}
        self._write({**record, "cold_start": cold, "predictions": predictions})
        values = {
            "Requests": 1,
            "Latency": latency_ms,
            "ColdStarts": int(cold),
            "Predictions": predictions,
        }
        self._metrics(REQUEST_METRICS, values, {"ModelVersion": record.get("model_version")})

    def model_load_failed(self, reason: str) -> None:
        """Write why no newer model could be loaded, and count it."""
        self._write({"level": "ERROR", "message": "model_load_failed", "reason": reason})
        self._metrics({MODEL_LOAD_FAILURES: "Count"}, {MODEL_LOAD_FAILURES: 1}, {})

    def unexpected(self, request_id: str) -> None:
        """Write the exception being handled, with its traceback, for the operator only."""
        import traceback  # noqa: PLC0415 - only when something is broken

        self._write(
            {
                "level": "ERROR",
                "message": "unexpected_error",
                "request_id": request_id,
                "traceback": traceback.format_exc(),
            }
        )

    def _metrics(self, units: dict[str, str], values: dict[str, float], properties: dict[str, Any]) -> None:
        directive = {
            "Namespace": self._namespace,
            "Dimensions": [["Stage"]],
            "Metrics": [{"Name": name, "Unit": unit} for name, unit in units.items()],
        }
        envelope = {"Timestamp": int(time.time() * 1000), "CloudWatchMetrics": [directive]}
        self._write({"_aws": envelope, "Stage": self._stage, **values, **properties})

    @staticmethod
    def _write(line: dict[str, Any]) -> None:
        # One write: lines of the refresh thread must not run into a request's.
        sys.stdout.write(json.dumps(line) + "\n")
