"""What several pages draw alike."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from markupsafe import Markup
from matplotlib.ticker import PercentFormatter

from model_training.reports.svg import MUTED, plot

SMALL, LARGE = (3.2, 3.0), (4.8, 3.8)  # inches
DIAGONAL: dict[str, Any] = {"color": MUTED, "linewidth": 1, "linestyle": (0, (4, 3))}
DAYS_LABEL = "days since the last review"
# Forgetting curves are drawn over so many days, of cards that failed in these shares of their reviews.
CURVE_DAYS = 60
FAILURE_SHARES = {0.05: "hardly ever failed", 0.2: "failed in a fifth", 0.5: "failed in half"}
NORMAL_95 = 1.96


def reliability_plot(table: pd.DataFrame, title: str, colour: str, low: float) -> Markup:
    """Draw observed over predicted recall, with 95 % intervals.

    Parameters
    ----------
    table : DataFrame of shape (n_bins, 3)
        Result of `model_training.evaluation.scores.reliability`.
    title : str
        The plot's title: the model's.
    colour : str
        One of the colours of `model_training.reports.svg`.
    low : float
        Lowest value on both axes, a share in [0, 1).
    """
    with plot(f"Reliability of {title}", *SMALL) as drawn:
        drawn.axes.plot([low, 1], [low, 1], **DIAGONAL)
        drawn.axes.errorbar(
            table["predicted"],
            table["observed"],
            yerr=half_interval(table["observed"], table["reviews"]),
            color=colour,
            marker="o",
            markersize=3.5,
            linewidth=1.2,
            elinewidth=0.8,
        )
        drawn.axes.set(title=title, xlabel="predicted", ylabel="observed", xlim=(low, 1), ylim=(low, 1.01))
        percent(drawn.axes.xaxis)
        percent(drawn.axes.yaxis)
    return drawn.svg


def half_interval(share: pd.Series, count: pd.Series) -> pd.Series:
    """Half the width of a share's 95 % interval; a success and a failure more, so that it's never zero."""
    smoothed = (share * count + 1) / (count + 2)
    return NORMAL_95 * np.sqrt(smoothed * (1 - smoothed) / count)


def percent(axis: Any) -> None:
    """Write an axis of shares in percent."""
    axis.set_major_formatter(PercentFormatter(1.0, decimals=0))
