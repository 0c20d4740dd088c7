"""Review logs of Anki: the table ``revlog`` of a collection.

Each row is one answer: ``id`` is its time in milliseconds since 1970, ``cid`` the card, ``ease`` the button
1 to 4, ``time`` the milliseconds taken, ``type`` 0 learn, 1 review, 2 relearn, 3 filtered, 4 manual,
5 rescheduled.
"""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import timedelta, timezone
from pathlib import Path
from textwrap import shorten
from typing import Any

import pandas as pd

from model_training.readers.decompress import decompressed
from model_training.readers.formats import Format
from model_training.readers.rows import RawLog
from model_training.readers.values import from_milliseconds, numbers
from model_training.review_log.study_days import StudyDays
from recall.errors import ReviewLogError
from recall.features import SECONDS_PER_DAY

REVLOG = "select id, cid, ease, time, type from revlog"
FIELDS = ["reviewed_at", "card", "rating", "duration_ms", "kind"]
NOT_ANSWERED = "manual rescheduling in Anki, not a review"
UNANSWERED_EASE = 0
UNANSWERED_KINDS = [4, 5]
DEFAULT_ROLLOVER_HOUR = 4


def read_anki(path: Path, kind: Format, learner: str) -> RawLog:
    """Read the review log of an Anki package or collection.

    Parameters
    ----------
    path : Path
        The file; it is copied before it is opened.
    kind : Format
        The file's format, one that isn't a table.
    learner : str
        The name of the collection's owner, which Anki doesn't store.

    Raises
    ------
    ReviewLogError
        If the file is damaged, isn't an Anki collection, or holds no reviews.
    """
    with decompressed(path, kind) as database:
        try:
            with closing(sqlite3.connect(database)) as connection:
                rows = pd.DataFrame(connection.execute(REVLOG).fetchall(), columns=FIELDS)
                study_days = _study_days(connection)
        # TypeError, OverflowError: settings that Anki wouldn't write.
        except (sqlite3.Error, ValueError, TypeError, OverflowError) as error:
            raise ReviewLogError(
                f"{path}: not an Anki collection, or a damaged one ({shorten(str(error), 100)}); "
                "check it in Anki (Tools, Check Database) and export it again"
            ) from error
    unanswered = (rows["rating"] == UNANSWERED_EASE) | rows["kind"].isin(UNANSWERED_KINDS)
    if unanswered.all():
        raise ReviewLogError(
            f"{path}: the collection holds no reviews; in Anki choose File, Export and tick "
            "“Include scheduling information”, or “Anki Collection Package” as the format"
        )
    rows = rows[~unanswered].assign(learner=learner)
    rows["reviewed_at"] = from_milliseconds(numbers(rows["reviewed_at"]))
    skipped = {NOT_ANSWERED: int(unanswered.sum())} if unanswered.any() else {}
    return RawLog(rows, kind.value, len(unanswered), skipped, study_days=study_days)


def _study_days(connection: sqlite3.Connection) -> StudyDays:
    """Return where the learner's study days begin.

    Anki stores its rollover hour, and how many minutes west of UTC the learner is: now, or when the
    collection was made. It stores no time zone, so the offset is the same in summer and in winter. A
    collection is created, as it says, at 4 a.m. of the learner's time: that tells the offset of one from
    before Anki stored it.
    """
    settings, created = _settings(connection)
    hour = settings.get("rollover", DEFAULT_ROLLOVER_HOUR)
    minutes_west = settings.get("localOffset", settings.get("creationOffset"))
    west = (
        timedelta(seconds=created % SECONDS_PER_DAY) - timedelta(hours=DEFAULT_ROLLOVER_HOUR)
        if minutes_west is None
        else timedelta(minutes=minutes_west)
    )
    return StudyDays(timezone(-west), timedelta(hours=hour))


def _settings(connection: sqlite3.Connection) -> tuple[dict[str, Any], int]:
    """Read the collection's settings, and its creation in seconds since 1970."""
    text, created = connection.execute("select conf, crt from col").fetchone()
    if text:
        return dict(json.loads(text)), created
    # Since 2020 a table of its own replaces the column.
    return {
        key: json.loads(value) for key, value in connection.execute("select key, val from config")
    }, created
