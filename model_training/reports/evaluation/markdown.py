"""The evaluation as paragraphs and tables, which the command prints, and as Markdown, ``evaluation.md``."""

from __future__ import annotations

from typing import Any

from model_training.evaluation.scores import MINIMUM_ROWS_OF_LEARNER
from model_training.reports.evaluation.tables import differences_table, figures_table, introduction
from model_training.reports.tables import Table, table_markdown


def markdown_report(summary: dict[str, Any], titles: dict[str, str]) -> str:
    """Return the report.

    Parameters
    ----------
    summary : dict
        Result of `model_training.evaluation.summary.summarise`.
    titles : dict of str to str
        The candidates' titles by name.
    """
    parts = (
        part if isinstance(part, str) else table_markdown(part) for part in report_parts(summary, titles)
    )
    return "\n\n".join(parts) + "\n"


def report_parts(summary: dict[str, Any], titles: dict[str, str]) -> list[str | Table]:
    """Return the report's paragraphs and tables, top down; the parameters are those of `markdown_report`."""
    parts: list[str | Table] = [
        f"# Evaluation, protocol “{summary['protocol']}”",
        *introduction(summary),
        figures_table(summary, titles),
        "Bold: the best of its column.",
    ]
    for reference in summary["differences"]:
        parts += [
            f"## Log loss minus that of “{titles[reference]}”",
            differences_table(summary, titles, reference),
        ]
    parts.append(
        "Below zero is better. Bold: the interval excludes zero. “Mean of learners”, “better for” and “worst "
        f"learner” are of learners with at least {MINIMUM_ROWS_OF_LEARNER} scored reviews."
    )
    return parts
