"""A table as its readers give it: its columns' names at once, its rows a part at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

ROWS = 131_072  # of a part; small beside a log that is large, and large beside a table's overhead


@dataclass(frozen=True)
class Chunk:
    """Some rows of a table.

    Parameters
    ----------
    rows : pandas.DataFrame
        The wanted columns; the index is each row's place in the file: its line, entry or row, from 1.
    rows_in : int
        How many rows the file holds here, counted where they are read.
    broken : Mapping of str to int
        Number of rows that can't be told apart into fields, by reason.
    examples : Mapping of str to str
        Where the first of them stands, by reason.
    notes : tuple of str
        What was changed in the text.
    """

    rows: pd.DataFrame
    rows_in: int
    broken: Mapping[str, int] = field(default_factory=dict)
    examples: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """A table that can be read.

    Parameters
    ----------
    columns : sequence of str
        The names of its columns as the file writes them, in its order.
    place : str
        What numbers its rows: line, entry or row.
    read : callable
        From the columns wanted to the parts of the table.
    """

    columns: Sequence[str]
    place: str
    read: Callable[[Sequence[str]], Iterator[Chunk]]
