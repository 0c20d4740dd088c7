"""The result: medians, ratios pair by pair, and whether each target is reached."""

from __future__ import annotations

import platform
from statistics import median
from typing import TYPE_CHECKING, Any, NamedTuple

from benchmarks.functions import (
    FLOOR,
    FLOOR_NEWER,
    RECALL_ESTIMATOR,
    RECALL_FILE,
    RECALL_LAKE,
    RECALL_ONNX,
    REFERENCE,
    TEXT,
)
from benchmarks.measure import WARM_CALLS, Cost

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    # Costs in the order of the rounds, by measurement and function.
    Samples = Mapping[tuple[str, str], Sequence[Cost]]

COLD = "cold start"
COLD_MORE = "cold start, more rounds"  # for a difference of a few hundredths
WARM_ONE = "warm call, 1 card"
WARM_MANY = "warm call, 1,000 cards"
WARM_TEXT, WARM_TEXTS = "warm call, 1 short text", "warm call, 32 short texts"


class Comparison(NamedTuple):
    """A ratio of two functions' costs, and the target that it should stay at or below, or reach."""

    measurement: str
    field: str
    numerator: str
    denominator: str
    at_most: float | None = None
    at_least: float | None = None

    def ratio(self, samples: Samples) -> float:
        """Median over the rounds of the ratio within a round: what slows a round slows both."""
        pairs = zip(
            samples[self.measurement, self.numerator],
            samples[self.measurement, self.denominator],
            strict=True,
        )
        ratios: list[float] = [
            getattr(over, self.field) / getattr(under, self.field) for over, under in pairs
        ]
        return median(ratios)

    def target(self) -> str:
        """Return the target as text."""
        if self.at_most is not None:
            return f"≤ {self.at_most:g}"
        return "–" if self.at_least is None else f"≥ {self.at_least:g}"

    def reached(self, ratio: float) -> bool | None:
        """Compare a ratio with the target, if there is one."""
        if self.at_most is not None:
            return ratio <= self.at_most
        return None if self.at_least is None else ratio >= self.at_least


COMPARISONS = (
    Comparison(COLD_MORE, "cpu_ms", RECALL_FILE, FLOOR, at_most=1.05),
    Comparison(COLD, "cpu_ms", RECALL_LAKE, FLOOR, at_most=3),
    Comparison(COLD, "cpu_ms", REFERENCE, RECALL_LAKE, at_least=25),
    Comparison(COLD, "wall_ms", REFERENCE, RECALL_LAKE),
    Comparison(COLD, "cpu_ms", REFERENCE, RECALL_ESTIMATOR, at_least=6),
    Comparison(COLD, "wall_ms", REFERENCE, RECALL_ESTIMATOR),
    Comparison(COLD, "cpu_ms", RECALL_ONNX, FLOOR_NEWER),
    Comparison(COLD, "cpu_ms", TEXT, FLOOR),
    Comparison(WARM_ONE, "wall_ms", REFERENCE, RECALL_FILE, at_least=50),
    Comparison(WARM_ONE, "cpu_ms", REFERENCE, RECALL_FILE),
    Comparison(WARM_ONE, "wall_ms", REFERENCE, RECALL_ESTIMATOR),
    Comparison(WARM_MANY, "wall_ms", REFERENCE, RECALL_FILE),
    Comparison(WARM_MANY, "cpu_ms", REFERENCE, RECALL_FILE),
)


def summarize(samples: Samples) -> dict[str, Any]:
    """Return medians and ratios as plain values, without anything of this machine but its speed."""
    ratios = []
    for comparison in COMPARISONS:
        if (comparison.measurement, comparison.numerator) not in samples:
            continue  # this machine has no Python for it
        ratio = round(comparison.ratio(samples), 2)  # more digits would be noise
        ratios.append(
            {
                "measurement": comparison.measurement,
                "of": comparison.field.removesuffix("_ms"),
                "numerator": comparison.numerator,
                "denominator": comparison.denominator,
                "ratio": ratio,
                "target": comparison.target(),
                "reached": comparison.reached(ratio),
            }
        )
    medians = [
        {
            "measurement": measurement,
            "function": function,
            "cpu_ms": round(median(cost.cpu_ms for cost in costs), 3),
            "wall_ms": round(median(cost.wall_ms for cost in costs), 3),
            "rounds": len(costs),
        }
        for (measurement, function), costs in samples.items()
    ]
    python = platform.python_version()
    return {"python": python, "warm_calls_per_round": WARM_CALLS, "medians": medians, "ratios": ratios}


def as_text(results: dict[str, Any]) -> str:
    """Lay the results out as two tables."""
    lines = [f"{'median of the rounds':<66}{'CPU ms':>10}{'wall ms':>10}"]
    for row in results["medians"]:
        label = f"{row['measurement']}: {row['function']}"
        lines.append(f"{label:<66}{row['cpu_ms']:>10.3f}{row['wall_ms']:>10.3f}")
    lines += ["", f"{'ratio, median over the rounds':<82}{'ratio':>8}  target"]
    for row in results["ratios"]:
        label = f"{row['measurement']}, {row['of']}: {row['numerator']} / {row['denominator']}"
        verdict = {True: "reached", False: "NOT REACHED", None: ""}[row["reached"]]
        lines.append(f"{label:<82}{row['ratio']:>8.2f}  {row['target']:<7} {verdict}".rstrip())
    return "\n".join(lines)
