"""What a run says to who plans: cold starts, concurrency, latency, refusals and the month's bill."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.cost.alternatives import SERVICE, bill
from tools.cost.bill import SECONDS
from tools.cost.prices import total

if TYPE_CHECKING:
    from benchmarks.capacity.simulation import Run
    from benchmarks.cost.scenario import Scenario
    from tools.cost.prices import PriceTable

SAMPLES = 2_000


def summarize(run: Run, seconds: float, scenario: Scenario, table: PriceTable) -> dict[str, Any]:
    """Return a run's figures.

    Parameters
    ----------
    run : Run
    seconds : float
        That it covers; a month is as many of it as fit.
    scenario : Scenario
        Of the stage; requests, durations and cold starts become the run's.
    table : PriceTable
    """
    answered = ~np.isnan(run.latencies)
    number = int(answered.sum())
    over_time = run.concurrency(np.linspace(0, seconds, SAMPLES))
    p50, p99, worst = np.percentile(run.latencies[answered], [50, 99, 100]) * 1000 if number else [0.0] * 3
    return {
        "seconds": seconds,
        "requests": run.arrivals.size,
        "requests_per_second": run.arrivals.size / seconds,
        "refused": run.arrivals.size - number,
        "cold_starts": int(run.cold.sum()),
        "environments": run.environments,
        "concurrency_mean": float(run.latencies[answered].sum() / seconds),
        "concurrency_sampled_max": int(over_time.max()),
        "p50_ms": float(p50),
        "p99_ms": float(p99),
        "max_ms": float(worst),
        "usd_a_month": _usd(run, seconds, scenario, table) if number else None,
    }


def _usd(run: Run, seconds: float, scenario: Scenario, table: PriceTable) -> float:
    """Return the month's bill for the answered requests, the standing charges included, without free tier."""
    answered = ~np.isnan(run.latencies)
    number = float(answered.sum())
    warm = answered & ~run.cold
    month = replace(
        scenario,
        requests=number / seconds * SECONDS,
        warm_ms=float(run.latencies[warm].mean()) * 1000 if warm.any() else scenario.usage().duration_ms,
        cold_share=float(run.cold.sum()) / max(1.0, number - float(run.provisioned.sum())),
        provisioned_share=float(run.provisioned.sum()) / number,
    )
    return total(bill(SERVICE, month, table, free_tier=False))


COLUMNS = (
    ("requests/s", "requests_per_second", ",.1f"),
    ("refused", "refused", ",d"),
    ("cold starts", "cold_starts", ",d"),
    ("environments", "environments", ",d"),
    ("busy, mean", "concurrency_mean", ",.2f"),
    ("p50 ms", "p50_ms", ",.1f"),
    ("p99 ms", "p99_ms", ",.1f"),
    ("max ms", "max_ms", ",.0f"),
    ("USD a month", "usd_a_month", ",.0f"),
)


def as_text(summaries: list[dict[str, Any]]) -> str:
    """Lay runs out as a table, one a line."""
    lines = ["".join(f"{title:>13}" for title, _name, _form in COLUMNS)]
    for summary in summaries:
        cells = [
            "–" if summary[name] is None else format(summary[name], form) for _title, name, form in COLUMNS
        ]
        lines.append("".join(f"{cell:>13}" for cell in cells))
    return "\n".join(lines)
