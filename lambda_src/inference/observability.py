"""What the function says about itself: JSON lines on stdout, which CloudWatch takes as logs and as metrics.

A metrics line has CloudWatch's embedded metric format,
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html.
Nothing of a request's body, headers or query is ever written. What is written at once is one call, so that a
line of the refresh thread can't run into a request's.
"""

from __future__ import annotations

import json
import sys
import time

# The C function that json.dumps calls for a string: a request's line is put together from such parts, which
# takes a tenth of the time.
from json.encoder import encode_basestring_ascii as quote

TYPE_CHECKING = False  # `typing` itself costs a cold start 2 ms
if TYPE_CHECKING:
    from typing import Any

    from inference.answers import Answer

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
        self._request_directive = self._directive(REQUEST_METRICS)

    def request(self, answer: Answer, request_id: str, method: str, path: str, latency_ms: float) -> None:
        """Write a finished request's log line and metrics line."""
        cold, self._cold = self._cold, False
        version = quote(answer.model_version) if answer.model_version else "null"
        predictions = answer.predictions
        latency = f"{latency_ms:.3f}"
        sys.stdout.write(
            f'{{"level": "INFO", "message": "request", "request_id": {quote(request_id)}, '
            f'"method": {quote(method)}, "path": {quote(path)}, "status": {answer.status}, '
            f'"latency_ms": {latency}, "cold_start": {"true" if cold else "false"}, '
            f'"predictions": {predictions}, "model_version": {version}}}\n'
            f'{{"_aws": {{"Timestamp": {int(time.time() * 1000)}, {self._request_directive}}}, '
            f'"Stage": {quote(self._stage)}, "Requests": 1, "Latency": {latency}, '
            f'"ColdStarts": {int(cold)}, "Predictions": {predictions}, "ModelVersion": {version}}}\n'
        )

    def model_load_failed(self, reason: str) -> None:
        """Write why no newer model could be loaded, and count it."""
        line = {"level": "ERROR", "message": "model_load_failed", "reason": reason}
        directive = self._directive({MODEL_LOAD_FAILURES: "Count"})
        sys.stdout.write(
            f"{json.dumps(line)}\n"
            f'{{"_aws": {{"Timestamp": {int(time.time() * 1000)}, {directive}}}, '
            f'"Stage": {quote(self._stage)}, "{MODEL_LOAD_FAILURES}": 1}}\n'
        )

    def unexpected(self, request_id: str) -> None:
        """Write the exception being handled, with its traceback, for the operator only."""
        import traceback  # noqa: PLC0415 - only when something is broken

        line = {
            "level": "ERROR",
            "message": "unexpected_error",
            "request_id": request_id,
            "traceback": traceback.format_exc(),
        }
        sys.stdout.write(json.dumps(line) + "\n")

    def _directive(self, units: dict[str, str]) -> str:
        directive: dict[str, Any] = {
            "Namespace": self._namespace,
            "Dimensions": [["Stage"]],
            "Metrics": [{"Name": name, "Unit": unit} for name, unit in units.items()],
        }
        return f'"CloudWatchMetrics": [{json.dumps(directive)}]'
