"""What a command found, for programs and for people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from model_training.reports.tables import Table

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table as RichTable


@dataclass(frozen=True)
class Output:
    """What a command found.

    Parameters
    ----------
    data : dict
        Plain values: what ``--json`` prints and the jobs function returns.
    shown : sequence of str or Table
        Paragraphs and tables for people, printed to stdout one below the other.
    notes : sequence of str
        Notes about the result, printed to stderr, one a line.
    exit_code : int
        The program's exit code once this is printed: 1 if what was looked for is wrong.
    """

    data: dict[str, Any]
    shown: Sequence[str | Table] = ()
    notes: Sequence[str] = field(default=())
    exit_code: int = 0


def show(output: Output, console: Console) -> None:
    """Print the paragraphs and tables, a blank line between them."""
    for number, part in enumerate(output.shown):
        if number:
            console.print()
        if isinstance(part, str):
            console.print(part, markup=False, highlight=False, soft_wrap=True)
        else:
            _print_table(_rich(part), console)


def _print_table(table: RichTable, console: Console) -> None:
    """Print a table whole: a terminal wraps lines that are wider, and cuts no figure off."""
    needed = table.__rich_measure__(console, console.options).minimum
    console.print(table, width=max(console.width, needed), crop=False)


def _rich(table: Table) -> RichTable:
    from rich import box
    from rich.table import Table as RichTable
    from rich.text import Text

    shown = RichTable(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for column, title in enumerate(table.head):
        shown.add_column(
            Text(title),
            justify="left" if column == 0 else "right",
            vertical="bottom",
            # A title may wrap between words, cells don't.
            min_width=max(map(len, [*title.split(), *(cells[column] for cells in table.rows)]), default=0),
        )
    for row, cells in enumerate(table.rows):
        shown.add_row(
            *(
                Text(cell, "bold" if (row, column) in table.marked else "", no_wrap=True)
                for column, cell in enumerate(cells)
            )
        )
    return shown
