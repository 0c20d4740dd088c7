"""Time and cost over the memory size, as a picture."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from tools.tune.errors import TuneError
from tools.tune.figures import SizeFigures
from tools.tune.predict import Prediction

if TYPE_CHECKING:
    from matplotlib.axes import Axes

KINDS = (".svg", ".png")
COLOURS = (
    *("#0b5cad", "#c1272d", "#2a9d8f", "#b5651d", "#7b4fa3"),
    *("#6b7785", "#d4a017", "#8ab17d", "#e07a9b", "#111111"),
)
EXCLUDED, NAMED = "#c1272d", "#3d4852"
MARGIN = 1.2  # left and right of the sizes, as a factor
FROM_ZERO = 3.0  # the largest value over the smallest, up to which an axis begins at 0


class Line(NamedTuple):
    """A line of the chart: its name in the legend, and a value for each size, or None."""

    label: str
    values: Sequence[float | None]
    dashed: bool = False


def check_path(path: Path) -> Path:
    """Return where the picture goes, before anything is measured for it.

    Raises
    ------
    TuneError
        If its name has another ending than a picture's, or its folder isn't there.
    """
    if path.suffix.lower() not in KINDS:
        raise TuneError(f"--out: {path} must end in {' or '.join(KINDS)}")
    if not path.parent.is_dir():
        raise TuneError(f"--out: there is no folder {path.parent}")
    return path


def draw_measured(path: Path, title: str, sizes: Sequence[SizeFigures], recommended: dict[str, int]) -> None:
    """Draw what was measured; what is excluded is crossed out, what is recommended is named.

    Raises
    ------
    TuneError
        If the file can't be written.
    """
    times = [
        Line("warm, median", [each.warm and each.warm.p50 for each in sizes]),
        Line("warm, p99", [each.warm and each.warm.p99 for each in sizes], dashed=True),
        Line("cold start, median", [each.cold and each.cold.p50 for each in sizes]),
    ]
    costs = [Line("", [each.usd_per_million for each in sizes])]
    names: dict[int, list[str]] = {}
    for aim, size in recommended.items():
        names.setdefault(size, []).append(aim)
    _draw(
        path,
        title,
        [each.memory_mb for each in sizes],
        (times, costs),
        {size: ", ".join(aims) for size, aims in names.items()},
        {each.memory_mb for each in sizes if each.excluded},
    )


def draw_predicted(path: Path, title: str, predictions: Sequence[Prediction]) -> None:
    """Draw what was predicted.

    Raises
    ------
    TuneError
        If the file can't be written.
    """
    labels = [f"{each.function}: {each.request}" for each in predictions]
    sizes = [each.memory_mb for each in predictions[0].sizes]
    times = [
        Line(label, [size.warm_ms for size in each.sizes])
        for label, each in zip(labels, predictions, strict=True)
    ]
    cold = {each.function: [size.cold_ms for size in each.sizes] for each in predictions}
    times += [Line(f"{function}: cold start", values, dashed=True) for function, values in cold.items()]
    costs = [Line("", [size.usd_per_million for size in each.sizes]) for each in predictions]
    _draw(path, title, sizes, (times, costs), {}, set())


def _draw(
    path: Path,
    title: str,
    sizes: Sequence[int],
    lines: tuple[Sequence[Line], Sequence[Line]],
    named: dict[int, str],
    excluded: set[int],
) -> None:
    from matplotlib.figure import Figure  # noqa: PLC0415 - it takes a second, and a chart is optional

    figure = Figure(figsize=(8, 7.5), layout="constrained")
    figure.suptitle(title, fontsize=11, wrap=True)
    top, bottom = figure.subplots(2, 1, sharex=True)
    for axes, drawn, label in ((top, lines[0], "milliseconds"), (bottom, lines[1], "USD a million calls")):
        _panel(axes, sizes, drawn, excluded)
        axes.set_ylabel(label)
    for size, aims in (named | dict.fromkeys(excluded, "excluded")).items():
        colour = EXCLUDED if size in excluded else NAMED
        bottom.axvline(size, color=colour, linewidth=1, linestyle=":", zorder=0)
        text = bottom.text(size, 0.03, aims, transform=bottom.get_xaxis_transform(), color=colour, fontsize=9)
        text.set(rotation=90, ha="right", va="bottom")
    figure.legend(*top.get_legend_handles_labels(), loc="outside lower center", ncols=2, frameon=False)
    bottom.set_xscale("log")
    bottom.set_xlim(min(sizes) / MARGIN, max(sizes) * MARGIN)
    bottom.set_xticks(list(sizes), [f"{size:,}" for size in sizes], minor=False)
    bottom.set_xticks([], minor=True)
    bottom.set_xlabel("memory (MB)")
    try:
        figure.savefig(path, dpi=110)
    except OSError as error:
        raise TuneError(f"--out: {path} can't be written: {error.strerror}") from error


def _panel(axes: Axes, sizes: Sequence[int], lines: Sequence[Line], excluded: set[int]) -> None:
    axes.grid(visible=True, color="#dddddd", linewidth=0.6)
    axes.spines[["top", "right"]].set_visible(False)
    for line, colour in zip(lines, COLOURS * len(lines), strict=False):
        points = [(x, y) for x, y in zip(sizes, line.values, strict=True) if y is not None]
        style = "--" if line.dashed else "-"
        axes.plot(*_columns(points), f"o{style}", color=colour, label=line.label, markersize=5)
        out = [(x, y) for x, y in points if x in excluded]
        axes.plot(*_columns(out), "x", color=EXCLUDED, markersize=11, markeredgewidth=2)
    values = [value for line in lines for value in line.values if value is not None]
    if values and max(values) > FROM_ZERO * min(values) > 0:
        axes.set_yscale("log")
        axes.yaxis.set_major_formatter("{x:,g}")
    else:
        axes.set_ylim(bottom=0)


def _columns(points: Sequence[tuple[float, float]]) -> tuple[list[float], list[float]]:
    return [x for x, _ in points], [y for _, y in points]
