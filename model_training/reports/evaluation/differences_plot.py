"""A served model beside every other one: differences in log loss with their intervals, as inline SVG."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from model_training.reports.evaluation.comparisons import compared_with, excludes_zero, has_same_help
from model_training.reports.svg import INK, MUTED, SERIES, plot

WIDTH, PER_ROW, AROUND = 5.2, 0.24, 0.6  # inches
BETTER, LEVEL, WORSE = SERIES[4], MUTED, SERIES[2]


def differences_plot(summary: dict[str, Any], served: str) -> Markup:
    """Draw the difference from each other model: per learner, or pooled where no learner has enough reviews.

    Parameters
    ----------
    summary : dict
        Result of `model_training.evaluation.summary.summarise`.
    served : str
        The served model's name.
    """
    models, pairs = summary["models"], compared_with(summary, served)
    per_learner = all(pair["of_learners"] for pair in pairs.values())
    part, unit = ("mean_of_learners", "learners") if per_learner else ("pooled", "cards")
    title = f"Log loss of {models[served]['title']} minus that of each other model"
    with plot(title, WIDTH, AROUND + PER_ROW * len(pairs)) as drawn:
        drawn.axes.axvline(0, color=INK, linewidth=0.8)
        for row, (other, pair) in enumerate(pairs.items()):
            value, edges = pair[part]["log_loss"], pair[part][unit]
            colour = LEVEL if not excludes_zero(edges) else BETTER if value < 0 else WORSE
            if edges is not None:
                drawn.axes.plot(edges, [row, row], color=colour, linewidth=1.8)
            marker = "o" if has_same_help(summary, served, other) else "|"
            drawn.axes.plot(value, row, marker=marker, markersize=5.5, color=colour)
        drawn.axes.set_yticks(range(len(pairs)), [models[other]["title"] for other in pairs])
        drawn.axes.invert_yaxis()
        drawn.axes.set(xlabel=f"difference, {'per learner' if per_learner else 'pooled'}")
    return drawn.svg
