"""The bill as bars, and its alternatives over the number of requests."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure

from benchmarks.cost.alternatives import CHOICES, SERVICE, bill
from tools.cost.prices import total

if TYPE_CHECKING:
    from pathlib import Path

    from matplotlib.axes import Axes

    from benchmarks.cost.scenario import Scenario
    from tools.cost.prices import Item, PriceTable

SMALL = 0.01  # of the bill; smaller lines are one bar
COLORS = ("#0b5cad", "#2a9d8f", "#8ab17d", "#b5651d", "#7b4fa3", "#c1272d")
USAGE, STANDING = "#0b5cad", "#9aa7b5"
REQUESTS = np.logspace(3, 9, 49)


def draw(path: Path, scenario: Scenario, table: PriceTable, *, free_tier: bool) -> None:
    """Write the chart as a picture; its name's ending says of which format."""
    figure = Figure(figsize=(12, 5.2), layout="constrained")
    left, right = figure.subplots(1, 2, width_ratios=(1, 1.25))
    _bars(left, bill(SERVICE, scenario, table, free_tier=free_tier))
    _curves(right, scenario, table, free_tier=free_tier)
    tier = "with" if free_tier else "without"
    figure.suptitle(
        f"Recall, stage {scenario.settings.stage}: {scenario.requests:,.0f} requests a month of "
        f"{scenario.cards:,} card(s), {tier} the free tier (prices of {table.date}, {table.region})"
    )
    figure.savefig(path, dpi=110)


def _bars(axes: Axes, items: list[Item]) -> None:
    whole = total(items)
    shown = [item for item in items if item.usd >= SMALL * whole]
    rows = sorted(((item.label, item.usd, item.standing) for item in shown), key=lambda row: row[1])
    small = whole - sum(usd for _label, usd, _standing in rows)
    rows = [("all others", small, False), *rows]
    colors = [STANDING if standing else USAGE for _label, _usd, standing in rows]
    bars = axes.barh([label for label, *_ in rows], [usd for _label, usd, _standing in rows], color=colors)
    axes.bar_label(bars, fmt="%.2f", padding=3)
    axes.margins(x=0.15)
    axes.set(title=f"{whole:.2f} USD a month; grey: also without a request", xlabel="USD")
    axes.spines[["top", "right"]].set_visible(False)


def _curves(axes: Axes, scenario: Scenario, table: PriceTable, *, free_tier: bool) -> None:
    for choice, color in zip(CHOICES, COLORS, strict=True):
        months = [replace(scenario, requests=float(requests)) for requests in REQUESTS]
        usd = [total(bill(choice, month, table, free_tier=free_tier)) for month in months]
        axes.loglog(REQUESTS, usd, label=choice, color=color, lw=2.5 if choice == SERVICE else 1.5)
    axes.axvline(scenario.requests, color="#444444", lw=0.8, ls=":")
    axes.set(title="The same requests elsewhere", xlabel="requests a month", ylabel="USD a month")
    axes.grid(visible=True, which="major", color="#dddddd", lw=0.6)
    axes.legend(frameon=False)
