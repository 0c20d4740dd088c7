"""The tables of the report, and what stands above them."""

from __future__ import annotations

from typing import Any

from model_training.evaluation.scores import MINIMUM_ROWS_OF_LEARNER
from model_training.reports.tables import Table, figure, interval, signed

MEASURES = {"log_loss": "log loss", "auc": "AUC", "brier": "Brier", "ece": "ECE", "rmse_bins": "RMSE(bins)"}
PER_LEARNER = "per learner"
HIGHER_IS_BETTER = {"auc", "auc_learners"}
DIFFERENCES = [
    "compared with",
    "same help",
    f"log loss {PER_LEARNER}",
    "95 % over learners",
    "better for",
    "worst learner",
    "log loss pooled",
    "95 % over cards",
    "95 % over learners",
    f"AUC {PER_LEARNER}",
    "95 % over learners",
]

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


def compared_with(summary: dict[str, Any], served: str) -> dict[str, Any]:
    """Return a served model's differences from the others, by their names: as much help first."""
    models = summary["models"]
    pairs = {other: pairs[served] for other, pairs in summary["differences"].items() if served in pairs}
    return dict(sorted(pairs.items(), key=lambda pair: models[pair[0]]["knows"] != models[served]["knows"]))


def differences_table(summary: dict[str, Any], served: str) -> Table:
    """Return a served model's figures minus the others', with intervals; what excludes zero is marked."""
    models = summary["models"]
    rows, marked = [], set()
    for row, (other, pair) in enumerate(compared_with(summary, served).items()):
        each, pooled, auc = pair["mean_of_learners"], pair["pooled"], pair["auc_of_learners"]
        rows.append(
            [
                models[other]["title"],
                "yes" if models[other]["knows"] == models[served]["knows"] else "",
                signed(each["log_loss"]),
                interval(each["learners"]),
                f"{pair['better_for']} of {pair['of_learners']}",
                signed(None if pair["worst"] is None else pair["worst"]["log_loss"]),
                signed(pooled["log_loss"]),
                interval(pooled["cards"]),
                interval(pooled["learners"]),
                signed(auc["auc"]),
                interval(auc["learners"]),
            ]
        )
        intervals = {3: each["learners"], 7: pooled["cards"], 8: pooled["learners"], 10: auc["learners"]}
        marked |= {(row, column) for column, edges in intervals.items() if excludes_zero(edges)}
    return Table(DIFFERENCES, rows, marked)


def verdict(summary: dict[str, Any], served: str) -> str:
    """Return in one sentence what the intervals over learners say of a served model."""
    models, pairs = summary["models"], compared_with(summary, served)
    edges = {other: pair["mean_of_learners"]["learners"] for other, pair in pairs.items()}
    if None in edges.values():
        return (
            f"{models[served]['title']}: there are no intervals over learners, for want of learners with "
            f"{MINIMUM_ROWS_OF_LEARNER} scored reviews; the ones over cards say nothing of other learners."
        )
    level = [models[other]["title"] for other, (low, high) in edges.items() if low <= 0 <= high]
    worse = [models[other]["title"] for other, (low, _) in edges.items() if low > 0]
    said = [f"better than {len(edges) - len(level) - len(worse)} of the {len(edges)} others"]
    said += [f"not told apart from {', '.join(level)}"] * bool(level)
    said += [f"worse than {', '.join(worse)}"] * bool(worse)
    return f"{models[served]['title']}, in log loss per learner: {'; '.join(said)}."


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


def excludes_zero(edges: list[float] | None) -> bool:
    """Return whether both edges of an interval are on one side of zero."""
    return edges is not None and edges[0] * edges[1] > 0
