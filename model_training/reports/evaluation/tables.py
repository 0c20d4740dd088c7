"""The table of all figures, and what stands above it."""

from __future__ import annotations

from typing import Any

from model_training.reports.tables import Table, figure

MEASURES = {"log_loss": "log loss", "auc": "AUC", "brier": "Brier", "ece": "ECE", "rmse_bins": "RMSE(bins)"}
PER_LEARNER = "per learner"
HIGHER_IS_BETTER = {"auc", "auc_learners"}
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


def figures_table(summary: dict[str, Any]) -> Table:
    """Return all models with all measures, pooled and per learner; the best of each column is marked."""
    models = summary["models"].values()
    keys = [key for measure in MEASURES for key in (measure, f"{measure}_learners")]
    head = ["model", "knows", *(title for name in MEASURES.values() for title in (name, PER_LEARNER))]
    rows = [[model["title"], model["knows"], *(figure(model[key]) for key in keys)] for model in models]
    marked = set()
    for column, key in enumerate(keys, start=2):
        values = [model[key] for model in models]
        if None not in values:
            best = max(values) if key in HIGHER_IS_BETTER else min(values)
            marked |= {(row, column) for row, value in enumerate(values) if value == best}
    return Table(head, rows, marked)


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
