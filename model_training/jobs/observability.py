"""What the jobs function says about itself: a JSON line for each job on stdout, which is log and metrics.

A metrics line has CloudWatch's embedded metric format,
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Mapping, Sequence
from typing import Any

JOB_FAILURES, JOB_SECONDS = "JobFailures", "JobSeconds"
METRICS = [{"Name": JOB_FAILURES, "Unit": "Count"}, {"Name": JOB_SECONDS, "Unit": "Seconds"}]
KIB = 1024


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

    def job(self, words: Sequence[str], seconds: float, failure: str | None = None) -> None:
        """Write a finished job's log line and metrics line.

        Parameters
        ----------
        words : sequence of str
            The command with its arguments; only the command is told, for an argument may name a learner.
        seconds : float
            How long it took.
        failure : str, optional
            Why it failed.
        """
        seconds = round(seconds, 3)
        line = {
            "level": "ERROR" if failure else "INFO",
            "message": "job",
            "command": words[0],
            "outcome": "failed" if failure else "done",
            "seconds": seconds,
            "peak_memory_mb": round(_peak_memory() / 1e6, 1),
        }
        values = {JOB_FAILURES: int(failure is not None), JOB_SECONDS: seconds}
        metrics = self._metrics(words[0], METRICS) | values
        _write(line | ({"reason": failure} if failure else {}), metrics)

    def measured(self, command: str, values: Mapping[str, float]) -> None:
        """Write what a command measured: numbers without a unit, by the metric's name."""
        if values:
            _write(self._metrics(command, [{"Name": name, "Unit": "None"} for name in values]) | dict(values))

    def _metrics(self, command: str, metrics: list[dict[str, str]]) -> dict[str, Any]:
        directive = {"Namespace": self._namespace, "Dimensions": [["Stage"]], "Metrics": metrics}
        return {
            "_aws": {"Timestamp": int(time.time() * 1000), "CloudWatchMetrics": [directive]},
            "Stage": self._stage,
            "Command": command,
        }


def _write(*lines: dict[str, Any]) -> None:
    # A command's own output may still be on its way, and Lambda freezes the process after the answer.
    sys.stdout.write("".join(f"{json.dumps(line)}\n" for line in lines))
    sys.stdout.flush()


def _peak_memory() -> int:
    """Return the most memory that the process ever had, in bytes: in a warm one, for other jobs too."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * KIB
