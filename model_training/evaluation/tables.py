"""The tables of the reports, as text cells; Markdown and HTML only set them."""

from __future__ import annotations

from typing import Any, NamedTuple

COLUMNS = {
    "log_loss": "log loss",
    "log_loss_learners": "log loss, mean of learners",
    "auc": "AUC",
    "brier": "Brier",
    "ece": "ECE",
    "rmse_bins": "RMSE(bins)",
    "rmse_bins_learners": "RMSE(bins), mean of learners",
}
HIGHER_IS_BETTER = {"auc"}

PROTOCOL_TEXTS = {
    "time": (
        "Each learner's scored reviews in time order are cut into six equal parts; part k is predicted by "
        "models that were trained on all learners' parts before k. Part 0 is never scored."
    ),
    "new": (
        "Each learner is predicted by models that were trained on the other learners; each learner's first "
        "sixth isn't scored."
    ),
}


class Table(NamedTuple):
    """Cells as text.

    Parameters
    ----------
    head : list of str
        Column titles; the first column names the row.
    rows : list of list of str
        The cells.
    marked : set of (int, int)
        Row and column of the cells to stress.
    """

    head: list[str]
    rows: list[list[str]]
    marked: set[tuple[int, int]]


def figures_table(summary: dict[str, Any], titles: dict[str, str]) -> Table:
    """Return all models with all measures; the best figure of each column is marked."""
    models = summary["models"]
    rows = [[titles[name], *(_figure(models[name][key]) for key in COLUMNS)] for name in models]
    marked = set()
    for column, key in enumerate(COLUMNS, start=1):
        values = [figures[key] for figures in models.values()]
        if None not in values:
            best = max(values) if key in HIGHER_IS_BETTER else min(values)
            marked |= {(row, column) for row, value in enumerate(values) if value == best}
    return Table(["model", *COLUMNS.values()], rows, marked)


def differences_table(summary: dict[str, Any], titles: dict[str, str], reference: str) -> Table:
    """Return log loss minus the reference's with its intervals; what excludes zero is marked."""
    rows, marked = [], set()
    for row, (name, difference) in enumerate(summary["differences"][reference].items()):
        intervals = [difference["cards"], difference["learners"]]
        rows.append([titles[name], _signed(difference["log_loss"]), *map(_interval, intervals)])
        for column, interval in enumerate(intervals, start=2):
            if interval is not None and interval[0] * interval[1] > 0:
                marked.add((row, column))
    return Table(["model", "log loss", "95 % over cards", "95 % over learners"], rows, marked)


def introduction(summary: dict[str, Any]) -> list[str]:
    """Return the paragraphs above the tables."""
    texts = [
        f"Scored: {summary['rows']:,} of {summary['reviews']:,} reviews; learners: {summary['learners']:,}. "
        + PROTOCOL_TEXTS[summary["protocol"]],
        "A review is scored when it comes at least one study day after the card's review before; recalled "
        "means rated better than Again.",
    ]
    if summary["simulated"]:
        texts.append("These reviews are simulated: the figures say nothing about people.")
    return texts


def _figure(value: float | None) -> str:
    return "n/a" if value is None else f"{value:.4f}"


def _interval(edges: list[float] | None) -> str:
    return "n/a" if edges is None else f"{_signed(edges[0])} to {_signed(edges[1])}"


def _signed(value: float) -> str:
    return f"{value:+.4f}".replace("-", "−")
