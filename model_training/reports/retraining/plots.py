"""The plots of a run's report, each an inline SVG."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, cycle
from typing import Any

import numpy as np
import pandas as pd
from markupsafe import Markup

from model_training.reports.drawing import (
    CURVE_DAYS,
    DAYS_LABEL,
    FAILURE_SHARES,
    LARGE,
    SMALL,
    half_interval,
    percent,
    reliability_plot,
)
from model_training.reports.retraining.words import champion_first, titled
from model_training.reports.svg import LEVELS, MUTED, SERIES, plot
from model_training.retraining.run import Output
from model_training.retraining.served import ServedModel
from recall.features import FEATURES
from recall.three_inputs import difficulty_from_share

# The live model is grey; challengers take the others in turn.
CHAMPION, CHALLENGERS = SERIES[0], (SERIES[4], SERIES[2], SERIES[6], SERIES[5])
REVIEW_DAYS = 4
SMALLEST_BIN = 20  # reviews; the share of fewer says nothing
LIVE_LINE: dict[str, Any] = {"linestyle": (0, (1.5, 1.5)), "linewidth": 1.3}
CHALLENGERS_LINES: tuple[dict[str, Any], ...] = (
    {"linestyle": "solid"},
    {"linestyle": "dashdot"},
    {"linestyle": (0, (6, 2))},
)


def spread_plots(spread: dict[str, list[list[int]]]) -> list[Markup]:
    """Draw for each input how many reviews there are in each bin, and how many of them were recalled."""
    return [_spread_plot(feature.name, spread[feature.name]) for feature in FEATURES]


def _spread_plot(name: str, rows: list[list[int]]) -> Markup:
    titles = [f"{low}" if high - low == 1 else f"{low}–{high}" for low, high, *_ in rows[:-1]]
    titles.append(f"{rows[-1][0]}+")
    reviews, recalled = (np.array([row[column] for row in rows], dtype=float) for column in (2, 3))
    there = reviews >= SMALLEST_BIN
    described = ", ".join(f"{t}: {r:,.0f}" for t, r in zip(titles, reviews, strict=True) if r)
    with plot(f"Scored reviews by {name}, with the share recalled. Reviews: {described}", *SMALL) as drawn:
        places = np.arange(len(rows))
        drawn.axes.bar(places, reviews, color=SERIES[0], alpha=0.45, width=0.8)
        drawn.axes.set(title=name.replace("_", " "), ylabel="reviews")
        drawn.axes.set_xticks(places, titles, rotation=50, ha="right")
        drawn.axes.grid(visible=False, axis="x")
        share = drawn.axes.twinx()
        observed = pd.Series(recalled[there] / reviews[there])
        error = half_interval(observed, pd.Series(reviews[there]))
        share.errorbar(
            places[there], observed, error, color=SERIES[4], marker="o", markersize=3.5, elinewidth=0.8
        )
        share.set(ylim=(0, 1.02), ylabel="recalled")
        share.grid(visible=False)
        percent(share.yaxis)
    return drawn.svg


def reliability_plots(evaluated: Output, champion: str, way: str) -> list[Markup]:
    """Draw every model's reliability on the judging reviews, on equal axes."""
    tables = {
        version: pd.DataFrame(ways[way]["reliability"], columns=["predicted", "observed", "reviews"])
        for version, ways in champion_first(evaluated["figures"], champion)
        if way in ways
    }
    lowest = min(table[["predicted", "observed"]].min().min() for table in tables.values())
    low = float(np.floor(10 * lowest) / 10)
    colours = dict(zip((v for v in tables if v != champion), CHALLENGERS * len(tables), strict=False))
    return [
        reliability_plot(
            table, titled(version, champion).replace(" (", "\n("), colours.get(version, CHAMPION), low
        )
        for version, table in tables.items()
    ]


def curves_plot(models: Sequence[ServedModel]) -> Markup:
    """Draw the models' forgetting curves of the same three cards; the first model, dotted, was live."""
    days = np.linspace(0, CURVE_DAYS, 121)
    names = " and ".join(model.version for model in models)
    with plot(f"Forgetting curves of {names}, by how often a card was failed", *LARGE) as drawn:
        for colour, (share, title) in zip(LEVELS, FAILURE_SHARES.items(), strict=True):
            cards = [(t, float(REVIEW_DAYS), difficulty_from_share(share)) for t in days.tolist()]
            for model, style in zip(models, _line_styles(), strict=False):
                drawn.axes.plot(days, model.three_inputs(cards), color=colour, **style)
            drawn.axes.plot([], [], color=colour, label=title)
        for model, style in zip(models, _line_styles(), strict=False):
            title = titled(model.version, models[0].version)
            drawn.axes.plot([], [], color=MUTED, label=title, **style)
        drawn.axes.set(title=f"Card with {REVIEW_DAYS} review days", xlabel=DAYS_LABEL, ylabel="recall")
        drawn.axes.set(xlim=(0, CURVE_DAYS), ylim=(0, 1))
        percent(drawn.axes.yaxis)
        drawn.legend_below(columns=1)
    return drawn.svg


def _line_styles() -> Iterator[dict[str, Any]]:
    """Give the live model's style, then the challengers', again and again."""
    return chain([LIVE_LINE], cycle(CHALLENGERS_LINES))
