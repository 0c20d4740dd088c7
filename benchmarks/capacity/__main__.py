"""``python -m benchmarks.capacity``: how Lambda would scale under arrivals, with a chart.

Without --rate, --daily or --trace it tries rates from 1 to 10,000 requests a second, each from nothing.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.build import HERE
from benchmarks.capacity import arrivals
from benchmarks.capacity.chart import draw_run, draw_sweep
from benchmarks.capacity.report import as_text, summarize
from benchmarks.capacity.simulation import Function, simulate
from benchmarks.command import Command, number, whole
from benchmarks.cost.measured import measure_sizes, read_cpu_times
from benchmarks.cost.scenario import Scenario, read_stage
from benchmarks.errors import BenchmarkError
from tools.cost.prices import read_prices

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

CHART = HERE / "capacity.png"
RATES = (1, 3, 10, 30, 100, 300, 1_000, 3_000, 10_000)
# As long as it takes to see rare things at low rates, and no longer at high ones.
SWEEP_REQUESTS, SWEEP_SECONDS = 200_000, (120.0, 3600.0)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command."""
    return _command().start(_run, arguments)


def _command() -> Command:
    command = Command("benchmarks.capacity", __doc__)
    add = command.add_argument
    coming = command.add_mutually_exclusive_group()
    coming.add_argument("--rate", type=number(0.001, 100_000), help="requests a second, at random")
    coming.add_argument("--daily", type=number(0.001, 100_000), help="mean requests a second of one day")
    coming.add_argument("--trace", type=Path, help="a CSV with the time of each request in its first column")
    add("--seconds", type=number(1, 1e6), default=180.0, help="how long --rate goes on (180)")
    add(
        "--stage",
        default="prod",
        help="block of cdk.json: memory, provisioned and reserved concurrency (prod)",
    )
    add("--batch", type=whole(1, 1000), default=1, help="cards in each request (1)")
    add("--warm-ms", type=number(0.01, 29_000), help="mean of a warm call (from results.json)")
    add("--cold-ms", type=number(0, 60_000), help="mean that a cold start adds (from results.json)")
    add("--spread", type=number(0, 10), default=0.3, help="standard deviation of both over their mean (0.3)")
    add("--idle-seconds", type=number(1, 86_400), default=300.0, help="how long idle environments stay (300)")
    add("--account-concurrency", type=whole(1, 1_000_000), default=1000, help="of the account (1000)")
    add("--provisioned", type=whole(0, 100_000), help="instead of the stage's")
    add("--seed", type=whole(0, 2**31), default=1, help="of all that is random (1)")
    add("--json", action="store_true", help="print JSON instead of a table")
    add("--chart", type=Path, default=CHART, help="where the picture goes (benchmarks/capacity.png)")
    return command


def _run(options: argparse.Namespace) -> int:
    scenario = _scenario(options)
    function = _function(options, scenario)
    title = (
        f"Lambda, {function.warm_s * 1000:.1f} ms warm, {function.cold_s * 1000:.0f} ms more when cold, "
        f"concurrency {function.concurrency:,}, {function.provisioned:,} provisioned"
    )
    if options.rate or options.daily or options.trace:
        summaries = [_one(options, scenario, function, title)]
    else:
        summaries = _sweep(options, scenario, function, title)
    if options.json:
        print(json.dumps({"function": asdict(function), "runs": summaries}, indent=2))
        return 0
    lines = [title, "", as_text(summaries)]
    limit = scenario.settings.throttle_rate_per_second
    if max(summary["requests_per_second"] for summary in summaries) > limit:
        lines.append(
            f"\nThe stage's throttle lets {limit} requests a second through (throttle_rate_per_second)."
        )
    print("\n".join(lines))
    return 0


def _scenario(options: argparse.Namespace) -> Scenario:
    settings, deployed = read_stage(options.stage)
    if options.provisioned is not None:
        settings = settings.model_copy(update={"provisioned_concurrency": options.provisioned})
    return Scenario(
        requests=1,
        cards=options.batch,
        settings=settings,
        deployed=deployed,
        times=read_cpu_times(),
        sizes=measure_sizes(options.batch, gzip=True, access_log_format=deployed.access_log_format),
        warm_ms=options.warm_ms,
        cold_ms=options.cold_ms,
    )


def _function(options: argparse.Namespace, scenario: Scenario) -> Function:
    usage = scenario.usage()
    concurrency = scenario.settings.reserved_concurrency or options.account_concurrency
    provisioned = scenario.settings.provisioned_concurrency
    if provisioned > concurrency:
        raise BenchmarkError(
            f"--provisioned: must be at most the concurrency ({concurrency}), not {provisioned}"
        )
    return Function(
        warm_s=usage.duration_ms / 1000,
        cold_s=usage.init_ms / 1000,
        spread=options.spread,
        idle_s=options.idle_seconds,
        concurrency=concurrency,
        provisioned=provisioned,
    )


def _one(options: argparse.Namespace, scenario: Scenario, function: Function, title: str) -> dict[str, Any]:
    random = np.random.default_rng(options.seed)
    times, seconds = _arrivals(options, random)
    run = simulate(times, function, random)
    summary = summarize(run, seconds, scenario, read_prices())
    _save(options.chart, lambda path: draw_run(path, run, seconds, title))
    return summary


def _arrivals(options: argparse.Namespace, random: np.random.Generator) -> tuple[NDArray[np.float64], float]:
    if options.trace:
        times = arrivals.read_trace(options.trace)
        return times, max(1.0, float(times[-1]))
    if options.daily:
        return arrivals.daily(options.daily, random), arrivals.HOUR * arrivals.DAY.size
    return arrivals.poisson(options.rate, options.seconds, random), options.seconds


def _sweep(
    options: argparse.Namespace, scenario: Scenario, function: Function, title: str
) -> list[dict[str, Any]]:
    summaries = []
    for rate in RATES:
        random = np.random.default_rng(options.seed)
        seconds = float(np.clip(SWEEP_REQUESTS / rate, *SWEEP_SECONDS))
        run = simulate(arrivals.poisson(rate, seconds, random), function, random)
        summaries.append(summarize(run, seconds, scenario, read_prices()))
    _save(options.chart, lambda path: draw_sweep(path, summaries, f"{title}; from nothing"))
    return summaries


def _save(path: Path, draw: Callable[[Path], None]) -> None:
    try:
        draw(path)
    except (OSError, ValueError) as error:
        raise BenchmarkError(f"--chart {path}: can't be written ({error})") from error


if __name__ == "__main__":
    sys.exit(main())
