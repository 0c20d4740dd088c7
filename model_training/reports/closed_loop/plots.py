"""The plots of the report, each an inline SVG."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from model_training.closed_loop import experiment, memories
from model_training.closed_loop.experiment import TARGETS, TITLES
from model_training.reports.drawing import DIAGONAL, percent
from model_training.reports.svg import INK, MUTED, SERIES, plot

SIZE = (3.8, 4.2)  # inches, with the legend below
COLOURS = {
    experiment.SM2: MUTED,
    experiment.FSRS_DEFAULT: SERIES[1],
    experiment.FSRS_FITTED: SERIES[2],
    experiment.CARD_ALONE: SERIES[5],
    experiment.WITH_LEARNER: SERIES[4],
    experiment.TRUTH: INK,
}
APART = 0.007  # of recall, between the dots of two schedulers with the same target


def achieved_plot(kind: str, memory: Mapping[str, Any]) -> Markup:
    """Draw achieved over target recall: a dot for each learner, a dash for all of their reviews."""
    title = memories.TITLES[kind]
    names = [name for name in TITLES if name != experiment.SM2]
    low = min(TARGETS[0], *(each["lowest_learner"] for each in memory["schedulers"])) - 0.02
    with plot(f"Achieved over target recall, {title}", *SIZE) as drawn:
        drawn.axes.plot([low, 1], [low, 1], **DIAGONAL)
        for position, name in enumerate(names):
            shift = APART * (position - (len(names) - 1) / 2)
            colour = COLOURS[name]
            for each in _of(memory, name):
                x = each["target_recall"] + shift
                dots = each["per_learner"]
                drawn.axes.scatter([x] * len(dots), dots, s=9, color=colour, alpha=0.55, linewidths=0)
                drawn.axes.scatter(x, each["achieved_recall"], s=70, color=colour, marker="_", linewidths=2)
            drawn.axes.plot([], [], color=colour, marker="o", markersize=4, linestyle="", label=TITLES[name])
        drawn.axes.set(title=title, xlabel="target recall", ylabel="achieved recall")
        drawn.axes.set(xlim=(TARGETS[0] - 0.03, TARGETS[-1] + 0.03), ylim=(low, 1))
        drawn.axes.set_xticks(TARGETS)
        percent(drawn.axes.xaxis)
        percent(drawn.axes.yaxis)
        drawn.legend_below(columns=2)
    return drawn.svg


def cost_plot(kind: str, memory: Mapping[str, Any]) -> Markup:
    """Draw reviews per card over achieved recall."""
    title = memories.TITLES[kind]
    with plot(f"Reviews per card over achieved recall, {title}", *SIZE) as drawn:
        for name in TITLES:
            targets = _of(memory, name)
            recalls, reviews = (
                [each[key] for each in targets] for key in ("achieved_recall", "reviews_per_card")
            )
            drawn.axes.plot(
                recalls, reviews, color=COLOURS[name], marker="o", markersize=3.5, label=TITLES[name]
            )
        drawn.axes.set(title=title, xlabel="achieved recall", ylabel="reviews per card", ylim=(0, None))
        percent(drawn.axes.xaxis)
        drawn.legend_below(columns=2)
    return drawn.svg


def _of(memory: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    return [each for each in memory["schedulers"] if each["scheduler"] == name]
