"""Readers of review logs: Anki's files, CSV, JSON and Parquet, all into one canonical table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from model_training.readers.account import Account
from model_training.readers.anki import of_one_person, read_collections
from model_training.readers.collection import Collection
from model_training.readers.compressed import content
from model_training.readers.formats import Format, recognise
from model_training.readers.learners import learner_names
from model_training.readers.meanings import AS_NAMED, Meanings
from model_training.readers.owners import by_owner, undecided
from model_training.readers.paths import files, partitions
from model_training.readers.rows import NOT_KNOWN
from model_training.readers.tables import READERS, read_table
from model_training.review_log.canonical import ReviewLog
from model_training.review_log.study_days import StudyDays
from recall.errors import ReviewLogError

__all__ = ["read"]


def read(
    paths: Sequence[Path], *, now: datetime, study_days: StudyDays = NOT_KNOWN, meanings: Meanings = AS_NAMED
) -> ReviewLog:
    """Read and check review logs of any supported format.

    Parameters
    ----------
    paths : sequence of Path
        At least one file, folder of files, or pattern such as ``logs/*.csv``; a file that is given twice is
        read once.
    now : datetime
        The current time, aware of its time zone; reviews more than a day later are skipped.
    study_days : StudyDays
        Where the learners' study days begin, in place of what the files say; day numbers of a file are kept.
    meanings : Meanings
        What tables' columns and ratings stand for, where their names don't say it.

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
    found, notes = files(paths)
    account = Account(now, study_days, meanings.ratings, notes)
    collections: list[Collection] = []
    # What a pipe resolves to is another name in each run.
    names = learner_names([path.resolve() if path.is_file() else path.absolute() for path in found])
    for path, learner in zip(found, names, strict=True):
        with _opened(path) as (file, kind, title):
            if kind in READERS:
                outer = partitions(path)
                rows = read_table(file, kind, learner, names=meanings.columns, partitions=outer)
                with account.file(path):
                    for raw in rows:
                        account.add(replace(raw, format=f"{title}, {raw.format}"))
            else:
                inside, left_out = read_collections(file, path, learner, title)
                collections += inside
                account.note(left_out)
    owners = by_owner(collections)
    account.note(undecided(owners))
    for owner in owners:
        with account.file(owner[0].name):
            account.add(of_one_person(owner))
    return account.log()


@contextmanager
def _opened(path: Path) -> Iterator[tuple[Path, Format, str]]:
    """Give a file free of compression, its format, and that in words; problems name the user's file."""
    try:
        with content(path) as (file, wrapping):
            try:
                kind = recognise(file, path)
                yield file, kind, " in ".join((kind.value, *reversed(wrapping)))
            except ReviewLogError as error:
                raise ReviewLogError(str(error).replace(str(file), str(path))) from error
    except OSError as error:
        raise ReviewLogError(
            f"{path}: can't be read ({error}); check its permissions and the disk"
        ) from error
