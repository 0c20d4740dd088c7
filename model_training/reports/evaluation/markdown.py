"""The evaluation as paragraphs and tables, which the command prints, and as Markdown, ``evaluation.md``."""

from __future__ import annotations

from typing import Any

from model_training.evaluation.candidates import SERVED
from model_training.evaluation.scores import MINIMUM_ROWS_OF_LEARNER
from model_training.reports.evaluation.comparisons import differences_table, fairest_table
from model_training.reports.evaluation.tables import figures_table, introduction
from model_training.reports.tables import Table, table_markdown


def markdown_report(summary: dict[str, Any]) -> str:
    """Return the report.

    Parameters
    ----------
    summary : dict
        Result of `model_training.evaluation.summary.summarise`.
    """
    parts = (part if isinstance(part, str) else table_markdown(part) for part in report_parts(summary))
    return "\n\n".join(parts) + "\n"


def report_parts(summary: dict[str, Any]) -> list[str | Table]:
    """Return the report's paragraphs and tables, top down; the parameter is that of `markdown_report`."""
    parts: list[str | Table] = [
        f"# Evaluation, protocol “{summary['protocol']}”",
        *introduction(summary),
        fairest_table(summary),
        "Fairest rival: the best of those that know as much of the card and of its learner. Better than, "
        "level with, worse than: how many of all other models, by the interval; level is what can't be told "
        "apart.",
        figures_table(summary),
        "Bold: the best of its column. “Per learner” is the mean of the learners' own figures, of those with "
        f"at least {MINIMUM_ROWS_OF_LEARNER} scored reviews; the column before it is pooled over all "
        "reviews. A pooled AUC also says whether the right learners are predicted to recall more.",
    ]
    for served in SERVED:
        title = summary["models"][served]["title"]
        parts += [f"## {title}, minus the others", differences_table(summary, served)]
    parts.append(
        "Below zero the model has the lower log loss, above zero the higher AUC. Bold: the interval excludes "
        "zero. “Same help”: the other one knows as much of the card and of its learner. “Per learner”, "
        f"“better for” and “worst learner” are of learners with at least {MINIMUM_ROWS_OF_LEARNER} scored "
        "reviews."
    )
    return parts
