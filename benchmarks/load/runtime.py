"""The deployed function's code under Lambda's own runtime client: rate, times, answers and memory.

One execution environment handles one call after the other, as in Lambda, so one locust user calls without a
pause. The workloads and the floor take turns in rounds of 100 calls: what the machine does meanwhile is in
all of them, and memory is seen under the same load from beginning to end.
"""

from __future__ import annotations

import time
from itertools import cycle, islice
from typing import TYPE_CHECKING, Any

from locust import User, constant, task
from locust.exception import StopUser

from benchmarks.functions import FLOOR
from benchmarks.load.drive import drive
from benchmarks.load.environment import ExecutionEnvironment
from benchmarks.load.memory import PER_CALLS, TOLERANCE_BYTES, Sample, growth
from benchmarks.load.tally import Tally, ratio
from benchmarks.load.workloads import MANY, MIX, ONE, Request, workloads

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.functions import Function
    from benchmarks.load.oracle import Oracle

# Calls of each in a round; those of the floor don't count among the 100.
ROUND = {ONE: 30, MANY: 30, MIX: 40, FLOOR: 10}
CALLS_PER_ROUND = 100
WARM_UP_SHARE = 10  # one in so many rounds comes before memory is looked at


def measure(floor: Function, recall: Function, oracle: Oracle, calls: int) -> dict[str, Any]:
    """Return rate, times and memory of a function over so many calls, beside the floor's.

    Raises
    ------
    BenchmarkError
        If a function fails, or answers another request than it was asked.
    """
    run = _Run(oracle, max(2, calls // CALLS_PER_ROUND))
    with ExecutionEnvironment(floor) as small, ExecutionEnvironment(recall) as service:
        run.drive(small, service)
    return run.results()


class _Run:
    """The calls in their order, and what came of them."""

    def __init__(self, oracle: Oracle, rounds: int) -> None:
        self._oracle = oracle
        self._rounds = rounds
        self._tally = Tally()
        self._busy = dict.fromkeys(ROUND, 0.0)
        self._samples: list[Sample] = []

    def drive(self, floor: ExecutionEnvironment, service: ExecutionEnvironment) -> None:
        """Let locust make the calls."""
        calls, run = self._calls(service), self

        class Caller(User):
            """The one caller of an execution environment."""

            wait_time = constant(0)

            @task
            def call(self) -> None:
                """Make the next call; after the last one, end."""
                following = next(calls, None)
                if following is None:
                    raise StopUser
                run.call(self, floor if following[0] == FLOOR else service, *following)

        drive(Caller, self._tally)

    def _calls(self, service: ExecutionEnvironment) -> Iterator[tuple[str, Request]]:
        """Yield name and request of each call, and look at the memory after each round."""
        requests = {name: cycle(found) for name, found in workloads().items()}
        requests[FLOOR] = requests[ONE]
        for number in range(self._rounds):
            for name, count in ROUND.items():
                for request in islice(requests[name], count):
                    yield name, request
            if number >= self._rounds // WARM_UP_SHARE:
                self._samples.append(Sample((number + 1) * CALLS_PER_ROUND, service.resident_bytes))
            if (number + 1) * CALLS_PER_ROUND % PER_CALLS == 0:
                print(f"{(number + 1) * CALLS_PER_ROUND} calls ...", flush=True)

    def call(self, user: User, callee: ExecutionEnvironment, name: str, request: Request) -> None:
        """Make a call, and tell locust how it went."""
        began = time.perf_counter()
        answer, milliseconds = callee.invoke(request)
        self._busy[name] += time.perf_counter() - began
        body = answer["body"].encode()
        problem = None if name == FLOOR else self._oracle.problem(request, answer["statusCode"], body)
        user.environment.events.request.fire(
            request_type="INVOKE",
            name=name,
            response_time=milliseconds,
            response_length=len(body),
            exception=AssertionError(problem) if problem else None,
            context={"status": answer["statusCode"]},
        )

    def results(self) -> dict[str, Any]:
        """Return the figures."""
        found = growth(self._samples)
        memory = {
            **found._asdict(),
            "per_calls": PER_CALLS,
            "tolerance_bytes": TOLERANCE_BYTES,
            "warm_up_calls": self._samples[0].calls,
            "grown": found.grown,
        }
        rows = [self._row(name) for name in ROUND]
        return {
            "calls": self._rounds * CALLS_PER_ROUND,
            **self._tally.failures(),
            "rows": rows,
            "memory": memory,
        }

    def _row(self, name: str) -> dict[str, Any]:
        times = self._tally.times[name]
        count, floors = ROUND[name], self._tally.times[FLOOR]
        return {
            "workload": name,
            "calls": sum(self._tally.statuses[name].values()),
            "per_second": round(len(times) / self._busy[name], 1),
            **self._tally.figures(name),
            "of_floor": ratio(_rounds_of(times, count), _rounds_of(floors, ROUND[FLOOR])),
        }


def _rounds_of(times: list[float], count: int) -> list[list[float]]:
    return [times[start : start + count] for start in range(0, len(times), count)]
