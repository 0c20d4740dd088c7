"""The evaluation as one self-contained HTML page: tables, and plots as inline SVG."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from pathlib import Path
from string import Template
from typing import Any

from model_training.evaluation import plots
from model_training.evaluation.candidates import REFERENCES
from model_training.evaluation.compare import Comparison
from model_training.evaluation.tables import Table, differences_table, figures_table, introduction

_PAGE = Template(Path(__file__).with_name("report.html").read_text(encoding="utf-8"))
# Whose predictions are set against the observed recall, by interval and difficulty.
CURVES_OF = ("fsrs6_default", "recall_three_inputs", "recall_three_inputs_offset")


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
        protocol=escape(comparison.protocol),
        introduction="".join(f"<p>{escape(text)}</p>" for text in introduction(summary)),
        figures=_table(figures_table(summary, titles)),
        differences="".join(
            f"<h3>Against {escape(titles[reference])}</h3>"
            + _table(differences_table(summary, titles, reference))
            for reference in REFERENCES
        ),
        reliability=_figures(plots.reliability_plots(comparison)),
        fitted_curves=_figures([plots.fitted_curves_plot(comparison)]),
        recall_by_interval=_figures(plots.recall_by_interval_plot(comparison, name) for name in CURVES_OF),
        interval_error=_figures([plots.interval_error_plot(comparison)]),
        learners=_figures(plots.learners_plots(comparison, summary)),
    )


def _table(table: Table) -> str:
    head = "".join(f'<th scope="col">{escape(title)}</th>' for title in table.head)
    body = "".join(
        f'<tr><th scope="row">{escape(line[0])}</th>'
        + "".join(
            f"<td{' class=marked' if (row, column) in table.marked else ''}>{escape(cell)}</td>"
            for column, cell in enumerate(line[1:], start=1)
        )
        + "</tr>"
        for row, line in enumerate(table.rows)
    )
    return f'<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def _figures(svgs: Iterable[str]) -> str:
    return "".join(f"<figure>{svg}</figure>" for svg in svgs)
