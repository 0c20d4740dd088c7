"""Which columns a table may have: the canonical ones, and those of other programs and data sets.

A layout is recognised by its columns. To read another program's tables, add its layout to `LAYOUTS`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from textwrap import shorten

import pandas as pd

from model_training.readers import benchmark, duolingo
from recall.errors import ReviewLogError

Converted = tuple[pd.DataFrame, tuple[str, ...]]


def _as_they_are(rows: pd.DataFrame) -> Converted:
    return rows, ()


@dataclass(frozen=True)
class Layout:
    """The columns of one kind of table, and how they become canonical.

    Parameters
    ----------
    name : str
        The layout's name in messages to people.
    needs : tuple of tuple of str
        The columns without which it isn't this layout; of alternatives, the first that is there is read.
    also : tuple of str
        Columns that are read where they are there.
    names : Mapping of str to str
        Canonical names of columns that have others.
    convert : callable
        From the renamed columns to the rows of a `RawLog`, and notes.
    """

    name: str
    needs: tuple[tuple[str, ...], ...]
    also: tuple[str, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    convert: Callable[[pd.DataFrame], Converted] = _as_they_are

    def missing(self, found: Sequence[str]) -> list[str]:
        """Name the needed columns that aren't among those found."""
        lacking = [names for names in self.needs if not any(name in found for name in names)]
        return [first + "".join(f" (or {name})" for name in others) for first, *others in lacking]

    def wanted(self, found: Sequence[str]) -> list[str]:
        """Choose the columns to read from those found, in their order."""
        needed = {next(name for name in names if name in found) for names in self.needs}
        return [name for name in found if name in needed or name in self.also]

    def reviews(self, rows: pd.DataFrame, learner: str) -> Converted:
        """Make the rows of a `RawLog`, and notes; ``learner`` is used where the table names none."""
        rows = rows.rename(columns=self.names)
        return self.convert(rows if "learner" in rows else rows.assign(learner=learner))


def _each(*names: str) -> tuple[tuple[str, ...], ...]:
    return tuple((name,) for name in names)


CANONICAL = Layout(
    "canonical columns",
    needs=(*_each("learner", "card", "reviewed_at"), ("rating", "recalled")),
    also=("duration_ms", "day", "kind"),
)
DUOLINGO = Layout(
    "Duolingo learning traces",
    needs=_each(
        "user_id", "learning_language", "lexeme_id", "timestamp", "delta", "session_seen", "session_correct"
    ),
    names={"user_id": "learner"},
    convert=duolingo.reviews,
)
PY_FSRS = Layout(
    "py-fsrs review logs",
    needs=_each("card_id", "rating", "review_datetime"),
    also=("user_id", "review_duration"),
    names={
        "user_id": "learner",
        "card_id": "card",
        "review_datetime": "reviewed_at",
        "review_duration": "duration_ms",
    },
)
BENCHMARK = Layout(
    "srs-benchmark columns",
    needs=(*_each("card_id", "rating"), ("elapsed_days", "delta_t")),
    also=("user_id", "review_th", "day_offset", "elapsed_seconds", "duration", "state"),
    names={"user_id": "learner", "card_id": "card", "duration": "duration_ms"},
    convert=benchmark.reviews,
)
LAYOUTS = (CANONICAL, DUOLINGO, PY_FSRS, BENCHMARK)


def recognise_layout(path: Path, found: Sequence[str]) -> Layout:
    """Recognise a table's layout by its columns.

    Raises
    ------
    ReviewLogError
        If no layout's columns are all there; names what the nearest one lacks.
    """
    layout = next((layout for layout in LAYOUTS if not layout.missing(found)), None)
    if layout is None:
        nearest = max(LAYOUTS, key=lambda layout: len(layout.needs) - len(layout.missing(found)))
        raise ReviewLogError(
            f"{path}: missing columns {', '.join(nearest.missing(found))}; "
            f"found {shorten(', '.join(found), 200)}; rename or add columns, separated by commas in a CSV"
        )
    return layout
