"""The tables of the report, and what stands above them."""

from __future__ import annotations

from typing import Any

from model_training.reports.tables import Table, figure, interval, signed

COLUMNS = {
    "log_loss": "log loss",
    "log_loss_learners": "log loss, mean of learners",
    "auc_learners": "AUC, mean of learners",
    "brier": "Brier",
    "ece": "ECE",
    "rmse_bins": "RMSE(bins)",
    "rmse_bins_learners": "RMSE(bins), mean of learners",
}
DIFFERENCES = [
    "model",
    "pooled",
    "95 % over cards",
    "95 % over learners",
    "mean of learners",
    "95 % over learners",
    "better for",
    "worst learner",
]
HIGHER_IS_BETTER = {"auc_learners"}

PROTOCOL_TEXTS = {
    "time": (
        "Each learner's scored reviews in time order are cut into six equal parts; part k is predicted by "
        "models that were trained on all learners' parts before k. Part 0 is never scored."
    ),
    "new": (
        "Each learner is predicted by models that were trained on other learners: on all others, or, when "
        "there are more than twenty learners, on the other nine of ten groups. Each learner's first sixth "
        "isn't scored."
    ),
}


def figures_table(summary: dict[str, Any], titles: dict[str, str]) -> Table:
    """Return all models with all measures; the best figure of each column is marked."""
    models = summary["models"]
    rows = [[titles[name], *(figure(models[name][key]) for key in COLUMNS)] for name in models]
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
    for row, (name, pair) in enumerate(summary["differences"][reference].items()):
        pooled, of_learners = pair["pooled"], pair["mean_of_learners"]
        rows.append(
            [
                titles[name],
                signed(pooled["log_loss"]),
                interval(pooled["cards"]),
                interval(pooled["learners"]),
                signed(of_learners["log_loss"]),
                interval(of_learners["learners"]),
                f"{pair['better_for']} of {pair['of_learners']}",
                signed(None if pair["worst"] is None else pair["worst"]["log_loss"]),
            ]
        )
        intervals = {2: pooled["cards"], 3: pooled["learners"], 5: of_learners["learners"]}
        marked |= {(row, column) for column, edges in intervals.items() if _excludes_zero(edges)}
    return Table(DIFFERENCES, rows, marked)


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


def _excludes_zero(edges: list[float] | None) -> bool:
    return edges is not None and edges[0] * edges[1] > 0
