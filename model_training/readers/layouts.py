"""Which columns a table may have: those that name the fields, and those of other programs and data sets.

A layout is recognised by its columns. To read another program's tables, add its layout to `LAYOUTS`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from model_training.readers import anki_table, benchmark, duolingo, fsrs_family, revlog
from model_training.readers.columns import LOOSE, NAMES, listed, named_by_hand, normalised, one_of
from model_training.readers.converted import Converted
from model_training.readers.rows import EARLIEST
from recall.errors import ReviewLogError

TIME_COLUMNS = frozenset(NAMES["reviewed_at"])
NEEDED = (("card",), ("reviewed_at",), ("rating", "recalled"))


def _exactly(*names: str) -> dict[str, tuple[str, ...]]:
    return {name: (name,) for name in names}


@dataclass(frozen=True)
class Layout:
    """The columns of one kind of table, and how they become canonical.

    Parameters
    ----------
    name : str
        The layout's name in messages to people.
    needs : tuple of tuple of str
        The fields without which it isn't this layout; of alternatives, one is enough.
    names : Mapping of str to sequence of str
        The names that each field's column may have, as `normalised` writes them.
    loose : Mapping of str to sequence of str
        Names for fields that have no column by ``names``.
    marks : frozenset of str
        Columns that tell this layout from others of the same fields.
    never : frozenset of str
        Columns that it never has.
    convert : callable
        From a table with a column for each field to what `Converted` says.
    whole : bool
        Whether a row can be converted only beside all others of the file.
    earliest : pandas.Timestamp
        Earlier times are clocks that were never set.
    """

    name: str
    needs: tuple[tuple[str, ...], ...] = NEEDED
    names: Mapping[str, Sequence[str]] = field(default_factory=lambda: NAMES)
    loose: Mapping[str, Sequence[str]] = field(default_factory=lambda: LOOSE)
    marks: frozenset[str] = frozenset()
    never: frozenset[str] = frozenset()
    convert: Callable[[pd.DataFrame], Converted] = Converted
    whole: bool = False
    earliest: pd.Timestamp = EARLIEST

    def lacks(self, names: set[str], by_hand: Mapping[str, str]) -> list[str]:
        """Name the needed fields that have no column among those of these names."""
        known = {
            name
            for name in {**self.names, **self.loose}
            if name in by_hand or names & {*self.names.get(name, ()), *self.loose.get(name, ())}
        }
        lacking = [fields for fields in self.needs if not known.intersection(fields)]
        return [first + "".join(f" (or {name})" for name in others) for first, *others in lacking]

    def fits(self, names: set[str], by_hand: Mapping[str, str]) -> bool:
        """Tell whether a table with columns of these names has this layout."""
        return self.marks <= names and not self.never & names and not self.lacks(names, by_hand)


GENERAL = Layout("canonical columns")
ANKI = Layout(
    "Anki's table revlog",
    needs=tuple((name,) for name in ("id", "cid", "ease")),
    names={"learner": NAMES["learner"], **_exactly(*revlog.FIELDS)},
    loose={},
    convert=anki_table.reviews,
    whole=True,
    earliest=revlog.EARLIEST,
)
DUOLINGO = Layout(
    "Duolingo learning traces",
    needs=tuple((name,) for name in ("learner", *duolingo.COLUMNS)),
    names={"learner": ("user_id",), **_exactly(*duolingo.COLUMNS)},
    loose={},
    convert=duolingo.reviews,
    whole=True,
)
BENCHMARK = Layout(
    "srs-benchmark columns",
    needs=(("card",), ("rating",), ("elapsed_days", "delta_t")),
    names={
        **{name: NAMES[name] for name in ("learner", "card", "rating", "duration_ms", "state")},
        **_exactly("elapsed_days", "delta_t", "review_th", "day_offset", "elapsed_seconds"),
    },
    loose={},
    never=TIME_COLUMNS,
    convert=benchmark.reviews,
    whole=True,
)
LAYOUTS = (
    ANKI,
    DUOLINGO,
    BENCHMARK,
    Layout("py-fsrs review logs", marks=frozenset({"review_datetime"}), convert=fsrs_family.reviews),
    Layout("ts-fsrs review logs", marks=frozenset({"review", "state"}), convert=fsrs_family.reviews),
    Layout("SiYuan review logs", marks=frozenset({"reviewed", "state"}), convert=fsrs_family.reviews),
    Layout("fsrs-optimizer review logs", marks=frozenset({"review_rating"}), convert=fsrs_family.reviews),
    GENERAL,
)


@dataclass(frozen=True)
class Chosen:
    """What was understood of a table's columns.

    Parameters
    ----------
    layout : Layout
        The layout.
    columns : dict of str to str
        The columns to read, as the file writes them, by field.
    name : str
        The layout's name, with the columns' names where they aren't the fields'.
    """

    layout: Layout
    columns: dict[str, str]
    name: str


def fits_any(found: Sequence[str]) -> bool:
    """Tell whether a table with these columns has any of the layouts."""
    names = {normalised(column) for column in found}
    return any(layout.fits(names, {}) for layout in LAYOUTS)


def choose(path: Path, found: Sequence[str], by_hand: Mapping[str, str]) -> Chosen:
    """Recognise a table's layout by its columns, and choose those to read.

    Parameters
    ----------
    path : Path
        The file, for messages.
    found : sequence of str
        The table's columns.
    by_hand : Mapping of str to str
        For each field of ``--columns`` the name of its column.

    Raises
    ------
    ReviewLogError
        If no layout's columns are all there, or two columns stand for one field.
    """
    columns = named_by_hand(path, found, by_hand)
    rest = [column for column in found if column not in columns.values()]
    names = {normalised(column) for column in rest}
    layout = next((layout for layout in LAYOUTS if layout.fits(names, columns)), None)
    if layout is None:
        raise ReviewLogError(_missing(path, found, names, columns))
    for known in (layout.names, layout.loose):
        for name, spellings in known.items():
            alike = [column for column in rest if normalised(column) in spellings]
            # What merely may be a rating tells less than whether the card was recalled.
            if alike and name not in columns and not (name == "rating" and "recalled" in columns):
                columns[name] = one_of(path, name, alike)
                rest = [column for column in rest if column not in alike]
    for fields in layout.needs:
        for other in [name for name in fields if name in columns][1:]:
            del columns[other]
    return Chosen(layout, columns, _name(layout, columns))


def _name(layout: Layout, columns: Mapping[str, str]) -> str:
    others = [f"{field} = {column}" for field, column in columns.items() if normalised(column) != field]
    return f"columns {', '.join(sorted(others))}" if layout is GENERAL and others else layout.name


def _missing(path: Path, found: Sequence[str], names: set[str], by_hand: Mapping[str, str]) -> str:
    """Say which columns are missing: those of a data set only if most of its own are there."""
    # The general names are so common that a table of a data set is told by its own.
    nearest = DUOLINGO if 2 * len(DUOLINGO.lacks(names, by_hand)) < len(DUOLINGO.needs) else GENERAL
    lacking = nearest.lacks(names, by_hand)
    example = lacking[0].split(" ")[0]
    return (
        f"{path}: missing columns {', '.join(lacking)}; found {listed(found)}; rename or add them (a CSV "
        f"names its columns in the first line), or say which is which with --columns {example}=NAME"
    )
