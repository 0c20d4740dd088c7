"""The evaluation as one HTML page: tables, and plots as inline SVG."""

from __future__ import annotations

from typing import Any

from model_training.evaluation.candidates import SERVED
from model_training.evaluation.compare import Comparison
from model_training.evaluation.scores import MINIMUM_ROWS_OF_LEARNER
from model_training.reports.evaluation import plots
from model_training.reports.evaluation.comparisons import differences_table, fairest_table
from model_training.reports.evaluation.differences_plot import differences_plot
from model_training.reports.evaluation.tables import figures_table, introduction
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
    return render(
        "evaluation.html",
        protocol=comparison.protocol,
        introduction=introduction(summary),
        enough=MINIMUM_ROWS_OF_LEARNER,
        fairest=fairest_table(summary),
        figures=figures_table(summary),
        compared=[
            {
                "title": comparison.titles[served],
                "plot": differences_plot(summary, served),
                "table": differences_table(summary, served),
            }
            for served in SERVED
        ],
        reliability=plots.reliability_plots(comparison),
        fitted_curves=plots.fitted_curves_plot(comparison),
        recall_by_interval=[plots.recall_by_interval_plot(comparison, name) for name in CURVES_OF],
        interval_error=plots.interval_error_plot(comparison),
        learners=plots.learners_plots(comparison, summary),
    )
