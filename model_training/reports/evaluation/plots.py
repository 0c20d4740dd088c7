"""The plots of the report, each an inline SVG."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from markupsafe import Markup

from model_training.evaluation.candidates import HIGHLIGHTS, SERVED
from model_training.evaluation.compare import Comparison
from model_training.evaluation.scores import CALIBRATION_BINS, reliability
from model_training.fitting.estimator import PowerCurveClassifier
from model_training.reports.drawing import (
    CURVE_DAYS,
    DAYS_LABEL,
    DIAGONAL,
    FAILURE_SHARES,
    LARGE,
    SMALL,
    half_interval,
    percent,
    reliability_plot,
)
from model_training.reports.evaluation.comparisons import fairest_rival
from model_training.reports.svg import GRID, INK, LEVELS, SERIES, plot
from model_training.review_log.features import OUTCOME, design, learner_weights
from recall.three_inputs import difficulty_from_share

COLOURS = dict(zip(HIGHLIGHTS, SERIES, strict=False))  # some are left for later candidates

# Study days; each bin begins at one of them.
INTERVAL_BINS = (1, 2, 4, 8, 15, 31, 61, 121, 366)
SMALLEST_BIN = 50  # reviews; fewer say nothing

ERROR_TICKS = (-0.1, -0.05, 0, 0.05, 0.1, 0.2, 0.4, 0.8)
LOSS_TICKS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5)


def reliability_plots(comparison: Comparison) -> list[Markup]:
    """Observed over predicted recall in quantile bins of the prediction, on equal axes for all models."""
    tables = {
        name: reliability(comparison.recalled, comparison.probabilities[name], CALIBRATION_BINS)
        for name in HIGHLIGHTS
    }
    lowest = min(table[["predicted", "observed"]].min().min() for table in tables.values())
    return [
        reliability_plot(table, comparison.titles[name], COLOURS[name], np.floor(10 * lowest) / 10)
        for name, table in tables.items()
    ]


def fitted_curves_plot(comparison: Comparison) -> Markup:
    """Forgetting curves that the served estimator learns from these rows, by difficulty."""
    rows = comparison.rows
    estimator = PowerCurveClassifier().fit(*design(rows), learner_weights(rows))
    count = int(comparison.rows["review_count"].median())
    days = np.linspace(0, CURVE_DAYS, 200)
    with plot(f"Forgetting curves after {count} review days, by difficulty", *LARGE) as drawn:
        for colour, share in zip(LEVELS, FAILURE_SHARES, strict=True):
            difficulty = difficulty_from_share(share)
            inputs = pd.DataFrame(
                {"days_since_last_review": days, "review_count": count, "difficulty": difficulty}
            )
            probability = estimator.predict_proba(inputs)[:, 1]
            drawn.axes.plot(days, probability, color=colour, label=f"{difficulty:.1f}")
        drawn.axes.set(title=f"Card with {count} review days", xlabel=DAYS_LABEL, ylabel="recall")
        drawn.axes.set(xlim=(0, CURVE_DAYS), ylim=(0, 1))
        percent(drawn.axes.yaxis)
        drawn.axes.legend(title="difficulty", title_fontsize=8.5)
    return drawn.svg


def recall_by_interval_plot(comparison: Comparison, name: str) -> Markup:
    """Observed and predicted recall over the interval, in thirds of difficulty."""
    rows = comparison.rows
    group = pd.qcut(rows["difficulty"], len(LEVELS), duplicates="drop")
    title = comparison.titles[name]
    with plot(f"Recall by interval and difficulty, observed and predicted by {title}", *SMALL) as drawn:
        for colour, (edges, members) in zip(LEVELS, rows.groupby(group, observed=True), strict=False):
            bins = _by_interval(members, comparison, [name])
            error = half_interval(bins["observed"], bins["reviews"])
            drawn.axes.errorbar(
                bins["days"], bins["observed"], error, fmt="o", color=colour, markersize=4, elinewidth=0.9
            )
            label = f"{max(edges.left, 1.0):.1f} to {edges.right:.1f}"
            drawn.axes.plot(bins["days"], bins[name], color=colour, label=label)
        drawn.axes.set(title=title, xlabel=DAYS_LABEL, ylabel="recall", xscale="log", ylim=(None, 1.01))
        _interval_axis(drawn.axes)
        percent(drawn.axes.yaxis)
        drawn.legend_below(columns=len(LEVELS))
    return drawn.svg


def interval_error_plot(comparison: Comparison) -> Markup:
    """Observed minus predicted recall over the interval, for the highlighted models."""
    bins = _by_interval(comparison.rows, comparison, list(HIGHLIGHTS))
    with plot("Observed minus predicted recall by interval", *LARGE) as drawn:
        noise = half_interval(bins["observed"], bins["reviews"])
        drawn.axes.fill_between(bins["days"], -noise, noise, color=GRID, alpha=0.5, linewidth=0)
        drawn.axes.axhline(0, color=INK, linewidth=0.8)
        for name in HIGHLIGHTS:
            error = bins["observed"] - bins[name]
            label = comparison.titles[name]
            drawn.axes.plot(bins["days"], error, color=COLOURS[name], marker="o", markersize=3.5, label=label)
        drawn.axes.set(xlabel=DAYS_LABEL, ylabel="observed − predicted", xscale="log")
        # Linear to 10 %, logarithmic beyond: one model's failure shall not hide the others' details.
        drawn.axes.set_yscale("symlog", linthresh=0.1, linscale=2)
        drawn.axes.set_yticks(ERROR_TICKS, minor=False)
        drawn.axes.set_yticks([], minor=True)
        reach = max(0.1, *((bins["observed"] - bins[name]).abs().max() for name in HIGHLIGHTS))
        drawn.axes.set_ylim(-0.12, 1.15 * reach)
        _interval_axis(drawn.axes)
        percent(drawn.axes.yaxis)
        drawn.legend_below(columns=2)
    return drawn.svg


def learners_plots(comparison: Comparison, summary: dict[str, Any]) -> list[Markup]:
    """Each learner's log loss with a served model over that with its fairest rival."""
    rivals = {served: fairest_rival(summary, served) for served in SERVED}
    of = {
        name: pd.DataFrame(summary["models"][name]["per_learner"], ["rows", "log_loss"]).T
        for name in {*rivals, *rivals.values()}
    }
    losses = pd.concat([figures["log_loss"] for figures in of.values()])
    edges = (0.8 * losses.min(), 1.15 * losses.max())
    titles = comparison.titles
    return [
        _learners_plot(of[rival], of[served], COLOURS[served], (titles[rival], titles[served]), edges)
        for served, rival in rivals.items()
    ]


def _learners_plot(
    rival: pd.DataFrame,
    served: pd.DataFrame,
    colour: str,
    titles: tuple[str, str],
    edges: tuple[float, float],
) -> Markup:
    with plot(f"Log loss of each learner, {titles[1]} against {titles[0]}", *SMALL) as drawn:
        drawn.axes.plot(edges, edges, **DIAGONAL)
        size = 8 + np.sqrt(rival["rows"])
        drawn.axes.scatter(rival["log_loss"], served["log_loss"], s=size, color=colour, alpha=0.7, lw=0)
        drawn.axes.set(title=titles[1], xlabel=titles[0], ylabel="log loss", xlim=edges, ylim=edges)
        drawn.axes.set(xscale="log", yscale="log")
        ticks = [tick for tick in LOSS_TICKS if edges[0] <= tick <= edges[1]]
        for axis in (drawn.axes.xaxis, drawn.axes.yaxis):
            axis.set_ticks(ticks, [f"{tick:g}" for tick in ticks])
            axis.set_ticks([], minor=True)
    return drawn.svg


def _by_interval(rows: pd.DataFrame, comparison: Comparison, names: list[str]) -> pd.DataFrame:
    """Geometric mean of the days, mean outcome and predictions in bins of study days, of some of the rows."""
    table = pd.DataFrame(
        {"days": rows["days_apart"].astype(float), "observed": rows[OUTCOME]}
        | {name: comparison.probabilities[name][rows.index] for name in names}
    )
    log_days = np.log(table["days"])
    groups = table.assign(days=log_days).groupby(np.searchsorted(INTERVAL_BINS, table["days"], side="right"))
    bins = groups.mean().assign(reviews=groups.size())
    return bins[bins["reviews"] >= SMALLEST_BIN].assign(days=lambda kept: np.exp(kept["days"]))


def _interval_axis(axes: Any) -> None:
    axes.set_xticks(INTERVAL_BINS, [str(edge) for edge in INTERVAL_BINS], minor=False)
    axes.set_xticks([], minor=True)
