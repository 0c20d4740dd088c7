"""The measurements: the payload is tried, each cold start gets a version, the sizes are called in turn."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any, NamedTuple

from botocore.config import Config

from tools.cost.prices import read_prices
from tools.doctor.cloud import Cloud
from tools.tune import figures
from tools.tune.calls import Call, Caller
from tools.tune.copy import RefusedSizeError, Say, TemporaryCopy
from tools.tune.errors import TuneError
from tools.tune.estimate import Plan, estimate
from tools.tune.figures import SizeFigures
from tools.tune.leftovers import LONGEST_RUN
from tools.tune.prices import read_lambda_prices
from tools.tune.source import Source

# A second try would call the function a second time.
ONE_TRY = {"total_max_attempts": 1, "mode": "standard"}
MORE_SECONDS = 30  # than the function's time limit
MOST_ERRORS = 3  # of a size, which then isn't called any more
LATEST = "$LATEST"

Step = Callable[[str], AbstractContextManager[Any]]


class Tuned(NamedTuple):
    """What a run found.

    Attributes
    ----------
    source : Source
        The function.
    reported : bool
        Whether Lambda measured; otherwise the caller did, by a clock of its own.
    sizes : list of SizeFigures
        In ascending order.
    usd : float
        What the run's calls cost.
    """

    source: Source
    reported: bool
    sizes: list[SizeFigures]
    usd: float


class Run:
    """The measurements on one copy."""

    def __init__(
        self, cloud: Cloud, copy: TemporaryCopy, source: Source, plan: Plan, step: Step, say: Say
    ) -> None:
        self._copy, self._source, self._plan, self._step, self._say = copy, source, plan, step, say
        waiting = Config(
            connect_timeout=5, read_timeout=source.timeout_seconds + MORE_SECONDS, retries=ONE_TRY
        )
        self._caller = Caller(cloud.client("lambda", config=waiting), copy.name, plan.payload)
        self._prices = read_lambda_prices(read_prices(), source.architecture)
        self._warm: dict[int, list[Call]] = defaultdict(list)
        self._cold: dict[int, list[Call]] = defaultdict(list)
        self._refused: dict[int, str] = {}
        self._ends = time.monotonic() + LONGEST_RUN.total_seconds()

    def measure(self) -> Tuned:
        """Try the payload, publish the versions, and call them."""
        with self._step("trying the payload"):
            cold, warm = self._try()
            self._say(estimate(self._source, self._copy.name, self._plan, self._prices, cold, warm))
        with self._step("publishing a version for each cold start"):
            versions = self._publish()
        with self._step("measuring cold starts"):
            for number in range(self._plan.cold):
                for size in self._called(versions):
                    self._call(self._cold, size, versions[size][number])
                    if number < self._plan.cold - 1:  # the last one is called warm
                        self._copy.delete_version(versions[size][number])
        with self._step("measuring warm calls"):
            for _ in range(self._plan.warm):
                for size in self._called(versions):
                    self._call(self._warm, size, versions[size][-1])
        return Tuned(
            self._source,
            self._caller.reported,
            [self._figures(size) for size in self._plan.sizes],
            sum(figures.usd(call, size, self._prices) for size, call in self._caller.calls),
        )

    def _try(self) -> tuple[Call, Call]:
        """Call the copy as the function is, cold and warm: a payload that fails is worth no measurement."""
        tried = []
        for _ in range(2):
            tried.append(self._caller.call(LATEST, self._source.memory_mb))
            if error := tried[-1].error:
                raise TuneError(
                    f"--payload: {self._source.name} with its {self._source.memory_mb} MB fails on it: "
                    f"{error}; docs/tune.md has an event that it takes"
                )
        return tried[0], tried[1]

    def _publish(self) -> dict[int, list[str]]:
        versions: dict[int, list[str]] = {}
        for size in self._plan.sizes:
            try:
                versions[size] = [self._copy.publish(size, number) for number in range(self._plan.cold)]
            except RefusedSizeError as error:
                self._refused[size] = str(error)
        for version in (each for made in versions.values() for each in made):
            self._copy.wait_for(version)
        if not versions:
            size, why = next(iter(self._refused.items()))
            raise TuneError(
                f"--memory: the account allows none of the sizes; of {size} MB Lambda says: {why}"
            )
        return versions

    def _called(self, versions: dict[int, list[str]]) -> Iterator[int]:
        """Yield the sizes that are called, in turn, so that a slow minute is slow for all of them."""
        for size in versions:
            errors = sum(bool(call.error) for call in (*self._cold[size], *self._warm[size]))
            if errors < MOST_ERRORS:
                yield size

    def _call(self, calls: dict[int, list[Call]], size: int, version: str) -> None:
        if time.monotonic() > self._ends:
            raise TuneError(f"the run takes longer than {LONGEST_RUN}; give fewer --calls or sizes")
        calls[size].append(self._caller.call(version, size))

    def _figures(self, size: int) -> SizeFigures:
        found = figures.figures(size, self._warm[size], self._cold[size], self._prices)
        if size in self._refused:
            return found._replace(excluded=f"the account doesn't allow it: {self._refused[size]}")
        return found
