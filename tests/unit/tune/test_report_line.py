"""REPORT lines as Lambda writes them, of every kind of call."""

import pytest

from tools.tune.report_line import Report, read_report

WARM = (
    "START RequestId: 6f7f Version: 3\n"
    '{"message": "REPORT RequestId: of our own Duration: 1 ms"}\n'
    "END RequestId: 6f7f\n"
    "REPORT RequestId: 6f7f\tDuration: 3.60 ms\tBilled Duration: 4 ms\tMemory Size: 512 MB"
    "\tMax Memory Used: 48 MB\t\n"
)
COLD = (
    "REPORT RequestId: 6f7f\tDuration: 14.25 ms\tBilled Duration: 131 ms\tMemory Size: 128 MB"
    "\tMax Memory Used: 47 MB\tInit Duration: 115.91 ms\t\n"
    "XRAY TraceId: 1-691f\tSegmentId: 0f1e\tSampled: true\t\n"
)
RESTORED = (
    "REPORT RequestId: 6f7f\tDuration: 97.77 ms\tBilled Duration: 335 ms\tMemory Size: 1769 MB"
    "\tMax Memory Used: 117 MB\tRestore Duration: 542.98 ms\tBilled Restore Duration: 237 ms\t\n"
)
TIMED_OUT = (
    "2026-11-30T02:00:00.000Z 6f7f Task timed out after 3.00 seconds\n\n"
    "REPORT RequestId: 6f7f\tDuration: 3000.00 ms\tBilled Duration: 3000 ms\tMemory Size: 128 MB"
    "\tMax Memory Used: 128 MB\tStatus: timeout\t\n"
)


@pytest.mark.parametrize(
    ("log", "report"),
    [
        (WARM, Report(3.6, 4.0, None, 48, restored=False)),
        (COLD, Report(14.25, 131.0, 115.91, 47, restored=False)),
        (RESTORED, Report(97.77, 335.0, 542.98, 117, restored=True)),
        (TIMED_OUT, Report(3000.0, 3000.0, None, 128, restored=False)),
        (WARM + COLD, Report(14.25, 131.0, 115.91, 47, restored=False)),
    ],
    ids=["warm", "cold", "restored", "timed out", "several"],
)
def test_line_of_each_kind_of_call_is_read(log, report):
    assert read_report(log) == report


@pytest.mark.parametrize(
    "log",
    [
        "",
        "hello\n",
        "REPORT RequestId: 6f7f\tDuration: 3.60 ms\tBilled Dur",
        WARM.partition("REPORT RequestId: 6f")[0],
    ],
    ids=["empty", "none", "cut", "one of the function's own"],
)
def test_log_without_a_whole_line_has_no_report(log):
    assert read_report(log) is None
