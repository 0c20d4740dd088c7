"""The report for people: one self-contained HTML page, with plots as inline SVG."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from pathlib import Path
from string import Template
from typing import Any

from model_training.closed_loop import memories
from model_training.reports.closed_loop.plots import achieved_plot, cost_plot
from model_training.reports.closed_loop.tables import equal_table, figures_table
from model_training.reports.page import STYLE, figures_html, table_html

_PAGE = Template(Path(__file__).with_name("page.html").read_text(encoding="utf-8"))


def html_report(figures: Mapping[str, Any]) -> str:
    """Return the page for the figures of `model_training.closed_loop.figures.summarise`."""
    kinds = figures["memories"].items()
    tables = (
        f"<h3>{escape(memories.TITLES[kind])}</h3>{table_html(figures_table(memory))}"
        for kind, memory in kinds
    )
    return _PAGE.substitute(
        style=STYLE,
        model=escape(figures["model"]),
        learners=figures["learners"],
        seed=figures["seed"],
        **figures["plan"],
        achieved=figures_html(achieved_plot(kind, memory) for kind, memory in kinds),
        cost=figures_html(cost_plot(kind, memory) for kind, memory in kinds),
        equal_recall=table_html(equal_table(figures, "achieved_recall")),
        equal_known=table_html(equal_table(figures, "known_cards")),
        figures="".join(tables),
    )
