"""The evaluation as one HTML page: tables, and plots as inline SVG."""

from __future__ import annotations

from typing import Any

from model_training.evaluation.compare import Comparison
from model_training.reports.evaluation import plots
from model_training.reports.evaluation.tables import differences_table, figures_table, introduction
from model_training.reports.page import render

# Whose predictions are set against the observed recall, by interval and difficulty.
CURVES_OF = ("fsrs6_default", "recall_three_inputs", "recall_three_inputs_state")


def html_report(comparison: Comparison, summary: dict[str, Any]) -> str:
    """Return the page.

    Parameters
    ----------
    comparison : Comparison
        The predictions, for the plots.
    summary : dict
        Result of `model_training.evaluation.summary.summarise`.
    """
    titles = comparison.titles
    return render(
        "evaluation.html",
        protocol=comparison.protocol,
        introduction=introduction(summary),
        figures=figures_table(summary, titles),
        against=[
            (titles[reference], differences_table(summary, titles, reference))
            for reference in summary["differences"]
        ],
        reliability=plots.reliability_plots(comparison),
        fitted_curves=plots.fitted_curves_plot(comparison),
        recall_by_interval=[plots.recall_by_interval_plot(comparison, name) for name in CURVES_OF],
        interval_error=plots.interval_error_plot(comparison),
        learners=plots.learners_plots(comparison, summary),
    )
