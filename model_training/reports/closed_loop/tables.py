"""The tables of the report, as text cells."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from model_training.closed_loop import experiment, memories
from model_training.closed_loop.experiment import FSRS_FITTED
from model_training.reports.tables import Table, signed

FIGURES_HEAD = [
    "scheduler",
    "target",
    "achieved",
    "lowest learner",
    "highest learner",
    "reviews per card",
    "known cards",
    "known per 1,000 reviews",
]
NOT_REACHED = "–"
REACHED = {"achieved_recall": "achieved", "known_cards": "known cards"}


def figures_table(memory: Mapping[str, Any]) -> Table:
    """Return all schedulers and targets of one kind of memory, by target."""
    rows = [
        [
            experiment.TITLES[each["scheduler"]],
            NOT_REACHED if each["target_recall"] is None else f"{each['target_recall']:.0%}",
            *(f"{each[key]:.1%}" for key in ("achieved_recall", "lowest_learner", "highest_learner")),
            f"{each['reviews_per_card']:.1f}",
            f"{each['known_cards']:,.0f} of {each['cards']:,}",
            f"{each['known_per_1000_reviews']:.1f}",
        ]
        for each in memory["schedulers"]
    ]
    return Table(FIGURES_HEAD, rows)


def equal_table(figures: Mapping[str, Any], key: str) -> Table:
    """Return the schedulers' reviews against those of the fitted FSRS-6; what costs no more is marked.

    Parameters
    ----------
    figures : dict
        Result of `model_training.closed_loop.figures.summarise`.
    key : str
        The figure in which they are equal, one of `model_training.closed_loop.figures.EQUAL`.
    """
    names = [name for name in experiment.TITLES if name not in (FSRS_FITTED, experiment.SM2)]
    rows: list[list[str]] = []
    marked = set()
    for kind, memory in figures["memories"].items():
        for each in memory[f"at_equal_{key}"]:
            base = each["reviews"][FSRS_FITTED]
            ratios = [_ratio(each["reviews"][name], base) for name in names]
            cheaper = (column for column, ratio in enumerate(ratios, start=4) if ratio and ratio <= 1.0)
            marked |= {(len(rows), column) for column in cheaper}
            reached = f"{each[key]:,.0f}" if key == "known_cards" else f"{each[key]:.1%}"
            target = f"{each['target_recall']:.0%}"
            rows.append([memories.TITLES[kind], target, reached, f"{base:,.0f}", *map(_change, ratios)])
    head = ["memory", "target", REACHED[key], f"reviews, {experiment.TITLES[FSRS_FITTED]}"]
    return Table([*head, *(experiment.TITLES[name] for name in names)], rows, marked)


def _ratio(reviews: float | None, base: float) -> float | None:
    return None if reviews is None else reviews / base


def _change(ratio: float | None) -> str:
    return NOT_REACHED if ratio is None else signed(ratio - 1.0, "+.1%")
