"""Matplotlib figures as inline SVG that takes its colours from the page, light or dark."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from typing import Any

import matplotlib as mpl
from markupsafe import Markup, escape
from matplotlib.figure import Figure

# Placeholders that matplotlib writes out as they are, and the page's variables that take their place.
INK, MUTED, GRID = "#f1a001", "#f1a002", "#f1a003"
SERIES = tuple(f"#f1b00{number}" for number in range(8))  # models
LEVELS = tuple(f"#f1c00{number}" for number in range(3))  # low to high
_VARIABLES = {INK: "--ink", MUTED: "--muted", GRID: "--grid"} | {
    colour: f"--{name}-{number}"
    for name, colours in (("series", SERIES), ("level", LEVELS))
    for number, colour in enumerate(colours)
}
_STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",  # text stays text: selectable, and in the page's font
    "font.size": 9,
    "text.color": INK,
    "axes.labelcolor": MUTED,
    "axes.edgecolor": GRID,
    "axes.titlesize": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": GRID,
    "grid.linewidth": 0.6,
    "xtick.color": GRID,
    "ytick.color": GRID,
    "xtick.labelcolor": MUTED,
    "ytick.labelcolor": MUTED,
    "legend.frameon": False,
    "legend.fontsize": 8.5,
    "lines.linewidth": 1.6,
}


class Plot:
    """One figure with one pair of axes; its SVG is there when `plot` has closed.

    Parameters
    ----------
    figure : Figure
        Gets the axes to draw on, in the colours of this module.
    """

    def __init__(self, figure: Figure) -> None:
        self._figure = figure
        self.axes = figure.add_subplot()
        self.svg = Markup()

    def legend_below(self, columns: int) -> None:
        """Put the legend under the axes, where it hides no data."""
        self._figure.legend(loc="outside lower center", ncols=columns, handlelength=1.2, columnspacing=1.0)


@contextmanager
def plot(description: str, width: float, height: float) -> Iterator[Plot]:
    """Draw on one pair of axes.

    Parameters
    ----------
    description : str
        What the plot shows, for people who can't see it.
    width, height : float
        Size in inches; the page scales it; a phone shows some five inches.
    """
    with mpl.rc_context(_STYLE | {"svg.hashsalt": description}):
        figure = Figure(figsize=(width, height), layout="constrained")
        drawn = Plot(figure)
        yield drawn
        buffer = StringIO()
        figure.savefig(buffer, format="svg", transparent=True, metadata={"Date": None})
    drawn.svg = _inline(buffer.getvalue(), description)


def _inline(svg: str, description: str) -> Markup:
    """Strip what only a file of its own needs, and hand colours and size over to the page."""
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = re.sub(r' xmlns(:xlink)?="[^"]*"', "", svg).replace("xlink:href", "href")
    svg = re.sub(r'(<svg[^>]*?) width="[^"]*"', r"\1", svg, count=1)
    svg = re.sub(r'(<svg[^>]*?) height="[^"]*"', r"\1", svg, count=1)
    svg = svg.replace("<svg", f'<svg role="img" aria-label="{escape(description)}"', 1)
    for colour, variable in _VARIABLES.items():
        svg = svg.replace(colour, f"var({variable})")
    return Markup(svg)  # noqa: S704 - by matplotlib, which escapes every text in it
