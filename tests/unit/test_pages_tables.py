"""Every table of the pages is one to whoever renders them: each row has the cells of its head."""

import re
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
PAGES = [PROJECT / "README.md", PROJECT / "CHANGELOG.md", *sorted((PROJECT / "docs").rglob("*.md"))]
RULE = re.compile(r"\|(\s*:?-+:?\s*\|)+")


def garbled_lines(text):
    """Return the lines of a page that aren't the cells which somebody meant.

    A table ends at an empty line, a heading or a comment; any other line after a row is a row, too.
    """
    outside_code = re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)
    wrong = []
    for block in re.split(r"\n\s*\n|^(?:<!--|#).*$", outside_code, flags=re.MULTILINE):
        lines = block.strip("\n").splitlines()
        rows = [line for line in lines if line.startswith("|")]
        if not rows:
            continue
        heads_cells = len(cells(rows[0]))
        wrong += [line for line in lines if not line.startswith("|") or len(cells(line)) != heads_cells]
        wrong += [rows[0]] if len(rows) == 1 or not RULE.fullmatch(rows[1]) else []
    return wrong


def cells(line):
    return re.split(r"(?<!\\)\|", line.strip())[1:-1]


@pytest.mark.parametrize("page", PAGES, ids=[str(page.relative_to(PROJECT)) for page in PAGES])
def test_page_has_no_garbled_table(page):
    assert garbled_lines(page.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("table", "wrong"),
    [
        ("| a | b |\n|---|---|\n| 1 | `x | y` |", ["| 1 | `x | y` |"]),
        ("| a | b |\n|---|---|\n| 1 | goes\non |", ["| 1 | goes", "on |"]),
        ("| a | b |\n| 1 | 2 |", ["| a | b |"]),
        ("text\n| a |\n|---|\n| 1 |", ["text"]),
        ("| a | b |\n|---|---|\n| 1 | `x \\| y` |\n\ntext", []),
    ],
)
def test_garbled_line_is_found(table, wrong):
    assert garbled_lines(table) == wrong
