"""What pages for people share: their style, light and dark, and tables and plots as HTML."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from pathlib import Path

from model_training.reports.tables import Table

STYLE = Path(__file__).with_name("page.css").read_text(encoding="utf-8")


def table_html(table: Table) -> str:
    """Return a table as HTML, in a box of its own that scrolls where it is too wide, by keyboard too."""
    head = "".join(f'<th scope="col">{escape(title)}</th>' for title in table.head)
    body = "".join(
        f'<tr><th scope="row">{escape(line[0])}</th>'
        + "".join(
            f"<td{' class=marked' if (row, column) in table.marked else ''}>{escape(cell)}</td>"
            for column, cell in enumerate(line[1:], start=1)
        )
        + "</tr>"
        for row, line in enumerate(table.rows)
    )
    content = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    return f'<div class="scroll" tabindex="0">{content}</div>'


def figures_html(svgs: Iterable[str]) -> str:
    """Return plots as figures."""
    return "".join(f"<figure>{svg}</figure>" for svg in svgs)
