"""What a function says about itself: JSON lines on stdout, which CloudWatch takes as logs and as metrics.

A metrics line has CloudWatch's embedded metric format,
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html.
Nothing of a request's body, headers or query is ever written. What is written at once is one call, so that a
line of another thread can't run into a request's.
"""

from __future__ import annotations

import json
import sys
import time

TYPE_CHECKING = False  # `typing` itself costs a cold start 2 ms
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any


class Metrics:
    """Metrics that are always written together, as one line in embedded metric format.

    Parameters
    ----------
    namespace : str
        CloudWatch's namespace of the metrics.
    stage : str
        Value of ``Stage``, their only dimension.
    units : mapping of str to str
        Each metric's name and its unit, as CloudWatch calls it: ``Count``, ``Milliseconds``.

    Attributes
    ----------
    before_time, after_time : str
        How each line begins: around the time in milliseconds since 1970. The values follow, and ``}``.
    """

    def __init__(self, namespace: str, stage: str, units: Mapping[str, str]) -> None:
        directive = {
            "Namespace": namespace,
            "Dimensions": [["Stage"]],
            "Metrics": [{"Name": name, "Unit": unit} for name, unit in units.items()],
        }
        self.before_time = f'{{"_aws": {{"CloudWatchMetrics": [{json.dumps(directive)}], "Timestamp": '
        self.after_time = f'}}, "Stage": {json.dumps(stage)}, '

    def line(self, values: Mapping[str, float | str]) -> str:
        """Return the line of these values, measured now; text in it is for queries of the log only."""
        return f"{self.before_time}{int(time.time() * 1000)}{self.after_time}{json.dumps(values)[1:]}\n"


def log_line(level: str, message: str, **fields: Any) -> str:
    """Return a log line; `level` is INFO or ERROR, `message` the name of the event, without blanks."""
    return json.dumps({"level": level, "message": message, **fields}) + "\n"


def write(*lines: str) -> None:
    """Write lines, together."""
    sys.stdout.write("".join(lines))


def write_exception(message: str, request_id: str) -> None:
    """Write the exception being handled, with its traceback, for the operator only."""
    import traceback  # noqa: PLC0415 - only when something is broken

    write(log_line("ERROR", message, request_id=request_id, traceback=traceback.format_exc()))
