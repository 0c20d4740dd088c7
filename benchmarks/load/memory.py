"""Whether a process's memory grows from call to call."""

from __future__ import annotations

import subprocess
from pathlib import Path
from resource import getpagesize
from statistics import linear_regression
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

PER_CALLS = 10_000
# Ten bytes a call. Keeping anything at all from every call takes more: the smallest object of Python, 24
# bytes, and the reference to it, 8.
TOLERANCE_BYTES = 100 * 1024
# What Python's allocator may still take while it settles: only a short run notices.
SETTLING_BYTES = 512 * 1024


class Sample(NamedTuple):
    """The resident memory after so many calls."""

    calls: int
    resident_bytes: int


class Growth(NamedTuple):
    """Resident memory at the first and the last sample, and how it rises over all of them."""

    start_bytes: int
    end_bytes: int
    slope_bytes: float  # for each PER_CALLS calls

    @property
    def grown(self) -> bool:
        """Tell whether it rises by more than what isn't a leak."""
        risen = self.end_bytes - self.start_bytes
        return self.slope_bytes > TOLERANCE_BYTES and risen > SETTLING_BYTES


def growth(samples: Sequence[Sample]) -> Growth:
    """Return the growth: the slope is that of the least squares, so one sample counts for little.

    Raises
    ------
    StatisticsError
        If there are fewer than two samples.
    """
    calls, resident = zip(*samples, strict=True)
    slope = linear_regression(calls, resident).slope * PER_CALLS
    return Growth(resident[0], resident[-1], slope)


def resident_bytes(pid: int) -> int:
    """Return the resident memory (RSS) of a running process."""
    statm = Path(f"/proc/{pid}/statm")
    if statm.exists():
        return int(statm.read_text().split()[1]) * getpagesize()
    ps = subprocess.run(["ps", "-o", "rss=", "-p", str(pid)], capture_output=True, text=True, check=True)
    return int(ps.stdout) * 1024
