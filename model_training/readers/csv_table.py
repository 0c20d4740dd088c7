"""Tables as text: comma-, semicolon-, tab- or pipe-separated, with the columns' names in the first line."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from itertools import compress, islice, tee
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from model_training.readers.chunks import ROWS, Chunk, Table
from model_training.readers.encodings import Encoding, encoding
from recall.errors import ReviewLogError

SEPARATORS = (",", ";", "\t", "|")
EXCEL_STATES = "sep="  # and the separator, in a line before the names
TOO_MANY = "more fields than the first line names"
# Rows, and beside them the lines in which they begin.
Part = tuple[Sequence[list[str]], Sequence[int]]


class _Dialect(NamedTuple):
    """How a text is written.

    Parameters
    ----------
    encoding : Encoding
        Its encoding.
    separator : str
        What stands between fields.
    header : int
        The line that names the columns, from 1.
    separators : int
        How many separators are in that line.
    """

    encoding: Encoding
    separator: str
    header: int
    separators: int


def open_csv(path: Path) -> Table:
    """Recognise a text table's encoding and separator, and read the names of its columns.

    Raises
    ------
    ReviewLogError
        If there are none.
    """
    written = encoding(path)
    with path.open(encoding=written.name, newline="") as text:
        lines = ((line, each.strip("\0\r\n")) for line, each in enumerate(text, 1))
        filled = ((line, each) for line, each in lines if each.strip())
        line, first = next(filled, (0, ""))
        separator = max(SEPARATORS, key=first.count)
        if first.lower().startswith(EXCEL_STATES):
            separator = first[len(EXCEL_STATES) :][:1] or separator
            line, first = next(filled, (0, ""))
    if not first:
        raise ReviewLogError(f"{path}: there are no rows; the first line must name the columns")
    dialect = _Dialect(written, separator, line, first.count(separator))
    names = [name.strip() for name in next(_parts(path, dialect))[0][0]]

    def read(wanted: Sequence[str]) -> Iterator[Chunk]:
        for number, (rows, lines) in enumerate(_parts(path, dialect)):
            begin = number == 0
            yield _chunk(rows[begin:], lines[begin:], names, wanted, written.notes)

    return Table(names, "line", read)


def _parts(path: Path, dialect: _Dialect) -> Iterator[Part]:
    """Read rows, blank ones left out; the first one names the columns."""
    with path.open(encoding=dialect.encoding.name, newline="") as text:
        source: Iterator[str] = islice(text, dialect.header - 1, None)
        if dialect.encoding.has_nul:
            source = (line.replace("\0", "") for line in source)
        source, again = tee(source)
        reader, begin = csv.reader(source, delimiter=dialect.separator, skipinitialspace=True), dialect.header
        try:
            while rows := list(islice(reader, ROWS)):
                kept = list(islice(again, dialect.header + reader.line_num - begin))
                lines = (
                    range(begin, begin + len(rows))
                    if len(kept) == len(rows)
                    else _over_lines(path, kept, dialect, begin)
                )
                yield (rows, lines) if all(rows) else ([*filter(None, rows)], [*compress(lines, rows)])
                begin += len(kept)
        except csv.Error as error:
            line = dialect.header + reader.line_num - 1
            raise ReviewLogError(
                f"{path}: line {line}: {error}; is a quotation mark too many or missing before it?"
            ) from error


def _over_lines(path: Path, kept: Sequence[str], dialect: _Dialect, begin: int) -> list[int]:
    """Parse lines again where rows go over several, to tell in which each begins and what quotations ate."""
    reader, done = csv.reader(kept, delimiter=dialect.separator, skipinitialspace=True), 0
    begins = []
    for _fields in reader:
        lines = kept[done : reader.line_num]
        # A line that has as many separators as the first one, and others in the same field too, is a row.
        rows = [line.count(dialect.separator) == dialect.separators for line in lines]
        if rows[0] and sum(rows) > 1:
            raise ReviewLogError(
                f"{path}: line {begin + done}: a quotation mark opens a field that ends only in line "
                f"{begin + reader.line_num - 1}, and {sum(rows) - 1:,} rows would be lost in it; remove the "
                "mark, or write it twice within quotation marks"
            )
        begins.append(begin + done)
        done = reader.line_num
    return begins


def _chunk(
    rows: Sequence[list[str]],
    lines: Sequence[int],
    names: Sequence[str],
    wanted: Sequence[str],
    notes: tuple[str, ...],
) -> Chunk:
    width, count, long = len(names), len(rows), []
    if any(len(fields) != width for fields in rows):
        long = [line for line, fields in zip(lines, rows, strict=True) if any(fields[width:])]
        lines = [line for line, fields in zip(lines, rows, strict=True) if not any(fields[width:])]
        rows = [fields + [""] * (width - len(fields)) for fields in rows if not any(fields[width:])]
    places = [names.index(column) for column in wanted]
    columns = {name: _text(map(itemgetter(place), rows)) for name, place in zip(wanted, places, strict=True)}
    broken = {TOO_MANY: len(long)} if long else {}
    examples = {TOO_MANY: f"line {long[0]}"} if long else {}
    return Chunk(pd.DataFrame(columns).set_axis(lines), count, broken, examples, notes)


def _text(values: Iterable[str]) -> pd.Series:
    """Only empty is missing: "007" and "NA" are good names of cards."""
    text = pd.Series(list(values), dtype="str").str.strip()
    return text.mask(text == "")
