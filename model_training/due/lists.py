"""What apps read: a deck's due list as Parquet, and the cards of one day as JSON."""

from __future__ import annotations

import json
from datetime import date
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any, NamedTuple

import duckdb

from model_training.due.curves import MICROSECONDS_PER_DAY
from model_training.due.table import Deck

_EPOCH = date(1970, 1, 1)
_FETCHED = 50_000  # cards
DUE_PARQUET, DUE_JSON = "due.parquet", "due.json"


class Written(NamedTuple):
    """Who is in a due list.

    Parameters
    ----------
    cards, learners : int
        The number of cards and of learners in the deck.
    due : int
        The number of cards that are due by the end of the day.
    """

    cards: int
    learners: int
    due: int


def write_lists(deck: Deck, folder: Path, day: date, about: dict[str, Any]) -> Written:
    """Write `DUE_PARQUET` and `DUE_JSON` of a scored deck into a folder.

    Parameters
    ----------
    deck : Deck
        A deck whose cards were scored.
    folder : pathlib.Path
        An existing folder.
    day : datetime.date
        In UTC; the JSON has the cards that are due by its end.
    about : dict
        The entries of the JSON document beside ``learners``.
    """
    deck.connection.execute(
        "CREATE TEMP TABLE due AS SELECT learner, card, recall_probability, due FROM cards"
        " JOIN scores USING (row) ORDER BY learner, due, card"
    )
    deck.connection.sql(
        "SELECT learner, card, recall_probability, make_timestamptz(due) AS due_at FROM due"
    ).write_parquet(str(folder / DUE_PARQUET), compression="zstd")
    end = ((day - _EPOCH).days + 1) * MICROSECONDS_PER_DAY
    cards, learners, due = deck.connection.execute(
        "SELECT count(*), count(DISTINCT learner), count(*) FILTER (due < ?) FROM due", [end]
    ).fetchall()[0]
    _write_json(deck.connection, folder / DUE_JSON, end, about)
    return Written(cards, learners, due)


def _write_json(connection: duckdb.DuckDBPyConnection, path: Path, end: int, about: dict[str, Any]) -> None:
    """Write a learner a line: as large as it is, it is never in memory as a whole."""
    rows = connection.execute("SELECT learner, card FROM due WHERE due < ?", [end])
    fetched = iter(lambda: rows.fetchmany(_FETCHED), [])
    by_learner = groupby((row for some in fetched for row in some), key=itemgetter(0))
    with path.open("w", encoding="utf-8") as file:
        file.write(_compact(about)[:-1] + ',"learners":{')
        for place, (learner, cards) in enumerate(by_learner):
            file.write(f"{',' if place else ''}\n{_compact(learner)}:{_compact([card for _, card in cards])}")
        file.write("}}\n")


def _compact(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
