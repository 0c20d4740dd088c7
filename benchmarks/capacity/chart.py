"""Pictures of one run over time, and of runs at many rates."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.figure import Figure

if TYPE_CHECKING:
    from pathlib import Path

    from matplotlib.axes import Axes

    from benchmarks.capacity.simulation import Floats, Run

BLUE, RED, GREY = "#0b5cad", "#c1272d", "#6b7785"
BINS = 600
HOUR = 3600.0


def _four(title: str) -> tuple[Figure, list[Axes]]:
    figure = Figure(figsize=(11, 7), layout="constrained")
    figure.suptitle(title)
    axes = list(figure.subplots(2, 2).flat)
    for one in axes:
        one.grid(visible=True, which="major", color="#dddddd", lw=0.6)
        one.spines[["top", "right"]].set_visible(False)
    return figure, axes


def draw_run(path: Path, run: Run, seconds: float, title: str) -> None:
    """Draw requests, concurrency, latency and failures over a run's time."""
    figure, (requests, busy, latency, failures) = _four(title)
    unit, scale = ("hours", HOUR) if seconds > 2 * HOUR else ("seconds", 1.0)
    edges = np.linspace(0, seconds, BINS + 1)
    middles = (edges[1:] + edges[:-1]) / 2 / scale
    width = seconds / BINS
    refused = np.isnan(run.latencies)
    requests.plot(middles, np.histogram(run.arrivals, edges)[0] / width, color=BLUE)
    requests.set(title="Requests a second", ylim=(0, None))
    busy.plot(edges / scale, run.concurrency(edges), color=BLUE)
    busy.set(title="Environments that answer one", ylim=(0, None))
    for share, color in ((50, GREY), (99, BLUE)):
        latency.semilogy(middles, _percentiles(run, edges, share), color=color, label=f"p{share}")
    latency.set(title="Latency in the function (ms)")
    latency.legend(frameon=False)
    for mask, color, label in ((run.cold, BLUE, "cold starts"), (refused, RED, "refused")):
        counts = np.cumsum(np.histogram(run.arrivals[mask], edges)[0])
        failures.plot(middles, counts, color=color, label=label)
    failures.set(title="So far", ylim=(0, None))
    failures.legend(frameon=False)
    for axes in (requests, busy, latency, failures):
        axes.set_xlabel(unit)
    figure.savefig(path, dpi=110)


def _percentiles(run: Run, edges: Floats, share: int) -> list[float]:
    bounds = np.searchsorted(run.arrivals, edges)
    parts = [run.latencies[start:end] for start, end in pairwise(bounds)]
    return [
        float(np.nanpercentile(part, share)) * 1000 if np.isfinite(part).any() else np.nan for part in parts
    ]


def draw_sweep(path: Path, summaries: list[dict[str, Any]], title: str) -> None:
    """Draw environments, latency, failures and cost over the rate."""
    figure, (environments, latency, failures, cost) = _four(title)

    def of(name: str) -> list[float]:
        return [np.nan if summary[name] is None else summary[name] for summary in summaries]

    rates = of("requests_per_second")
    environments.loglog(rates, of("environments"), "o-", color=BLUE, label="made, at most")
    environments.loglog(rates, of("concurrency_mean"), "o-", color=GREY, label="busy, mean")
    environments.set(title="Environments")
    for name, color in (("p50_ms", GREY), ("p99_ms", BLUE), ("max_ms", RED)):
        latency.loglog(rates, of(name), "o-", color=color, label=name.removesuffix("_ms"))
    latency.set(title="Latency in the function (ms)")
    total = np.array(of("requests"))
    for name, color in (("cold_starts", BLUE), ("refused", RED)):
        failures.semilogx(
            rates, 100 * np.array(of(name)) / total, "o-", color=color, label=name.replace("_", " ")
        )
    failures.set(title="Share of the requests (%)", ylim=(0, None))
    cost.loglog(rates, of("usd_a_month"), "o-", color=BLUE)
    cost.set(title="USD a month, all in")
    for axes in (environments, latency, failures):
        axes.legend(frameon=False)
    for axes in (environments, latency, failures, cost):
        axes.set_xlabel("requests a second")
    figure.savefig(path, dpi=110)
