"""The served models beside the others, in tables: the fairest rival of each, and all of them."""

from __future__ import annotations

from typing import Any

from model_training.evaluation.candidates import SERVED
from model_training.reports.evaluation.tables import PER_LEARNER
from model_training.reports.tables import Table, figure, interval, signed

FAIREST = [
    "served model",
    "fairest rival",
    "difference",
    "95 % over learners",
    "better for",
    f"log loss {PER_LEARNER}",
    "rival's",
    "better than",
    "level with",
    "worse than",
]
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


def compared_with(summary: dict[str, Any], served: str) -> dict[str, Any]:
    """Return a served model's differences from the others, by their names: those with the same help first."""
    pairs = {other: pairs[served] for other, pairs in summary["differences"].items() if served in pairs}
    return dict(sorted(pairs.items(), key=lambda pair: not has_same_help(summary, served, pair[0])))


def has_same_help(summary: dict[str, Any], served: str, other: str) -> bool:
    """Return whether two models know as much of the card and of its learner."""
    return bool(summary["models"][served]["knows"] == summary["models"][other]["knows"])


def fairest_rival(summary: dict[str, Any], served: str) -> str:
    """Return the name of the best model that isn't served and has the same help."""
    models = summary["models"]
    rivals = [name for name in models if name not in SERVED and has_same_help(summary, served, name)]
    each = "log_loss" if models[served]["log_loss_learners"] is None else "log_loss_learners"
    return min(rivals, key=lambda name: float(models[name][each]))


def fairest_table(summary: dict[str, Any]) -> Table:
    """Return the served models beside their fairest rivals, and how many others each is better than."""
    models, rows, marked = summary["models"], [], set()
    for row, served in enumerate(SERVED):
        rival = fairest_rival(summary, served)
        pair = summary["differences"][rival][served]
        each = pair["mean_of_learners"]
        rows.append(
            [
                models[served]["title"],
                models[rival]["title"],
                signed(each["log_loss"]),
                interval(each["learners"]),
                better_for(pair),
                figure(models[served]["log_loss_learners"]),
                figure(models[rival]["log_loss_learners"]),
                *_counts(summary, served),
            ]
        )
        if excludes_zero(each["learners"]):
            marked.add((row, 3))
    return Table(FAIREST, rows, marked)


def _counts(summary: dict[str, Any], served: str) -> list[str]:
    """How many others the served model is better than, level with, and worse than."""
    pairs = compared_with(summary, served).values()
    edges = [pair["mean_of_learners"]["learners"] for pair in pairs]
    if None in edges:
        return ["n/a"] * 3
    better, worse = sum(high < 0 for _, high in edges), sum(low > 0 for low, _ in edges)
    return [str(count) for count in (better, len(edges) - better - worse, worse)]


def differences_table(summary: dict[str, Any], served: str) -> Table:
    """Return a served model's figures minus the others', with intervals; what excludes zero is marked."""
    rows, marked = [], set()
    for row, (other, pair) in enumerate(compared_with(summary, served).items()):
        each, pooled, auc = pair["mean_of_learners"], pair["pooled"], pair["auc_of_learners"]
        rows.append(
            [
                summary["models"][other]["title"],
                "yes" if has_same_help(summary, served, other) else "",
                signed(each["log_loss"]),
                interval(each["learners"]),
                better_for(pair),
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


def better_for(pair: dict[str, Any]) -> str:
    """Write for how many learners the served model is better."""
    return f"{pair['better_for']} of {pair['of_learners']}"


def excludes_zero(edges: list[float] | None) -> bool:
    """Return whether both ends of an interval are on one side of zero."""
    return edges is not None and edges[0] * edges[1] > 0
