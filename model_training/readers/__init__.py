"""Readers of review logs: Anki's files, CSV, JSON and Parquet, all into one canonical table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

import pandas as pd

from model_training.readers.anki import Collection, of_one_person, read_collections
from model_training.readers.formats import recognise
from model_training.readers.learners import learner_names
from model_training.readers.owners import by_owner, undecided
from model_training.readers.rows import NOT_KNOWN, RawLog, clean
from model_training.readers.tables import TABLES, read_table
from model_training.review_log.canonical import ReviewLog, assemble
from model_training.review_log.study_days import StudyDays
from recall.errors import ReviewLogError

__all__ = ["read"]


def read(paths: Sequence[Path], *, now: datetime, study_days: StudyDays = NOT_KNOWN) -> ReviewLog:
    """Read and check review logs of any supported format.

    Parameters
    ----------
    paths : sequence of Path
        At least one file; one that is given twice is read once.
    now : datetime
        The current time, aware of its time zone; reviews more than a day later are skipped.
    study_days : StudyDays
        Where the learners' study days begin, in place of what the files say; day numbers of a file are kept.

    Returns
    -------
    ReviewLog
        All usable reviews, the rows that were skipped, and notes for the user.

    Raises
    ------
    ReviewLogError
        If a file can't be read, or no more than half of its rows are usable. One line that names the file,
        the problem and the fix.
    """
    given: dict[Path, Path] = {}
    for path in paths:
        given.setdefault(path.resolve(), path)
    parts: list[pd.DataFrame] = []
    skipped: Counter[str] = Counter()
    ignored: set[str] = set()
    notes: dict[str, None] = {}  # in order, and each once
    formats: dict[str, None] = {}
    rows_in = 0
    collections: list[Collection] = []
    raws: list[tuple[str, RawLog]] = []
    for path, learner in zip(given.values(), learner_names(list(given)), strict=True):
        loaded = _load(path, learner)
        if isinstance(loaded, RawLog):
            raws.append((str(path), loaded))
        else:
            collections += loaded[0]
            notes.update(dict.fromkeys(loaded[1]))
    owners = by_owner(collections)
    notes.update(dict.fromkeys(undecided(owners)))
    raws += [(str(owner[0].name), of_one_person(owner)) for owner in owners]
    for where, raw in raws:
        days = study_days.or_else(raw.study_days)
        reviews, bad = clean(raw.rows, now=now, study_days=days, earliest=raw.earliest)
        _refuse_mostly_bad(where, len(reviews), bad)
        _account(where, raw.rows_in, len(reviews), Counter(raw.skipped) + Counter(bad))
        rows_in += raw.rows_in
        parts.append(reviews)
        skipped.update(raw.skipped)
        skipped.update(bad)
        ignored.update(raw.ignored_columns)
        notes.update(dict.fromkeys(raw.notes))
        formats[raw.format] = None
    log = assemble(parts)
    skipped.update(log.skipped)
    _account("the review log", rows_in, len(log.reviews), skipped)
    if ignored:
        notes[f"ignored columns: {', '.join(sorted(ignored))}"] = None
    return ReviewLog(log.reviews, dict(skipped), (*notes, *log.notes), tuple(formats))


def _load(path: Path, learner: str) -> RawLog | tuple[list[Collection], tuple[str, ...]]:
    try:
        kind = recognise(path)
        return (
            read_table(path, kind, learner)
            if kind in TABLES
            else read_collections(path, path, learner, kind.value)
        )
    except OSError as error:
        raise ReviewLogError(
            f"{path}: can't be read ({error}); check its permissions and the disk"
        ) from error


def _account(where: str, rows_in: int, used: int, skipped: Mapping[str, int]) -> None:
    """Refuse a result in which a row is neither used nor skipped for a reason that is told."""
    told = used + sum(skipped.values())
    if told != rows_in:
        raise ReviewLogError(
            f"{where}: {rows_in} rows were read, but {used} are used and {told - used} skipped: a mistake of "
            "the reader; please report it"
        )


def _refuse_mostly_bad(path: str, usable: int, bad: dict[str, int]) -> None:
    total = usable + sum(bad.values())
    if not total:
        raise ReviewLogError(f"{path}: the table has no rows; add one for each review")
    if usable * 2 < total:
        reason, count = max(bad.items(), key=lambda item: item[1])
        raise ReviewLogError(
            f"{path}: {total - usable} of {total} rows can't be used, most of them for one reason "
            f"({count}: {reason}); correct the file"
        )
