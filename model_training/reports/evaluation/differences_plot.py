"""A served model beside every other one: differences in log loss with their intervals, as inline SVG."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from model_training.reports.evaluation.tables import compared_with, excludes_zero
from model_training.reports.svg import INK, MUTED, SERIES, plot

WIDTH, PER_ROW, AROUND = 6.4, 0.27, 1.0  # inches


def differences_plot(summary: dict[str, Any], served: str) -> Markup:
    """Draw the difference per learner from each other model; pooled without learners with enough reviews.

    Parameters
    ----------
    summary : dict
        Result of `model_training.evaluation.summary.summarise`.
    served : str
        The served model's name.
    """
    models, pairs = summary["models"], compared_with(summary, served)
    title = models[served]["title"]
    per_learner = all(pair["of_learners"] for pair in pairs.values())
    part, unit = ("mean_of_learners", "learners") if per_learner else ("pooled", "cards")
    with plot(
        f"Log loss of {title} minus that of each other model", WIDTH, AROUND + PER_ROW * len(pairs)
    ) as (drawn):
        drawn.axes.axvline(0, color=INK, linewidth=0.8)
        for row, pair in enumerate(pairs.values()):
            value, edges = pair[part]["log_loss"], pair[part][unit]
            colour = SERIES[4] if excludes_zero(edges) and value < 0 else MUTED
            colour = SERIES[2] if excludes_zero(edges) and value > 0 else colour
            drawn.axes.plot(value, row, marker="o", markersize=5, color=colour)
            if edges is not None:
                drawn.axes.plot(edges, [row, row], color=colour, linewidth=2)
        names = [models[other]["title"] for other in pairs]
        drawn.axes.set_yticks(range(len(pairs)), names)
        drawn.axes.invert_yaxis()
        kind = "per learner" if per_learner else "pooled"
        drawn.axes.set(xlabel=f"difference in log loss, {kind}: further left is better")
    return drawn.svg
