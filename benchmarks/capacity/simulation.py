"""A discrete-event simulation of one Lambda function that is called and waited for.

The rules are those of AWS's documentation: an environment answers one request at a time; a request that finds
none idle gets a new one, unless the concurrency is used up or the function scales too fast, and is refused
then (https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html, …/scaling-behavior.html). What AWS
doesn't say is assumed: how long an idle environment is kept, and that the one that was idle for the shortest
time is taken. Refused requests don't come again. Neither network nor API Gateway is in the latencies.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from heapq import heappop, heappush
from math import log
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.floating[Any]]

# New environments: so many at once, and so many a second after that. What isn't used isn't saved up.
SCALE_AT_ONCE, SCALE_PER_SECOND = 1000.0, 100.0
# Requests a second that each unit of concurrency may get, however short they are.
RATE_PER_CONCURRENCY = 10.0


@dataclass(frozen=True, kw_only=True)
class Function:
    """What the simulated function is like.

    Parameters
    ----------
    warm_s, cold_s : float
        Mean duration of a warm invocation, and what a cold start adds to it; seconds.
    spread : float
        Standard deviation of both over their mean; they are log-normal.
    idle_s : float
        How long an environment is kept that nobody calls; seconds.
    concurrency : int
        The account's, or the function's own reserved one.
    provisioned : int
        Environments of it that are always warm.
    """

    warm_s: float
    cold_s: float
    spread: float = 0.0
    idle_s: float = 300.0
    concurrency: int = 1000
    provisioned: int = 0


class Run(NamedTuple):
    """What became of each request, in the order of arrival.

    Attributes
    ----------
    arrivals : ndarray of float
        Seconds.
    latencies : ndarray of float
        Seconds; NaN where it was refused.
    cold : ndarray of bool
        Whether a new environment answered.
    provisioned : ndarray of bool
        Whether one answered that is always warm.
    environments : int
        The most that there were at once, provisioned ones included.
    """

    arrivals: Floats
    latencies: Floats
    cold: NDArray[np.bool_]
    provisioned: NDArray[np.bool_]
    environments: int

    def concurrency(self, times: Floats) -> NDArray[np.integer[Any]]:
        """Return how many requests were being answered at each of the times."""
        answered = ~np.isnan(self.latencies)
        starts = self.arrivals[answered]
        ends = np.sort(starts + self.latencies[answered])
        return np.searchsorted(starts, times, "right") - np.searchsorted(ends, times, "right")


class _Allowance:
    """So many at once, and so many a second after that."""

    def __init__(self, at_once: float, per_second: float) -> None:
        self._most, self._rate = at_once, per_second
        self._left, self._since = at_once, 0.0

    def take(self, now: float) -> bool:
        """Use one, if there is one."""
        self._left = min(self._most, self._left + (now - self._since) * self._rate)
        self._since = now
        if self._left < 1:
            return False
        self._left -= 1
        return True


class _Environments:
    """The function's environments: which are idle since when, which are busy until when."""

    def __init__(self, function: Function) -> None:
        self._idle_s = function.idle_s
        self._on_demand = function.concurrency - function.provisioned
        self._free_provisioned = function.provisioned
        self._idle: deque[float] = deque()  # since when, the shortest last
        self._busy: list[tuple[float, bool]] = []  # until when, and whether it is provisioned
        self._busy_on_demand = 0
        self._scaling = _Allowance(SCALE_AT_ONCE, SCALE_PER_SECOND)
        self._rate = _Allowance(
            function.concurrency * RATE_PER_CONCURRENCY, function.concurrency * RATE_PER_CONCURRENCY
        )
        self.most = self._provisioned = function.provisioned

    def take(self, now: float) -> tuple[bool, bool] | None:
        """Return whether an environment for a request is new and whether it is provisioned; None: refused."""
        self._settle(now)
        if not self._rate.take(now):
            return None
        if self._free_provisioned:
            self._free_provisioned -= 1
            return False, True
        if self._busy_on_demand >= self._on_demand:
            return None
        new = not self._idle
        if new and not self._scaling.take(now):
            return None
        if not new:
            self._idle.pop()
        self._busy_on_demand += 1
        self.most = max(self.most, self._provisioned + self._busy_on_demand + len(self._idle))
        return new, False

    def hold(self, until: float, provisioned: bool) -> None:
        """Keep what was taken busy."""
        heappush(self._busy, (until, provisioned))

    def _settle(self, now: float) -> None:
        while self._busy and self._busy[0][0] <= now:
            since, provisioned = heappop(self._busy)
            if provisioned:
                self._free_provisioned += 1
            else:
                self._busy_on_demand -= 1
                self._idle.append(since)
        while self._idle and now - self._idle[0] > self._idle_s:
            self._idle.popleft()


def simulate(arrivals: Floats, function: Function, random: np.random.Generator) -> Run:
    """Return what becomes of requests that come at those seconds, in order.

    The same arrivals, function and seed give the same run.
    """
    warm = function.warm_s * _around_one(function.spread, arrivals.size, random)
    cold = warm + function.cold_s * _around_one(function.spread, arrivals.size, random)
    latencies = np.full(arrivals.size, np.nan)
    is_cold, is_provisioned = (np.zeros(arrivals.size, dtype=bool) for _ in range(2))
    environments = _Environments(function)
    for index, (now, warm_s, cold_s) in enumerate(
        zip(arrivals.tolist(), warm.tolist(), cold.tolist(), strict=True)
    ):
        taken = environments.take(now)
        if taken is None:
            continue
        new, provisioned = taken
        latency = cold_s if new else warm_s
        environments.hold(now + latency, provisioned)
        latencies[index], is_cold[index], is_provisioned[index] = latency, new, provisioned
    return Run(arrivals, latencies, is_cold, is_provisioned, environments.most)


def _around_one(spread: float, size: int, random: np.random.Generator) -> Floats:
    """Return log-normal factors whose mean is 1 and whose standard deviation is `spread`."""
    variance = log(1 + spread**2)
    return random.lognormal(-variance / 2, variance**0.5, size)
