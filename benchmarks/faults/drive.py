"""One fault from its beginning to the recovery, seen by a warm and by a cold function."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from benchmarks.build import LAMBDA_SOURCE
from benchmarks.calls import card
from benchmarks.errors import BenchmarkError
from benchmarks.faults.cases import FINE, publish
from tests.functional.s3_server import S3Server

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.faults.cases import Fault

PAUSE_SECONDS = 0.05
SLACK_SECONDS = 5.0  # for a busy machine, before a fault that never ends is given up
OK = 200
AT_ONCE = 6


class Timings(NamedTuple):
    """Seconds: the stage's setting `refresh_s`, the function's constants, and how long DNS hangs."""

    refresh_s: float
    timeout_s: float
    answer_s: float
    retry_s: int
    wait_s: float
    dns_s: float

    @property
    def longest_s(self) -> float:
        """How long a refresh, or a retry, takes at most: two objects in two attempts each."""
        return self.refresh_s + self.retry_s + 4 * self.answer_s + 2 * self.dns_s + SLACK_SECONDS


class Environment:
    """A function in a process of its own; what is remarkable of its calls is kept."""

    def __init__(self, lake: S3Server, timings: Timings) -> None:
        script = str(Path(__file__).with_name("environment.py"))
        self._process = subprocess.Popen(
            [sys.executable, "-S", script, json.dumps(timings._asdict())],
            env=_variables(lake.url, timings),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._has_served = False
        self.slowest = 0.0
        self.failed_loads: list[str] = []
        self.written: list[str] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._process.kill()
        self._process.communicate()

    def begin(self, local: str | None) -> None:
        """Break the environment itself, or mend it with None."""
        self._send(local)

    def call(self, method: str, path: str, body: object = None) -> tuple[int, dict[str, str], Any]:
        """Return status, headers and body of an answer."""
        event = {"httpMethod": method, "path": path, "headers": {"Content-Type": "application/json"}}
        self._send(event | {"body": None if body is None else json.dumps(body)})
        assert self._process.stdout is not None  # noqa: S101 - a pipe was asked for
        line = self._process.stdout.readline()
        if not line:
            raise BenchmarkError("the function's process has ended")
        reported = json.loads(line)
        self.slowest = max(self.slowest, reported["seconds"])
        self.failed_loads += reported["failed_loads"]
        self.written = reported["written"]
        return (
            reported["answer"]["statusCode"],
            reported["answer"]["headers"],
            json.loads(reported["answer"]["body"]),
        )

    def predict(self) -> tuple[int, dict[str, str], Any]:
        """Ask for one card.

        Raises
        ------
        BenchmarkError
            If a function that has answered one before doesn't answer this one.
        """
        answer = self.call("POST", "/v1/predict", card(0))
        if self._has_served and answer[0] != OK:
            raise BenchmarkError(f"a warm function answers {answer}")
        self._has_served = answer[0] == OK
        return answer

    def health(self) -> dict[str, Any]:
        """Ask how it is; without a model, that is the error."""
        return dict(self.call("GET", "/v1/health")[2])

    def _send(self, asked: object) -> None:
        assert self._process.stdin is not None  # noqa: S101 - a pipe was asked for
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()


def _variables(url: str, timings: Timings) -> dict[str, str]:
    return {
        "PATH": os.defpath,
        "PYTHONPATH": str(LAMBDA_SOURCE),
        "PYTHONDONTWRITEBYTECODE": "1",  # as where /var/task is read-only
        "AWS_ENDPOINT_URL_S3": url,
        "AWS_REGION": "eu-central-1",
        "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "MODEL_BUCKET": "lake",
        "MODEL_REFRESH_SECONDS": str(timings.refresh_s),
        "METRICS_NAMESPACE": "Recall",
        "STAGE": "bench",
    }


def measure_all(faults: Sequence[Fault], timings: Timings) -> list[dict[str, Any]]:
    """Return the rows of the table, in order; most of it is waiting, so several are measured at once."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(lambda fault: measure(fault, timings), faults))


def measure(fault: Fault, timings: Timings) -> dict[str, Any]:
    """Return a row of the table.

    Raises
    ------
    BenchmarkError
        If a warm function ever answers anything but 200, or either never recovers.
    """
    with S3Server() as lake, Environment(lake, timings) as warm, Environment(lake, timings) as cold:
        publish(lake, "1")
        warm.predict()
        warm.slowest = 0.0  # that one was cold
        publish(lake, "2")
        fault.begin(lake)
        for environment in (warm, cold):
            environment.begin(fault.local)
        degraded = fault.reason is not FINE
        served = "1" if degraded else "2"
        _until(warm, {"model_version": served, "degraded": degraded}, timings, fault.name)
        row = {"fault": fault.name, "warm": _seen(warm), "cold": _seen(cold)}
        return row | {"recovery_s": _recovery(lake, (warm, cold), timings, fault.name)} | _kept(warm, cold)


def _seen(environment: Environment) -> dict[str, Any]:
    """Return what a function says now, of a prediction first."""
    status, headers, body = environment.predict()
    health = environment.health() if status == OK else {}
    state = {name: health.get(name) for name in ("degraded", "reason", "since")}
    version = body.get("model_version")
    return {
        "status": status,
        "retry_after": headers.get("Retry-After"),
        "model_version": version,
        **state,
    }


def _recovery(
    lake: S3Server, environments: tuple[Environment, Environment], timings: Timings, name: str
) -> dict[str, float]:
    """End the fault, publish version 3, and return the seconds until each serves that."""
    lake.fault, lake.clock_ahead = None, 0.0
    publish(lake, "3")
    for environment in environments:
        environment.begin(None)
    well = {"model_version": "3", "degraded": False}
    with ThreadPoolExecutor(2) as pool:
        waiting = [pool.submit(_until, environment, well, timings, name) for environment in environments]
        warm, cold = (each.result() for each in waiting)
    return {"warm": warm, "cold": cold}


def _until(environment: Environment, expected: dict[str, Any], timings: Timings, name: str) -> float:
    """Predict until the health is as expected, and return the seconds."""
    started = time.monotonic()
    while time.monotonic() - started < timings.longest_s:
        environment.predict()
        health = environment.health()
        if expected.items() <= health.items():
            return round(time.monotonic() - started, 2)
        time.sleep(PAUSE_SECONDS)
    raise BenchmarkError(f"{name}: not {expected} within {timings.longest_s:g} s, but {health}")


def _kept(warm: Environment, cold: Environment) -> dict[str, Any]:
    return {
        "slowest_call_s": {"warm": round(warm.slowest, 4), "cold": round(cold.slowest, 4)},
        "failed_loads": {"warm": warm.failed_loads, "cold": cold.failed_loads},
        "written": [*warm.written, *cold.written],
    }
