"""What the predictor measures."""

from __future__ import annotations

from http_kit.service import REQUEST_METRICS
from http_kit.telemetry import Metrics, log_line, write

TYPE_CHECKING = False  # `typing` itself costs a cold start 2 ms
if TYPE_CHECKING:
    from collections.abc import Callable

METRICS = {**REQUEST_METRICS, "Predictions": "Count"}
FACTS = {"predictions": ("Predictions", 0), "model_version": ("ModelVersion", None)}
MODEL_LOAD_FAILURES = "ModelLoadFailures"


def load_failure_reporter(namespace: str, stage: str) -> Callable[[str], None]:
    """Return the function that logs why no newer model could be loaded, and counts it.

    Parameters
    ----------
    namespace, stage : str
        CloudWatch's namespace of the metrics, and their only dimension.
    """
    metrics = Metrics(namespace, stage, {MODEL_LOAD_FAILURES: "Count"})

    def report(reason: str) -> None:
        write(log_line("ERROR", "model_load_failed", reason=reason), metrics.line({MODEL_LOAD_FAILURES: 1}))

    return report
