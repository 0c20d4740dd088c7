"""A served model beside every other one: differences in log loss with their intervals, as inline SVG."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from model_training.reports.evaluation.comparisons import compared_with, excludes_zero, has_same_help
from model_training.reports.svg import INK, MUTED, SERIES, plot
from model_training.reports.tables import signed

WIDTH, PER_ROW, AROUND = 5.2, 0.24, 0.6  # inches
BETTER, LEVEL, WORSE = SERIES[4], MUTED, SERIES[2]
# Nats. Linear up to the first, logarithmic beyond: one model's failure shall not hide the others' details.
LINEAR = 0.01
TICKS = (-1, -0.2, -0.05, -0.01, 0, 0.01, 0.05, 0.2, 1)


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
            drawn.axes.plot(value, row, marker=marker, markersize=5, color=colour)
        drawn.axes.set_yticks(range(len(pairs)), [models[other]["title"] for other in pairs])
        drawn.axes.invert_yaxis()
        drawn.axes.set_xscale("symlog", linthresh=LINEAR, linscale=1.5)
        low, high = drawn.axes.get_xlim()
        ticks = [tick for tick in TICKS if low <= tick <= high]
        drawn.axes.set_xticks(ticks, [signed(tick, "+g") if tick else "0" for tick in ticks])
        drawn.axes.set_xticks([], minor=True)
        drawn.axes.set(xlabel=f"difference, {'per learner' if per_learner else 'pooled'}", xlim=(low, high))
    return drawn.svg
