"""When requests come: at random at a rate, in the course of a day, or as they once came."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.errors import BenchmarkError

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

HOUR = 3600.0
# Share of the mean in each hour of a day: learners before work and, more, in the evening. An assumption.
DAY = np.array(
    [0.3, 0.2, 0.1, 0.1, 0.2, 0.4, 0.9, 1.5, 1.6, 1.2, 1.0, 0.9,
     1.1, 1.1, 0.9, 0.9, 1.0, 1.2, 1.5, 1.8, 2.1, 1.9, 1.3, 0.8]
)  # fmt: skip
DAY = DAY / DAY.mean()
MOST = 20_000_000


def poisson(rate: float, seconds: float, random: np.random.Generator) -> NDArray[np.float64]:
    """Return the seconds at which requests come that know nothing of each other, in order.

    Raises
    ------
    BenchmarkError
        If they would be more than 20 million.
    """
    _check(rate * seconds)
    # Given their number, a Poisson process's times are uniform.
    return np.sort(random.random(random.poisson(rate * seconds)) * seconds)


def daily(mean_rate: float, random: np.random.Generator) -> NDArray[np.float64]:
    """Return the seconds at which requests come through a day of that mean rate.

    Raises
    ------
    BenchmarkError
        If they would be more than 20 million.
    """
    _check(mean_rate * HOUR * DAY.size)
    hours = [hour * HOUR + poisson(mean_rate * share, HOUR, random) for hour, share in enumerate(DAY)]
    return np.concatenate(hours)


def _check(expected: float) -> None:
    if expected > MOST:
        raise BenchmarkError(f"{expected:,.0f} requests are too many to simulate; ask for {MOST:,} at most")


def read_trace(path: Path) -> NDArray[np.float64]:
    """Return the seconds since the first request of a CSV, whose first column is their time.

    A time is a number of seconds or ISO 8601; without a zone it is UTC. A first line without one is a head.

    Raises
    ------
    BenchmarkError
        Naming file and line, if there is no time.
    """
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = [(number, row[0].strip()) for number, row in enumerate(csv.reader(file), 1) if row]
    except (OSError, ValueError, csv.Error) as error:
        raise BenchmarkError(f"{path}: can't be read ({error})") from error
    if rows and _seconds(rows[0][1]) is None:
        rows = rows[1:]
    times = [_seconds(text) for _number, text in rows]
    for (number, text), time in zip(rows, times, strict=True):
        if time is None:
            raise BenchmarkError(f"{path}: line {number}: {text!r} is neither seconds nor an ISO 8601 time")
    if not times:
        raise BenchmarkError(f"{path}: has no times; give one request's time a line, in the first column")
    ordered = np.sort(np.array(times, dtype=np.float64))
    times_since: NDArray[np.float64] = ordered - ordered[0]
    return times_since


def _seconds(text: str) -> float | None:
    try:
        seconds = float(text)
    except ValueError:
        try:
            time = datetime.fromisoformat(text)
        except ValueError:
            return None
        return (time if time.tzinfo else time.replace(tzinfo=UTC)).timestamp()
    return seconds if np.isfinite(seconds) else None
