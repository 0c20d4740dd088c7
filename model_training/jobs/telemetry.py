"""What the jobs function logs and measures of each job."""

from __future__ import annotations

import resource
import sys
from collections.abc import Mapping, Sequence

from http_kit.telemetry import Metrics, log_line, write

JOB_FAILURES = "JobFailures"
KIB = 1024


class JobLog:
    """Writes log and metrics lines.

    Parameters
    ----------
    namespace : str
        CloudWatch's namespace of the metrics.
    stage : str
        Value of ``Stage``, their only dimension.
    """

    def __init__(self, namespace: str, stage: str) -> None:
        self._namespace = namespace
        self._stage = stage

    def finished(self, words: Sequence[str], seconds: float, failure: str | None = None) -> None:
        """Write a finished job's log line, and count whether it failed.

        Parameters
        ----------
        words : sequence of str
            The command with its arguments; only the command is written, for an argument may name a learner.
        seconds : float
            The job's duration, in seconds.
        failure : str, optional
            Why the job failed, in one line.
        """
        line = log_line(
            "ERROR" if failure else "INFO",
            "job",
            command=words[0],
            outcome="failed" if failure else "done",
            seconds=round(seconds, 3),
            peak_memory_mb=round(_peak_memory() / 1e6, 1),
            **({"reason": failure} if failure else {}),
        )
        self._write(line, words[0], {JOB_FAILURES: "Count"}, {JOB_FAILURES: int(failure is not None)})

    def measured(self, command: str, values: Mapping[str, float]) -> None:
        """Write what a command measured: numbers without a unit, by the metric's name."""
        if values:
            self._write("", command, dict.fromkeys(values, "None"), values)

    def _write(self, log: str, command: str, units: dict[str, str], values: Mapping[str, float]) -> None:
        metrics = Metrics(self._namespace, self._stage, units)
        write(log, metrics.line({**values, "Command": command}))
        # The command's own output may be buffered still, and Lambda freezes the process after the response.
        sys.stdout.flush()


def _peak_memory() -> int:
    """Return the most memory that the process ever had, in bytes; a warm one had earlier jobs, too."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * KIB
