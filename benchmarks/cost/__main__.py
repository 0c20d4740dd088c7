"""``python -m benchmarks.cost``: the bill of a month, line by line, and of its alternatives, with a chart."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.build import HERE
from benchmarks.command import Command, number, whole
from benchmarks.cost.chart import draw
from benchmarks.cost.measured import measure_sizes, read_cpu_times
from benchmarks.cost.report import as_text, summarize
from benchmarks.cost.scenario import Scenario, read_stage
from benchmarks.errors import BenchmarkError
from tools.cost.prices import read_prices

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Sequence

CHART = HERE / "cost.png"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command."""
    return _command().start(_run, arguments)


def _command() -> Command:
    command = Command("benchmarks.cost", __doc__)
    add = command.add_argument
    add("--stage", default="prod", help="block of cdk.json whose settings and resources are billed (prod)")
    add("--requests", type=number(1, 1e12), default=1e6, help="requests a month (1e6)")
    add("--batch", type=whole(1, 1000), default=1, help="cards in each request (1)")
    add("--free-tier", action="store_true", help="take off what AWS gives every account each month")
    add("--plain", action="store_true", help="responses that aren't compressed, for callers without gzip")
    add("--duration-ms", type=number(0.01, 29_000), help="duration of a warm call (from results.json)")
    add("--init-ms", type=number(0, 60_000), help="duration that a cold start adds (from results.json)")
    add(
        "--cold-share",
        type=number(0, 1),
        default=0.01,
        help="share of requests that meet a cold start (0.01)",
    )
    add("--json", action="store_true", help="print JSON instead of tables")
    add("--chart", type=Path, default=CHART, help="where the picture goes (benchmarks/cost.png)")
    return command


def _run(options: argparse.Namespace) -> int:
    batched = _scenarios(options)
    scenario = batched(options.batch)
    table = read_prices()
    summary = summarize(scenario, table, free_tier=options.free_tier, batched=batched)
    try:
        draw(options.chart, scenario, table, free_tier=options.free_tier)
    except (OSError, ValueError) as error:
        raise BenchmarkError(f"--chart {options.chart}: can't be written ({error})") from error
    print(json.dumps(summary, indent=2) if options.json else as_text(summary))
    return 0


def _scenarios(options: argparse.Namespace) -> Callable[[int], Scenario]:
    """Return what makes a scenario of requests with so many cards; `--duration-ms` is of `--batch` only."""
    times = read_cpu_times()
    settings, deployed = read_stage(options.stage)

    def batched(cards: int) -> Scenario:
        log_format = deployed.access_log_format
        return Scenario(
            requests=options.requests,
            cards=cards,
            settings=settings,
            deployed=deployed,
            times=times,
            sizes=measure_sizes(cards, gzip=not options.plain, access_log_format=log_format),
            warm_ms=options.duration_ms if cards == options.batch else None,
            cold_ms=options.init_ms,
            cold_share=options.cold_share,
        )

    return batched


if __name__ == "__main__":
    sys.exit(main())
