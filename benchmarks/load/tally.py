"""What is kept of the answers, and the figures that come of it."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from statistics import median, quantiles
from typing import TYPE_CHECKING, Any

from benchmarks.load.oracle import TOO_MANY

if TYPE_CHECKING:
    from collections.abc import Sequence

SHOWN = 5  # of the problems


class Tally:
    """Listens to locust's requests: times, statuses and problems, by the requests' names.

    Locust itself rounds times to whole milliseconds, which is longer than most calls take.
    """

    def __init__(self) -> None:
        self.times: dict[str, list[float]] = defaultdict(list)
        self.statuses: dict[str, Counter[int]] = defaultdict(Counter)
        self.problems: list[str] = []
        self.last = 0.0  # when the last answer came (`time.perf_counter`)

    def on_request(
        self,
        name: str,
        response_time: float,
        context: dict[str, Any],
        exception: Exception | None = None,
        **_rest: object,
    ) -> None:
        """Take an answer: `response_time` in ms, its status in the context, what is wrong as exception."""
        self.last = time.perf_counter()
        status = context["status"]
        self.statuses[name][status] += 1
        if exception is not None:
            self.problems.append(str(exception))
        if status != TOO_MANY:
            self.times[name].append(response_time)

    def figures(self, name: str) -> dict[str, float]:
        """Return percentiles of the times, in ms, of the responses that were not refused."""
        return percentiles(self.times[name])

    def failures(self) -> dict[str, Any]:
        """Return how many responses were wrong or errors, and the first of them."""
        return {"wrong": len(self.problems), "first_wrong": self.problems[:SHOWN]}


def percentiles(times: Sequence[float]) -> dict[str, float]:
    """Return p50, p95 and p99, rounded; at least two times are needed."""
    hundredths = quantiles(times, n=100, method="inclusive")
    return {f"p{q}_ms": round(hundredths[q - 1], 3) for q in (50, 95, 99)}


def ratio(ours: Sequence[Sequence[float]], floors: Sequence[Sequence[float]]) -> float:
    """Return the median, over rounds, of the ratio of the medians within a round."""
    return round(median(median(a) / median(b) for a, b in zip(ours, floors, strict=True)), 3)
