"""The deployed stage under load over HTTP: below its throttle, above one, and after the wait that it demands.

The throttle that is crossed is that of a key of its own, lower than the stage's: a machine that is busy with
asking more often than the stage admits answers late.
"""

from __future__ import annotations

import time
from itertools import chain, cycle, islice
from typing import TYPE_CHECKING, Any, NamedTuple

from locust import FastHttpUser, constant_throughput, task
from locust.exception import StopUser

from benchmarks.load.deployed import SLOW
from benchmarks.load.drive import LAST_ANSWER_SECONDS, drive
from benchmarks.load.oracle import OK, TOO_MANY, refusal_problem
from benchmarks.load.tally import Tally
from benchmarks.load.workloads import workloads

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from benchmarks.load.deployed import Deployed
    from benchmarks.load.oracle import Oracle
    from benchmarks.load.workloads import Request

    Judge = Callable[[Request, int, Mapping[str, str], bytes], str | None]

USERS = 8  # the local cloud has ten execution environments
BELOW_SHARE, ABOVE_TIMES = 0.8, 4  # of the throttle's rate
WARM_UP_REQUESTS = 5 * USERS
FOLLOW_SECONDS = 1.0  # for what an environment does behind the warm-up's calls


class Phase(NamedTuple):
    """All users together ask so often, until so many seconds or requests are over."""

    name: str
    key: str
    per_second: float
    seconds: float
    requests: int


def measure(deployed: Deployed, oracle: Oracle, seconds: float) -> dict[str, Any]:
    """Return what a stage answers below its throttle and above that of a slower key, so many seconds each.

    After that every user waits as long as the refusals say, and calls once more. Before it, the
    environments start, or follow the lake: one that was idle may answer once more with the model that it had.
    """
    throttle, endpoint, key = deployed.throttle, deployed.endpoint, deployed.api_key
    below, above = BELOW_SHARE * throttle.rate, ABOVE_TIMES * SLOW.rate
    waits: set[int] = set()

    def judge(request: Request, status: int, headers: Mapping[str, str], body: bytes) -> str | None:
        if status != TOO_MANY:
            return oracle.problem(request, status, body)
        problem = refusal_problem(headers, body)
        if problem is None:
            waits.add(int(headers["retry-after"]))
        return problem

    _ask(endpoint, Phase("warm-up", key, below, LAST_ANSWER_SECONDS, WARM_UP_REQUESTS), _is_answer)
    time.sleep(FOLLOW_SECONDS)
    rows = [_ask(endpoint, _lasting("below the throttle", key, below, seconds), judge)]
    with deployed.slow_key() as slow:
        rows.append(_ask(endpoint, _lasting("above the throttle", slow, above, seconds), judge))
        time.sleep(max(waits, default=0))
        rows.append(
            _ask(endpoint, Phase("after Retry-After", slow, USERS, LAST_ANSWER_SECONDS, USERS), judge)
        )
    return {
        "users": USERS,
        "throttle": throttle._asdict(),
        "slow_throttle": SLOW._asdict(),
        "retry_after_s": sorted(waits),
        "rows": rows,
    }


def _lasting(name: str, key: str, per_second: float, seconds: float) -> Phase:
    return Phase(name, key, per_second, seconds, round(per_second * seconds))


def _is_answer(_request: Request, status: int, _headers: Mapping[str, str], body: bytes) -> str | None:
    return None if status == OK else f"warm-up: status {status}, {body!r}"


def _ask(endpoint: str, phase: Phase, judge: Judge) -> dict[str, Any]:
    """Let locust ask; return the figures."""
    tally = Tally()
    began = time.perf_counter()
    drive(_user(phase, judge), tally, users=USERS, host=endpoint, seconds=phase.seconds)
    statuses = tally.statuses[phase.name]
    return {
        "phase": phase.name,
        "asked_per_second": phase.per_second,
        "answered_per_second": round((statuses.total() - statuses[TOO_MANY]) / (tally.last - began), 1),
        "statuses": {str(status): count for status, count in sorted(statuses.items()) if count},
        **tally.figures(phase.name),
        **tally.failures(),
    }


def _user(phase: Phase, judge: Judge) -> type[FastHttpUser]:
    requests = islice(cycle(chain.from_iterable(workloads().values())), phase.requests)
    headers = {"Content-Type": "application/json", "Accept": "*/*", "x-api-key": phase.key}

    class Caller(FastHttpUser):
        """One of the users."""

        wait_time = constant_throughput(phase.per_second / USERS)

        @task
        def ask(self) -> None:
            """Send the next request; after the last one, end."""
            request = next(requests, None)
            if request is None:
                raise StopUser
            with self.client.request(
                request.method,
                request.path,
                name=phase.name,
                data=request.body,
                headers=headers,
                catch_response=True,
            ) as response:
                status = response.status_code
                response.request_meta["context"]["status"] = status
                problem = judge(request, status, _lower(response.headers), response.content or b"")
                if problem is None:
                    response.success()
                else:
                    response.failure(problem)

    return Caller


def _lower(headers: Mapping[str, str] | None) -> dict[str, str]:
    # Where no answer came, there are none.
    return {name.lower(): value for name, value in (headers or {}).items()}
