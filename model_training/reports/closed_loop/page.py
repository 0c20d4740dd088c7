"""Each scheduler's results as one HTML page: tables, and plots as inline SVG."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from model_training.closed_loop import memories
from model_training.reports.closed_loop.plots import achieved_plot, cost_plot
from model_training.reports.closed_loop.tables import equal_table, figures_table
from model_training.reports.page import render


def html_report(figures: Mapping[str, Any]) -> str:
    """Return the page for the figures of `model_training.closed_loop.figures.summarise`."""
    kinds = figures["memories"].items()
    return render(
        "closed_loop.html",
        model=figures["model"],
        learners=figures["learners"],
        seed=figures["seed"],
        plan=figures["plan"],
        achieved=[achieved_plot(kind, memory) for kind, memory in kinds],
        cost=[cost_plot(kind, memory) for kind, memory in kinds],
        equal_recall=equal_table(figures, "achieved_recall"),
        equal_known=equal_table(figures, "known_cards"),
        memories=[(memories.TITLES[kind], figures_table(memory)) for kind, memory in kinds],
    )
