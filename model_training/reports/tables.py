"""Tables as text cells, which Markdown and HTML only set, and how numbers are written in them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple


class Table(NamedTuple):
    """Cells as text.

    Parameters
    ----------
    head : sequence of str
        Column titles; the first column names the row.
    rows : sequence of sequence of str
        The cells, row by row.
    marked : collection of (int, int)
        Row and column of the cells to stress.
    """

    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    marked: Collection[tuple[int, int]] = frozenset()


def table_markdown(table: Table) -> str:
    """Return a table as Markdown, aligned; marked cells are bold."""
    cells = [
        [f"**{cell}**" if (row, column) in table.marked else cell for column, cell in enumerate(line)]
        for row, line in enumerate(table.rows)
    ]
    widths = [max(map(len, column)) for column in zip(table.head, *cells, strict=True)]

    def line(values: Sequence[str]) -> str:
        first, *others = zip(values, widths, strict=True)
        return (
            " | ".join(["| " + first[0].ljust(first[1]), *(text.rjust(width) for text, width in others)])
            + " |"
        )

    rule = "|" + "|".join(["-" * (widths[0] + 2), *("-" * (width + 1) + ":" for width in widths[1:])]) + "|"
    return "\n".join([line(table.head), rule, *map(line, cells)])


def figure(value: float | None) -> str:
    """Write a figure with four decimals; None where there was nothing to measure."""
    return "n/a" if value is None else f"{value:.4f}"


def signed(value: float | None, form: str = "+.4f") -> str:
    """Write a difference with its sign, a true minus, in a format that has one."""
    return "n/a" if value is None else f"{value:{form}}".replace("-", "−")


def interval(edges: Sequence[float] | None) -> str:
    """Write an interval of differences by its two edges."""
    return "n/a" if edges is None else f"{signed(edges[0])} to {signed(edges[1])}"
