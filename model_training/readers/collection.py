"""What an Anki collection's database says of its owner's reviews."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta, timezone
from pathlib import Path
from textwrap import shorten
from typing import Any

import pandas as pd

from model_training.readers import revlog
from model_training.readers.values import numbers
from model_training.review_log.study_days import StudyDays
from recall.errors import ReviewLogError
from recall.features import SECONDS_PER_DAY

DEFAULT_ROLLOVER_HOUR = 4


@dataclass(frozen=True)
class Collection:
    """What a collection, or the part of it in a package, says of its owner's reviews.

    Parameters
    ----------
    name : Path
        The file, for people: inside an archive, with the archive's path before.
    format : str
        The format that the file was recognised as, in words.
    learner : str
        The name of the owner, which Anki doesn't store.
    revlog : pandas.DataFrame
        The entries of its review log, with the columns `revlog.FIELDS`.
    cards : frozenset of int
        The ids of its cards.
    note_types : tuple of int
        The ids of its note types, the milliseconds at which they were made.
    is_part : bool
        Whether it is an export of decks: that has no note type without a note, and a collection always has.
    created : int
        When the collection was created, in seconds since 1970: 4 a.m. of a day.
    study_days : StudyDays
        Where the owner's study days begin.
    """

    name: Path
    format: str
    learner: str
    revlog: pd.DataFrame
    cards: frozenset[int]
    note_types: tuple[int, ...]
    is_part: bool
    created: int
    study_days: StudyDays


def read_database(database: Path, name: Path, format_name: str, learner: str) -> Collection:
    """Read a collection's database.

    Parameters
    ----------
    database : Path
        A copy of the database, free to be opened.
    name, format_name, learner
        As in `Collection`.

    Raises
    ------
    ReviewLogError
        If it is damaged, isn't an Anki collection, or only stands in for one.
    """
    try:
        with closing(sqlite3.connect(database)) as connection:
            entries = connection.execute(f"select {', '.join(revlog.FIELDS)} from revlog").fetchall()  # noqa: S608 - our own
            if not entries:
                _refuse_stand_in(connection, name)
            log = pd.DataFrame(entries, columns=list(revlog.FIELDS))
            log = log.assign(id=numbers(log["id"]), cid=numbers(log["cid"]))
            cards = {card for (card,) in connection.execute("select id from cards")}
            used = {note_type for (note_type,) in connection.execute("select distinct mid from notes")}
            settings, note_types, created = _settings(connection)
            study_days = _study_days(settings, created)
    # TypeError, OverflowError: settings that Anki wouldn't write.
    except (sqlite3.Error, ValueError, TypeError, OverflowError) as error:
        raise ReviewLogError(
            f"{name}: not an Anki collection, or a damaged one ({shorten(str(error), 100)}); "
            "check it in Anki (Tools, Check Database) and export it again"
        ) from error
    held = frozenset(cards.union(log["cid"].dropna().unique()))
    is_part = used.issuperset(note_types)
    return Collection(name, format_name, learner, log, held, note_types, is_part, created, study_days)


def _refuse_stand_in(connection: sqlite3.Connection, name: Path) -> None:
    """Refuse the collection that Anki puts into a package, beside the real one, for versions before 2.1.50.

    It holds one note, which asks to update Anki, in the user's language.
    """
    notes = connection.execute("select flds from notes limit 2").fetchall()
    text = notes[0][0].strip("\x1f ") if len(notes) == 1 else ""
    if "anki" in text.lower() or ".apkg" in text:
        raise ReviewLogError(
            f"{name}: not the collection, but what stands in for it in a package for old versions of Anki "
            f"(“{shorten(text, 100)}”); give the whole package (.colpkg or .apkg), or its collection.anki21b"
        )


def _study_days(settings: dict[str, Any], created: int) -> StudyDays:
    """Return where the learner's study days begin.

    Anki stores its rollover hour, and how many minutes west of UTC the learner is: now, or when the
    collection was made. It stores no time zone, so the offset is the same in summer and in winter. A
    collection is created, as it says, at 4 a.m. of the learner's time: that tells the offset of one from
    before Anki stored it.
    """
    hour = settings.get("rollover", DEFAULT_ROLLOVER_HOUR)
    minutes_west = settings.get("localOffset", settings.get("creationOffset"))
    west = (
        timedelta(seconds=created % SECONDS_PER_DAY) - timedelta(hours=DEFAULT_ROLLOVER_HOUR)
        if minutes_west is None
        else timedelta(minutes=minutes_west)
    )
    return StudyDays(timezone(-west), timedelta(hours=hour))


def _settings(connection: sqlite3.Connection) -> tuple[dict[str, Any], tuple[int, ...], int]:
    """Read the collection's settings, its note types, and its creation in seconds since 1970."""
    text, models, created = connection.execute("select conf, models, crt from col").fetchone()
    if text:
        return dict(json.loads(text)), tuple(map(int, json.loads(models or "{}"))), created
    # Since 2020 tables of their own replace the columns.
    settings = {key: json.loads(value) for key, value in connection.execute("select key, val from config")}
    return settings, tuple(each for (each,) in connection.execute("select id from notetypes")), created
