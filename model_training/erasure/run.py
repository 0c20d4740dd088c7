"""Erasing learners from the table of reviews and the lake's bucket, older versions included."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from lake.table import ReviewTable
from model_training.erasure.errors import ErasureError
from model_training.erasure.learner_rows import Rest, UnreadableError, without
from model_training.migration.old_files import REVIEWS, is_old_file
from model_training.registry.card import timestamp
from model_training.registry.lake import Lake, ObjectVersion, StoredObject

DECKS, DUE, QUERY_RESULTS, SAMPLES = "decks/", "due/", "reports/athena/", "samples/"
ATTEMPTS = 5
# The settings of S3 Tables, as the stack has them: for how long at most a snapshot is kept; the files that no
# snapshot has any more become noncurrent, and are gone another while later.
SNAPSHOT_HOURS, UNREFERENCED_DAYS, NONCURRENT_DAYS = 24, 1, 1
REMOVAL = timedelta(days=UNREFERENCED_DAYS + NONCURRENT_DAYS)


@dataclass
class Erasure:
    """What was erased.

    Parameters
    ----------
    learners : list of str
        The erased learners' ids.
    reviews : int
        Rows in the table of reviews.
    older_reviews : int
        Rows that older snapshots of the table still hold.
    gone_by : str or None
        When the table's storage has deleted the bytes of all these, ISO 8601 in UTC, by its settings; None if
        nothing was found.
    deck_rows : int
        Rows in the decks.
    due_files : int
        Due lists that held one of them; the next nightly job makes them anew.
    query_results, training_files : int
        Files that queries and training runs left: all are deleted, since they may hold anybody.
    old_versions : int
        Older versions of any of these objects that held one of them.
    """

    learners: list[str]
    reviews: int = 0
    older_reviews: int = 0
    gone_by: str | None = None
    deck_rows: int = 0
    due_files: int = 0
    query_results: int = 0
    training_files: int = 0
    old_versions: int = 0

    def as_result(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return asdict(self)


def erase(
    lake: Lake, table: ReviewTable, *learners: str, now: datetime, received_until: datetime | None = None
) -> Erasure:
    """Erase learners from the table, decks, due lists and what queries and training runs left.

    Every older version of an object that held them goes, too. Running it again erases what came meanwhile,
    and looks through every file that any snapshot of the table has.

    Parameters
    ----------
    lake : Lake
        The lake to erase the learners from.
    table : ReviewTable
        The table of reviews.
    *learners : str
        The learners' ids, as in the reviews; for several at once each file is written once.
    now : datetime
        The current time, aware of its time zone.
    received_until : datetime, optional
        Keep the reviews that were received after this moment: of a learner who has begun anew.

    Raises
    ------
    LakeError, TableError
        If S3 or the table refuses or can't be reached. What was erased stays erased; run it again.
    ErasureError
        If an object is damaged, so that nobody knows whose rows it holds; or if the lake has files of a
        release before the table.
    """
    done, gone = Erasure(list(learners)), set(learners)
    _erase_from_table(table, done, now, received_until)
    done.deck_rows = sum(_rewrite(lake, key, gone) for key in lake.keys(DECKS))
    due = [key for key in lake.keys(DUE) if _rows_held(lake, key, lake.read(key), gone)]
    results, samples = list(lake.keys(QUERY_RESULTS)), list(lake.keys(SAMPLES))
    lake.delete([*due, *results, *samples])
    done.due_files, done.query_results, done.training_files = len(due), len(results), len(samples)
    old = [
        version
        for prefix in (DECKS, DUE, QUERY_RESULTS, SAMPLES)
        for version in lake.versions(prefix)
        if not (version.is_latest or version.is_marker) and _held(lake, version, gone)
    ]
    lake.delete_versions(old)
    done.old_versions = len(old)
    _refuse_old_files(lake)
    return done


def _refuse_old_files(lake: Lake) -> None:
    files = {each.key for each in lake.versions(REVIEWS) if not each.is_marker and is_old_file(each.key)}
    if files:
        raise ErasureError(
            f"s3://{lake.bucket}/{REVIEWS}: {len(files):,} files of an older release may hold them still; "
            "all else is erased; run `recall migrate --delete`, then erase again"
        )


def _erase_from_table(
    table: ReviewTable, done: Erasure, now: datetime, received_until: datetime | None
) -> None:
    done.reviews = table.erase(done.learners, received_until)
    older = table.held_before(done.learners)
    done.older_reviews = older.rows
    if done.reviews or older.rows:
        expiry = older.newest + timedelta(hours=SNAPSHOT_HOURS) if older.newest else now
        done.gone_by = timestamp(max(now, expiry) + REMOVAL)


def _rewrite(lake: Lake, key: str, learners: Set[str]) -> int:
    """Write an object without the learners' rows, unless it holds none; return how many it held."""
    for _ in range(ATTEMPTS):
        stored = lake.read(key)
        if stored is None:
            return 0
        rest = _without(lake, key, stored, learners)
        if not rest.rows or lake.replace(key, rest.body, stored.etag):
            return rest.rows
    raise ErasureError(f"s3://{lake.bucket}/{key}: others keep writing it; stop them, then erase again")


def _rows_held(lake: Lake, key: str, stored: StoredObject | None, learners: Set[str]) -> int:
    return 0 if stored is None else _without(lake, key, stored, learners).rows


def _without(lake: Lake, key: str, stored: StoredObject, learners: Set[str]) -> Rest:
    try:
        return without(key, stored.body, learners)
    except UnreadableError as error:
        raise ErasureError(
            f"s3://{lake.bucket}/{key}: can't be read ({error}), so nobody can tell whether it holds "
            "the learner; repair or delete it, then erase again"
        ) from error


def _held(lake: Lake, version: ObjectVersion, learners: Set[str]) -> bool:
    """Return whether an older version has to go: it holds a learner, or nobody knows whether it does."""
    if version.key.startswith((QUERY_RESULTS, SAMPLES)):
        return True
    body = lake.read_version(version)
    try:
        return body is not None and without(version.key, body, learners).rows > 0
    except UnreadableError:
        return True
