"""The two measurements: a process's first response, and a warm call."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import time
from contextlib import closing
from typing import TYPE_CHECKING, Any, NamedTuple

from benchmarks.build import HERE, run
from benchmarks.calls import check
from benchmarks.errors import BenchmarkError
from benchmarks.runtime_api import RuntimeApi

if TYPE_CHECKING:
    from benchmarks.functions import Function

TIMEOUT_SECONDS = 60.0
WARM_CALLS = 300


class Cost(NamedTuple):
    """CPU (user and system, all threads) and wall time, in milliseconds."""

    cpu_ms: float
    wall_ms: float


def start(function: Function, api: RuntimeApi) -> subprocess.Popen[bytes]:
    """Start a function's process: Lambda's own runtime client, which gets events from the Runtime API."""
    return subprocess.Popen(
        [function.interpreter, "-m", "awslambdaric", function.handler],
        cwd=function.code,
        env={**function.environment, "AWS_LAMBDA_RUNTIME_API": api.address},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )


def cold_start(function: Function, event: dict[str, Any] | None = None) -> Cost:
    """Cost of a new process from exec to its first response, through Lambda's own runtime client.

    Parameters
    ----------
    function : Function
        The one that is started.
    event : dict, optional
        What it gets; by default its own smallest request.

    Raises
    ------
    BenchmarkError
        If it answers with an error, or wrongly, or not at all.
    """
    with closing(RuntimeApi(json.dumps(event or function.event).encode())) as api:
        started = time.perf_counter()
        process = start(function, api)
        try:
            answer = api.answers.get(timeout=TIMEOUT_SECONDS)
            # Once it requests another event, the process has nothing left to do for the first response.
            api.idle.wait(TIMEOUT_SECONDS)
        except queue.Empty:
            raise BenchmarkError(f"{function.name}: no response within {TIMEOUT_SECONDS:.0f} s") from None
        finally:
            process.kill()
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
    if not answer.path.endswith("/response"):
        raise BenchmarkError(f"{function.name}: {answer.body.decode()}")
    check(json.loads(answer.body), function.expected, function.name)
    return Cost((usage.ru_utime + usage.ru_stime) * 1000, (answer.received - started) * 1000)


def warm_call(function: Function, event: dict[str, Any] | None = None, calls: int = WARM_CALLS) -> Cost:
    """Median cost of a call to the handler in a process that has handled calls before.

    Parameters
    ----------
    function : Function
        The one that is called.
    event : dict, optional
        What it gets; by default its own smallest request.
    calls : int
        How many calls the median is of.

    Raises
    ------
    BenchmarkError
        If the process fails, or answers wrongly.
    """
    costs = warm_costs(function, event or function.event, calls)
    check(costs["answer"], function.expected, function.name)
    return Cost(costs["cpu_ms"], costs["wall_ms"])


def warm_costs(function: Function, event: dict[str, Any], calls: int) -> dict[str, Any]:
    """Call a handler so many times in a process of its own.

    Returns
    -------
    dict
        ``cpu_ms`` and ``wall_ms``, the medians of the calls, and ``answer``, the last response.

    Raises
    ------
    BenchmarkError
        If the process fails.
    """
    child = [function.interpreter, str(HERE / "warm_child.py"), function.handler, str(calls)]
    found = run(child, function.name, function.environment, json.dumps(event), function.code)
    costs: dict[str, Any] = json.loads(found)
    return costs
