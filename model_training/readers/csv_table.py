"""Tables as text: comma-, semicolon-, tab- or pipe-separated, with the columns' names in the first line."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

import pandas as pd

from model_training.readers.chunks import ROWS, Chunk, Table
from model_training.readers.encodings import GUESSED, GUESSES, encoding
from recall.errors import ReviewLogError

SEPARATORS = (",", ";", "\t", "|")
TOO_MANY = "more fields than the first line names"
NUL = "NUL bytes in the text are left out"
Row = tuple[int, list[str]]


class _Lines:
    """The lines of a text without NULs; those since the last row are kept, to tell what a quotation ate."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self.kept: list[str] = []
        self.nul = False

    def __iter__(self) -> Iterator[str]:
        for line in self._lines:
            clean = line
            if "\0" in line:
                clean, self.nul = line.replace("\0", ""), True
            self.kept.append(clean)
            yield clean


def open_csv(path: Path) -> Table:
    """Recognise a text table's encoding and separator, and read its first line.

    Raises
    ------
    ReviewLogError
        If there is no line.
    """
    name = encoding(path)
    with path.open(encoding=name, newline="") as text:
        first = next((line for line in text if line.strip("\0 \t\r\n")), "").strip("\r\n\0")
    if not first:
        raise ReviewLogError(f"{path}: there are no rows; the first line must name the columns")
    stated = first.lower().startswith("sep=")  # as Excel writes it
    separator = first[4:5] or "," if stated else max(SEPARATORS, key=first.count)
    with _rows(path, name, separator) as (rows, _lines):
        _line, header = next(islice(rows, int(stated), None), (0, []))
    names = [column.strip() for column in header]

    def read(wanted: Sequence[str]) -> Iterator[Chunk]:
        with _rows(path, name, separator) as (rows, lines):
            body = islice(rows, 1 + stated, None)
            notes = (GUESSED,) if name in GUESSES else ()
            while part := list(islice(body, ROWS)):
                nul = (NUL,) if lines.nul else ()
                yield _chunk(part, names, wanted, (*notes, *nul))

    return Table(names, "line", read)


@contextmanager
def _rows(path: Path, name: str, separator: str) -> Iterator[tuple[Iterator[Row], _Lines]]:
    """Open a table; give its rows with the line that each begins in, blank ones left out."""
    with path.open(encoding=name, newline="") as text:
        lines = _Lines(text)
        reader = csv.reader(lines, delimiter=separator, skipinitialspace=True)
        yield _numbered(path, reader, lines, separator), lines


def _numbered(path: Path, reader: Iterator[list[str]], lines: _Lines, separator: str) -> Iterator[Row]:
    line, width = 1, 0
    try:
        for fields in reader:
            if len(lines.kept) > 1:
                _refuse_eaten_rows(path, line, lines.kept, separator, width)
            if fields:
                yield line, fields
            width = width or len(fields)
            line += len(lines.kept)
            lines.kept.clear()
    except csv.Error as error:
        raise ReviewLogError(
            f"{path}: line {line}: {error}; is a quotation mark too many or missing there?"
        ) from error


def _refuse_eaten_rows(path: Path, line: int, kept: Sequence[str], separator: str, width: int) -> None:
    """Refuse a field over several lines of which the first and others would be rows of their own."""
    whole = [text.count(separator) == width - 1 for text in kept]
    if whole[0] and sum(whole) > 1:
        raise ReviewLogError(
            f"{path}: line {line}: a quotation mark opens a field that ends only in line "
            f"{line + len(kept) - 1}, and {sum(whole) - 1:,} rows would be lost in it; remove the mark, or "
            "write it twice within quotation marks"
        )


def _chunk(part: Sequence[Row], names: Sequence[str], wanted: Sequence[str], notes: tuple[str, ...]) -> Chunk:
    width, places = len(names), [names.index(column) for column in wanted]
    lines, values, long = [], [], []
    for line, fields in part:
        if len(fields) > width and any(fields[width:]):
            long.append(line)
            continue
        lines.append(line)
        values.append([fields[place] if place < len(fields) else "" for place in places])
    columns = zip(*values, strict=True) if values else [()] * len(places)
    rows = pd.DataFrame(
        {name: _text(column, lines) for name, column in zip(wanted, columns, strict=True)}, index=lines
    )
    broken = {TOO_MANY: len(long)} if long else {}
    examples = {TOO_MANY: f"line {long[0]}"} if long else {}
    return Chunk(rows, len(part), broken, examples, notes)


def _text(column: Sequence[str], lines: Sequence[int]) -> pd.Series:
    """Only empty is missing: "007" and "NA" are good names of cards."""
    text = pd.Series(column, index=lines, dtype="str").str.strip()
    return text.mask(text == "")
