"""The evaluation as one self-contained HTML page: tables, and plots as inline SVG."""

from __future__ import annotations

from html import escape
from pathlib import Path
from string import Template
from typing import Any

from model_training.evaluation.compare import Comparison
from model_training.reports.evaluation import plots
from model_training.reports.page import STYLE, figures_html, table_html
from model_training.reports.tables import differences_table, figures_table, introduction

_PAGE = Template(Path(__file__).with_name("page.html").read_text(encoding="utf-8"))
# Whose predictions are set against the observed recall, by interval and difficulty.
CURVES_OF = ("fsrs6_default", "recall_three_inputs", "recall_three_inputs_state")


def html_report(comparison: Comparison, summary: dict[str, Any]) -> str:
    """Return the page.

    Parameters
    ----------
    comparison : Comparison
        The predictions, for the plots.
    summary : dict
        From `model_training.evaluation.summary.summarise`.
    """
    titles = comparison.titles
    return _PAGE.substitute(
        style=STYLE,
        protocol=escape(comparison.protocol),
        introduction="".join(f"<p>{escape(text)}</p>" for text in introduction(summary)),
        figures=table_html(figures_table(summary, titles)),
        differences="".join(
            f"<h3>Against {escape(titles[reference])}</h3>"
            + table_html(differences_table(summary, titles, reference))
            for reference in summary["differences"]
        ),
        reliability=figures_html(plots.reliability_plots(comparison)),
        fitted_curves=figures_html([plots.fitted_curves_plot(comparison)]),
        recall_by_interval=figures_html(
            plots.recall_by_interval_plot(comparison, name) for name in CURVES_OF
        ),
        interval_error=figures_html([plots.interval_error_plot(comparison)]),
        learners=figures_html(plots.learners_plots(comparison, summary)),
    )
