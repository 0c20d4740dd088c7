"""The evaluation as Markdown: what the command prints and writes to ``evaluation.md``."""

from __future__ import annotations

from typing import Any

from model_training.evaluation.scores import MINIMUM_ROWS_OF_LEARNER
from model_training.reports.evaluation.tables import differences_table, figures_table, introduction
from model_training.reports.tables import table_markdown


def markdown_report(summary: dict[str, Any], titles: dict[str, str]) -> str:
    """Return the report.

    Parameters
    ----------
    summary : dict
        Result of `model_training.evaluation.summary.summarise`.
    titles : dict of str to str
        The candidates' titles by name.
    """
    paragraphs = [
        f"# Evaluation, protocol “{summary['protocol']}”",
        *introduction(summary),
        table_markdown(figures_table(summary, titles)),
        "Bold: the best of its column.",
    ]
    for reference in summary["differences"]:
        paragraphs += [
            f"## Log loss minus that of “{titles[reference]}”",
            table_markdown(differences_table(summary, titles, reference)),
        ]
    paragraphs.append(
        "Below zero is better. Bold: the interval excludes zero. “Mean of learners”, “better for” and “worst "
        f"learner” are of learners with at least {MINIMUM_ROWS_OF_LEARNER} scored reviews."
    )
    return "\n\n".join(paragraphs) + "\n"
