"""A run: the copy is made and tried, gets a version for each cold start, and its sizes are called in turn."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any, NamedTuple

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from tools.cost.duration import duration_ms as scaled
from tools.cost.prices import read_prices
from tools.doctor.cloud import Cloud
from tools.tune import figures
from tools.tune.calls import Call, Caller
from tools.tune.copy import RefusedSizeError, Say, TemporaryCopy, delete_log_group, with_copy
from tools.tune.errors import TuneError
from tools.tune.figures import LEAST_CACHED_SECONDS, MB_OF_A_GB, SizeFigures
from tools.tune.interruption import Interruption
from tools.tune.leftovers import LONGEST_RUN, find_leftovers
from tools.tune.source import Source, read_source

CONTROL = Config(connect_timeout=5, read_timeout=60, retries={"total_max_attempts": 5, "mode": "standard"})
# A second try would call the function a second time.
ONE_TRY = {"total_max_attempts": 1, "mode": "standard"}
MORE_SECONDS = 30  # than the function's time limit
MOST_ERRORS = 3  # of a size, which then isn't called any more
# What a version takes to be made, and a call beside its duration: measured in no account, for the estimate.
VERSION_SECONDS, CALL_SECONDS = 3.0, 0.1
MINUTES_FROM = 120  # seconds
LATEST = "$LATEST"

Step = Callable[[str], AbstractContextManager[Any]]


class Plan(NamedTuple):
    """What is measured.

    Attributes
    ----------
    sizes : tuple of int
        The memory sizes in MB, in ascending order.
    warm, cold : int
        How many warm calls and cold starts of each.
    payload : bytes
        The event.
    """

    sizes: tuple[int, ...]
    warm: int
    cold: int
    payload: bytes


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


def tune(cloud: Cloud, function: str, plan: Plan, step: Step, say: Say) -> Tuned:
    """Measure a function at several memory sizes, on a copy that is deleted at the end.

    Parameters
    ----------
    cloud : Cloud
        Where the function is.
    function : str
        Its name or ARN.
    plan : Plan
        What to measure.
    step : callable
        Announces a step by its name; returns a context manager.
    say : callable
        Tells the user something at once.

    Raises
    ------
    TuneError
        If it can't be done, or was interrupted.
    """
    copy = None
    try:
        with Interruption() as interruption:
            client, logs = cloud.client("lambda", config=CONTROL), cloud.client("logs", config=CONTROL)
            with step("looking at the function"):
                source = read_source(cloud, client, function)
                delete_leftovers(client, logs, say)
            copy = TemporaryCopy(client, logs, source, say)
            run = Run(cloud, copy, source, plan, step, say)
            return with_copy(copy, interruption, run.measure)
    except KeyboardInterrupt as error:
        left = "no copy was made" if copy is None else f"its copy {copy.name} is deleted, nothing is left"
        raise TuneError(f"interrupted ({error}): {left}") from error


def delete_leftovers(client: Any, logs: Any, say: Say) -> None:
    """Delete the copies that killed runs left, and name those that a run may be using."""
    try:
        for found in find_leftovers(client):
            if found.over:
                client.delete_function(FunctionName=found.name)
                delete_log_group(logs, found.name, say)
                say(f"note: deleted {found.name}, which a run that was killed left of {found.of}")
            else:
                say(
                    f"note: {found.name} is a copy of {found.of} by a run elsewhere; if that was killed, run "
                    f"`aws lambda delete-function --function-name {found.name}`, or tune after {found.until}"
                )
    except (BotoCoreError, ClientError) as error:
        say(f"note: copies that killed runs left can't be looked for or deleted: {error}")


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
        self._prices = figures.read(read_prices(), source.architecture)
        self._warm: dict[int, list[Call]] = defaultdict(list)
        self._cold: dict[int, list[Call]] = defaultdict(list)
        self._refused: dict[int, str] = {}
        self._ends = time.monotonic() + LONGEST_RUN.total_seconds()

    def measure(self) -> Tuned:
        """Try the payload, publish the versions, and call them."""
        with self._step("trying the payload"):
            self._say(self._estimate(*self._try()))
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

    def _estimate(self, cold: Call, warm: Call) -> str:
        """Say what the run will cost and take, if a size changes only the share of a processor."""
        usd, seconds = 0.0, 0.0
        own_share = scaled(1.0, self._source.memory_mb)
        for size in self._plan.sizes:
            for count, call in ((self._plan.cold, cold), (self._plan.warm, warm)):
                factor = scaled(1.0, size) / own_share
                usd += count * self._prices.of(figures.billed_ms(call) * factor, size)
                seconds += count * (figures.duration_ms(call) * factor / 1000 + CALL_SECONDS)
        versions = len(self._plan.sizes) * self._plan.cold
        if self._source.snap_start:
            cached_gb = sum(self._plan.sizes) * self._plan.cold / MB_OF_A_GB
            usd += cached_gb * LEAST_CACHED_SECONDS * self._prices.cache_gb_second
        seconds += versions * VERSION_SECONDS
        time_needed = f"{seconds:.0f} s" if seconds < MINUTES_FROM else f"{seconds / 60:.0f} minutes"
        calls = len(self._plan.sizes) * (self._plan.cold + self._plan.warm)
        more = "; the snapshots of its versions take minutes more" if self._source.snap_start else ""
        return (
            f"estimate: {calls:,} calls of {versions} versions of the copy {self._copy.name}, "
            f"{usd:.6f} USD, {time_needed}{more}"
        )

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
