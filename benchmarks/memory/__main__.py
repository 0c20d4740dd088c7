"""``python -m benchmarks.memory``: what the memory's calls cost, beside a prediction for one card.

CPU time is that of the function's process, with TLS to DynamoDB, which the local cloud plays in a process of
its own. Figures go to memory.json. With ``--reviews FILE`` a review log is replayed through the API instead:
its predictions must be those of the model and the learner's state as `evaluate` has them.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from contextlib import closing, redirect_stdout
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from benchmarks import build, functions
from benchmarks.bucket import authorities, lead_names_here, make_certificate
from benchmarks.calls import Right, card, predict_event
from benchmarks.command import Command
from benchmarks.errors import BenchmarkError
from benchmarks.functions import Function, Platform
from benchmarks.measure import Cost, cold_start
from benchmarks.memory.decks import Event, decks, due, prepare, study
from benchmarks.memory.replay import replay
from benchmarks.memory.store import Store, local_dynamodb
from memory.handler import make_service
from recall.artifact import decode
from tests.functional.dynamodb import Tables, memory_environment

RESULTS = build.HERE / "memory.json"
MODEL = build.LAMBDA_SOURCE / "inference" / "default_model" / "model.json"
CHILD = build.HERE / "memory" / "child.py"
MEMORY, PREDICTOR = "memory.handler.handler", functions.SERVICE
ROUNDS, COLD_ROUNDS = 3, 11
SMALL, LARGE = 1_000, 20_000  # cards
PREDICT = "predict, 1 card"


class Workload(NamedTuple):
    """Requests of one kind, the handler that gets them, and the CPU time that one should stay under."""

    name: str
    handler: str
    events: list[Event]
    target_ms: float | None


def main(options: argparse.Namespace) -> int:
    """Run the benchmark; a target that is missed is said, and is no failure."""
    with tempfile.TemporaryDirectory() as scratch, local_dynamodb(Path(scratch) / "cloud") as url:
        if options.reviews:
            print(replay(options.reviews, url, MODEL))
            return 0
        results = _measure(Path(scratch), url)
    RESULTS.write_text(json.dumps(results, indent=2) + "\n")
    print(f"{'median of the rounds':<34}{'CPU ms':>9}{'× predict':>11}{'peak MiB':>10}  target")
    for row in results["calls"]:
        target = f"{row['target_ms']:g} ms" if row["target_ms"] else ""
        figures = f"{row['cpu_ms']:>9.2f}{row['of_predict']:>11.1f}{row['peak_mib']:>10.1f}"
        print(f"{row['call']:<34}{figures}  {target}".rstrip())
    for row in results["cold_starts"]:
        print(f"cold start, {row['function']:<22}{row['cpu_ms']:>9.1f}{row['of_predictor']:>11.2f}")
    return 0


def workloads(turn: int) -> list[Workload]:
    """Return what is measured in one round; each round's reviews are other ones."""
    cards = range(SMALL)
    one = [study("small", cards[n : n + 1], 100 * turn) for n in range(200)]
    many = [study("small", cards[100 * (n % 10) :][:100], 100 * turn + 1 + n) for n in range(20)]
    return [
        Workload(PREDICT, PREDICTOR, [predict_event(1)] * 300, None),
        Workload("1 review", MEMORY, one, 6.0),
        Workload("100 reviews of 100 cards", MEMORY, many, 60.0),
        Workload(f"due of {SMALL:,} cards", MEMORY, [due("small")] * 20, None),
        Workload(f"due of {LARGE:,} cards", MEMORY, [due("large")] * 5, 300.0),
    ]


def _measure(scratch: Path, url: str) -> dict[str, Any]:
    table = Tables(url).create()
    expected = _fill(table, url)
    interpreter, runtime = build.interpreter(scratch / "python"), build.runtime()
    lead_names_here(interpreter)
    certificate, key = make_certificate(scratch)
    trusted = authorities(scratch, runtime, certificate)
    platform = Platform(interpreter, runtime, "https://127.0.0.1", trusted, certificate)
    code = functions.service_code(platform, scratch)
    with closing(Store(urlsplit(url).netloc, certificate, key)) as store:
        environment = platform.environment(code) | _environment(table, store.url)
        memory = Function("memory", interpreter, MEMORY, code, environment, Right(expected))
        predictor = memory._replace(name="predictor", handler=PREDICTOR, expected=Right(_predicted()))
        cold = _cold_starts(predictor, memory, functions.floor(platform))
        return {"rounds": ROUNDS, "calls": _calls(memory), "cold_starts": cold}


def _environment(table: str, url: str) -> dict[str, str]:
    return memory_environment(table, url, MODEL_FILE=str(MODEL))


def _fill(table: str, url: str) -> float:
    """Prepare the learners; return the prediction that the cold starts must give."""
    service = make_service(_environment(table, url))
    print("importing cards ...", flush=True)
    # "warm" is answered here and now, the others of its kind by a cold function each: all have the same past.
    names = ["warm", *(f"cold {number}" for number in range(COLD_ROUNDS + 1))]
    with Path(os.devnull).open("w") as nowhere, redirect_stdout(nowhere):
        prepare(service, [*decks("small", SMALL), *decks("large", LARGE)])
        prepare(service, [study(name, range(1), 0, days_ago=3.0) for name in names])
        answer = service.respond(study("warm", range(1), 1))
    probability: float = json.loads(answer["body"])["results"][0]["recall_probability"]
    return probability


def _predicted() -> float:
    days, review_count, difficulty = card(0).values()
    return decode(MODEL.read_bytes()).three_inputs.recall_probability(days, review_count, difficulty)


def _calls(memory: Function) -> list[dict[str, Any]]:
    costs: dict[str, list[float]] = {}
    peaks: dict[str, list[float]] = {}
    for turn in range(1, ROUNDS + 1):
        print(f"calls, round {turn} of {ROUNDS} ...", flush=True)
        for workload in workloads(turn):
            cpu_ms, peak_mib = _called(memory, workload)
            costs.setdefault(workload.name, []).append(cpu_ms)
            peaks.setdefault(workload.name, []).append(peak_mib)
    return [
        {
            "call": workload.name,
            "cpu_ms": round(median(costs[workload.name]), 3),
            "of_predict": round(
                median(a / b for a, b in zip(costs[workload.name], costs[PREDICT], strict=True)), 1
            ),
            "peak_mib": round(median(peaks[workload.name]), 1),
            "target_ms": workload.target_ms,
        }
        for workload in workloads(0)
    ]


def _called(memory: Function, workload: Workload) -> tuple[float, float]:
    """Return the median CPU time of a workload's calls but the first ones, and the process's peak memory."""
    command = [memory.interpreter, str(CHILD), workload.handler]
    found = build.run(command, workload.name, memory.environment, json.dumps(workload.events), memory.code)
    costs: dict[str, Any] = json.loads(found)
    if set(costs["statuses"]) != {200}:
        raise BenchmarkError(f"{workload.name}: answers {costs['answer']}")
    warm = costs["cpu_ms"][max(1, len(workload.events) // 10) :]
    return median(warm), costs["peak_mib"]


def _cold_starts(predictor: Function, memory: Function, floor: Function) -> list[dict[str, Any]]:
    samples: dict[str, list[Cost]] = {}
    for turn in range(COLD_ROUNDS + 1):
        print(f"cold starts, round {turn} of {COLD_ROUNDS} ...", flush=True)
        for function in (predictor, memory, floor):
            sent = study(f"cold {turn}", range(1), 1) if function is memory else predict_event(1)
            cost = cold_start(function, sent)
            if turn:  # round 0 fills the page cache
                samples.setdefault(function.name, []).append(cost)
    return [
        {
            "function": name,
            "cpu_ms": round(median(cost.cpu_ms for cost in costs), 1),
            "wall_ms": round(median(cost.wall_ms for cost in costs), 1),
            "of_predictor": round(
                median(a.cpu_ms / b.cpu_ms for a, b in zip(costs, samples[predictor.name], strict=True)), 2
            ),
        }
        for name, costs in samples.items()
    ]


def _parser() -> Command:
    parser = Command("benchmarks.memory", __doc__)
    parser.add_argument("--reviews", type=Path, metavar="FILE", help="replay this review log instead")
    return parser


if __name__ == "__main__":
    sys.exit(_parser().start(main))
