"""The REPORT line that ends each invocation's log: what Lambda measured, and what it charges.

https://docs.aws.amazon.com/lambda/latest/dg/python-logging.html, and with SnapStart
https://docs.aws.amazon.com/lambda/latest/dg/snapstart-monitoring.html
"""

import re
from typing import NamedTuple

REPORT = re.compile(r"^REPORT RequestId: .*$", re.MULTILINE)
FIELD = re.compile(
    r"(Billed Restore Duration|Restore Duration|Billed Duration|Init Duration|Duration|Max Memory Used)"
    r": ([0-9.]+) (?:ms|MB)\b"
)


class Report(NamedTuple):
    """What a REPORT line says.

    Attributes
    ----------
    duration_ms : float
        How long the handler took.
    billed_ms : float
        What is charged: the handler, and what it took to start it.
    start_ms : float or None
        How long a cold start took before the handler: the initialisation, or with SnapStart the restoring.
        None where the environment was warm.
    max_memory_mb : int
        The most memory that the environment has used so far.
    restored : bool
        Whether it was started from a snapshot.
    """

    duration_ms: float
    billed_ms: float
    start_ms: float | None
    max_memory_mb: int
    restored: bool


def read_report(log: str) -> Report | None:
    """Return what the last REPORT line of a log says; None where there is none, or not a whole one."""
    lines = REPORT.findall(log)
    fields = dict(FIELD.findall(lines[-1])) if lines else {}
    restored = "Restore Duration" in fields
    start = fields.get("Restore Duration" if restored else "Init Duration")
    try:
        return Report(
            duration_ms=float(fields["Duration"]),
            billed_ms=float(fields["Billed Duration"]),
            start_ms=None if start is None else float(start),
            max_memory_mb=int(fields["Max Memory Used"]),
            restored=restored,
        )
    except KeyError:
        return None
