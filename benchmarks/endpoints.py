"""``python -m benchmarks.endpoints``: what large requests cost, beside the floor and scikit-learn.

Prints the figures with their targets, and keeps them in endpoints.json. The floor is the CPU time of a
constant handler's cold start, `benchmarks.measure.cold_start`; scikit-learn's is one `predict_proba` of a
fitted logistic regression for the rows of the request.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any, NamedTuple

from benchmarks import build, functions
from benchmarks.calls import Right, card, event
from benchmarks.command import Command
from benchmarks.errors import BenchmarkError
from benchmarks.measure import cold_start, warm_costs
from benchmarks.models import Model

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.functions import Function

RESULTS = build.HERE / "endpoints.json"
MODEL = build.LAMBDA_SOURCE / "inference" / "default_model" / "model.json"
ROUNDS, CALLS = 3, 5
NOW = "2026-11-20T09:00:00Z"


class Workload(NamedTuple):
    """A request, and the CPU time that it should stay under, where there is a target."""

    name: str
    path: str
    body: dict[str, Any]
    rows: int
    target_ms: float | None


def workloads() -> Iterator[Workload]:
    """Return the requests that are measured."""
    cards = [card(index) for index in range(10_000)]
    yield Workload("predict, 1 card", "/v1/predict", cards[0], 1, None)
    yield Workload("predict, 1,000 cards", "/v1/predict", {"cards": cards[:1000]}, 1000, 3)
    for when in ("days_ago", "at"):
        body = {"cards": list(histories(when)), "now": NOW}
        yield Workload(f"predict, 1,000 histories of 10 reviews ({when})", "/v1/predict", body, 1000, 60)
    timeless = [{"review_count": c["review_count"], "difficulty": c["difficulty"]} for c in cards[:1000]]
    yield Workload("schedule, 1,000 cards", "/v1/schedule", {"cards": timeless}, 1000, None)
    yield Workload("curve, 500 points", "/v1/curve", timeless[0] | {"points": 500}, 500, None)
    yield Workload("rank, 10,000 cards", "/v1/rank", {"cards": cards}, 10_000, 60)
    yield Workload("rank by loss, 10,000 cards", "/v1/rank", {"cards": cards, "by": "loss"}, 10_000, 60)


def histories(when: str) -> Iterator[dict[str, Any]]:
    """Return 1,000 histories of 10 reviews each, the same in every run."""
    source = random.Random(1)  # noqa: S311 - test data are no secrets
    for _ in range(1000):
        days = [100 - 10 * k + 8 * source.random() for k in range(10)]
        times = [{"days_ago": round(day, 4)} if when == "days_ago" else {"at": _at(day)} for day in days]
        yield {"reviews": [time | {"rating": source.choice((1, 2, 3, 3, 3, 4))} for time in times]}


def _at(days_ago: float) -> str:
    day, minute = int(days_ago), int(days_ago * 1440) % 1440
    return f"2026-{10 - day // 28:02d}-{1 + day % 28:02d}T{minute // 60:02d}:{minute % 60:02d}:00Z"


def main(_options: argparse.Namespace) -> int:
    """Run the benchmark; a target that is missed is said, and is no failure."""
    with tempfile.TemporaryDirectory() as scratch:
        results = measure(Path(scratch))
    RESULTS.write_text(json.dumps(results, indent=2, ensure_ascii=False) + "\n")
    print(f"{'median of the rounds':<56}{'CPU ms':>9}{'× floor':>9}{'× predict_proba':>17}  target")
    for row in results["endpoints"]:
        target = f"{row['target_ms']} ms" if row["target_ms"] else ""
        figures = f"{row['cpu_ms']:>9.3f}{row['of_floor']:>9.3f}{row['of_predict_proba']:>17.2f}"
        print(f"{row['endpoint']:<56}{figures}  {target}".rstrip())
    return 0


def measure(scratch: Path) -> dict[str, Any]:
    """Return the costs of all workloads; each round measures the three in turn."""
    interpreter = build.interpreter(scratch / "python")
    nobody = scratch / "nobody.pem"  # no S3 is asked, so nobody has to be trusted
    nobody.touch()
    platform = functions.Platform(interpreter, build.runtime(), "https://127.0.0.1", nobody, nobody)
    floor = functions.floor(platform)
    recall, _from_lake = functions.recall(platform, scratch, Model(MODEL.read_bytes(), Right(0.0)))
    rows = []
    for workload in workloads():
        ours, floors, theirs = [], [], []
        for _ in range(ROUNDS):
            ours.append(_warm(recall, workload))
            floors.append(cold_start(floor).cpu_ms)
            theirs.append(_predict_proba(workload.rows))
        rows.append(
            {
                "endpoint": workload.name,
                "cpu_ms": round(median(ours), 4),
                "of_floor": round(median(a / b for a, b in zip(ours, floors, strict=True)), 4),
                "of_predict_proba": round(median(a / b for a, b in zip(ours, theirs, strict=True)), 3),
                "target_ms": workload.target_ms,
            }
        )
    return {"calls_per_round": CALLS, "rounds": ROUNDS, "endpoints": rows}


def _warm(function: Function, workload: Workload) -> float:
    costs = warm_costs(function, event(workload.path, json.dumps(workload.body)), CALLS)
    if costs["answer"]["statusCode"] != 200:  # noqa: PLR2004 - a fast refusal is worth nothing
        raise BenchmarkError(f"{workload.name}: answers {costs['answer']}")
    return float(costs["cpu_ms"])


def _predict_proba(rows: int) -> float:
    child = str(build.HERE / "predict_proba_child.py")
    return float(build.run([sys.executable, child, str(rows), str(CALLS)], "scikit-learn doesn't predict"))


if __name__ == "__main__":
    sys.exit(Command("benchmarks.endpoints", __doc__).start(main))
