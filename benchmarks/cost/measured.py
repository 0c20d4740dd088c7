"""What a request needs: CPU time from the last benchmark, bytes from the real handler."""

from __future__ import annotations

import base64
import contextlib
import io
import json
from typing import TYPE_CHECKING, Any, NamedTuple

from benchmarks.build import HERE, LAMBDA_SOURCE
from benchmarks.calls import predict_event
from benchmarks.errors import BenchmarkError
from benchmarks.functions import RECALL_FILE, RECALL_LAKE, REFERENCE
from benchmarks.report import COLD, WARM_MANY, WARM_ONE
from inference.handler import make_service
from tools.cost.bill import LOG_EVENT_BYTES

if TYPE_CHECKING:
    from pathlib import Path

RESULTS = HERE / "results.json"
MODEL = LAMBDA_SOURCE / "inference" / "default_model" / "model.json"
MANY = 1_000
# As long as real ones; the model's version is longer than that of a model beside the code.
REQUEST_ID = "9f1e6885-f03b-42aa-b4aa-096abbd6bcbb"
VERSION = "20261121T093902Z-934fbb01"
# What Lambda itself writes for each invocation.
LAMBDA_LINES = (
    f"START RequestId: {REQUEST_ID} Version: 12",
    f"END RequestId: {REQUEST_ID}",
    f"REPORT RequestId: {REQUEST_ID}\tDuration: 1.23 ms\tBilled Duration: 2 ms\tMemory Size: 512 MB"
    "\tMax Memory Used: 45 MB\t",
)
ACCESS_LOG_VALUES = {
    "$context.requestId": REQUEST_ID,
    "$context.requestTime": "21/Nov/2026:09:39:02 +0000",
    "$context.identity.sourceIp": "203.0.113.195",
    "$context.identity.apiKeyId": "a1b2c3d4e5",
    "$context.httpMethod": "POST",
    "$context.resourcePath": "/v1/predict",
    "$context.status": "200",
    "$context.responseLatency": "12",
    "$context.error.responseType": "-",
}


class CpuTimes(NamedTuple):
    """CPU milliseconds: of our warm handler and scikit-learn's for 1 and 1,000 cards, and of a cold start."""

    one: float
    thousand: float
    cold: float
    sklearn_one: float
    sklearn_thousand: float

    def handler(self, cards: int) -> float:
        """Return the service's milliseconds for a number of cards."""
        return _between(self.one, self.thousand, cards)

    def sklearn(self, cards: int) -> float:
        """Return the milliseconds of scikit-learn on a data frame for a number of cards."""
        return _between(self.sklearn_one, self.sklearn_thousand, cards)


def _between(one: float, thousand: float, cards: int) -> float:
    return one + (thousand - one) * (cards - 1) / (MANY - 1)


def read_cpu_times(path: Path = RESULTS) -> CpuTimes:
    """Read the medians that `make bench` wrote.

    Raises
    ------
    BenchmarkError
        If the file isn't there, or a figure isn't in it.
    """
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))["medians"]
        medians = {(row["measurement"], row["function"]): float(row["cpu_ms"]) for row in rows}
        return CpuTimes(
            medians[WARM_ONE, RECALL_FILE],
            medians[WARM_MANY, RECALL_FILE],
            medians[COLD, RECALL_LAKE],
            medians[WARM_ONE, REFERENCE],
            medians[WARM_MANY, REFERENCE],
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BenchmarkError(
            f"{path.name}: has no medians to count with ({error!r}); run make bench"
        ) from error


class Sizes(NamedTuple):
    """The bytes that a request causes, and the custom metrics that it writes.

    Attributes
    ----------
    response : int
        The size of the response's body as it is sent.
    own_log, lambda_log, access_log : int
        The size of the log events that the code writes, of those that Lambda adds, and of the access log's.
    metrics : int
        The number of custom metrics.
    """

    response: int
    own_log: int
    lambda_log: int
    access_log: int
    metrics: int


def measure_sizes(cards: int, *, gzip: bool, access_log_format: str) -> Sizes:
    """Send the real handler a request while it is warm, and measure its response and its log.

    Parameters
    ----------
    cards : int
        The number of cards in the request.
    gzip : bool
        Whether the caller accepts compressed responses.
    access_log_format : str
        The format of the API's access log, with API Gateway's variables.

    Raises
    ------
    BenchmarkError
        If the handler refuses the request.
    """
    request = predict_event(cards)
    request["requestContext"]["requestId"] = REQUEST_ID
    if gzip:
        request["headers"] |= {"Accept": "*/*", "Accept-Encoding": "gzip"}
    environment = {"MODEL_FILE": str(MODEL), "MODEL_REFRESH_SECONDS": "60"}
    service = make_service(environment | {"METRICS_NAMESPACE": "Recall", "STAGE": "prod"})
    with contextlib.redirect_stdout(io.StringIO()):
        service.respond(request)
    with contextlib.redirect_stdout(io.StringIO()) as log:
        response = service.respond(request)
    if response["statusCode"] != 200:  # noqa: PLR2004 - a refusal costs something else
        raise BenchmarkError(f"--batch {cards}: {json.loads(response['body'])['error']['message']}")
    lines = log.getvalue().replace('"file"', json.dumps(VERSION)).splitlines()
    return Sizes(
        _body_bytes(response),
        sum(len(line) + LOG_EVENT_BYTES for line in lines),
        sum(len(line) + LOG_EVENT_BYTES for line in LAMBDA_LINES),
        _access_log_bytes(access_log_format),
        sum(_metrics(json.loads(line)) for line in lines),
    )


def _body_bytes(response: dict[str, Any]) -> int:
    if response.get("isBase64Encoded"):
        return len(base64.b64decode(response["body"]))
    return len(response["body"].replace('"file"', json.dumps(VERSION)).encode())


def _access_log_bytes(line: str) -> int:
    if not line:
        return 0
    for variable, value in ACCESS_LOG_VALUES.items():
        line = line.replace(variable, value)
    return len(line) + LOG_EVENT_BYTES


def _metrics(line: dict[str, Any]) -> int:
    """Return the metrics of an embedded metric format line: each name under each set of dimensions."""
    directives = line.get("_aws", {}).get("CloudWatchMetrics", ())
    return sum(len(directive["Metrics"]) * len(directive["Dimensions"]) for directive in directives)
