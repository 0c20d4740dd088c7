"""Erasing learners from everything that the lake keeps of learners, older versions included."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from model_training.registry.lake import Lake, ObjectVersion, StoredObject
from model_training.review_table.compaction import ATTEMPTS, compact
from model_training.review_table.errors import ReviewTableError
from model_training.review_table.learner_rows import Rest, UnreadableError, without
from model_training.review_table.schema import REVIEWS, TABLE

DECKS, DUE, QUERY_RESULTS = "decks/", "due/", "reports/athena/"


@dataclass
class Erasure:
    """What was erased.

    Parameters
    ----------
    learners : list of str
        The erased learners' ids.
    reviews, deck_rows : int
        Rows in the table's files, and in the decks.
    due_files : int
        Due lists that held one of them; the next nightly job makes them anew.
    query_results : int
        Files that queries left: all are deleted, since they may hold anybody.
    old_versions : int
        Older versions of any of these that held one of them.
    """

    learners: list[str]
    reviews: int = 0
    deck_rows: int = 0
    due_files: int = 0
    query_results: int = 0
    old_versions: int = 0

    def as_result(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return asdict(self)


def erase(lake: Lake, *learners: str, now: datetime) -> Erasure:
    """Erase learners' reviews, deck rows and due lists, and every older version that held them.

    What is in the inbox is merged first. Running it again erases what came meanwhile, and counts it.

    Parameters
    ----------
    lake : Lake
        The lake to erase the learners from.
    *learners : str
        The learners' ids, as in the reviews; for several at once each file is written once.
    now : datetime
        The current time, aware of its time zone.

    Raises
    ------
    LakeError
        If S3 refuses or can't be reached. What was erased stays erased; run it again.
    ReviewTableError
        If an object is damaged, so that nobody knows whose rows it holds.
    """
    done = Erasure(list(learners))
    gone = set(learners)
    compact(lake, now=now)
    done.reviews = sum(_rewrite(lake, key, gone) for key in lake.keys(TABLE))
    done.deck_rows = sum(_rewrite(lake, key, gone) for key in lake.keys(DECKS))
    due = [key for key in lake.keys(DUE) if _rows_held(lake, key, lake.read(key), gone)]
    results = list(lake.keys(QUERY_RESULTS))
    lake.delete([*due, *results])
    done.due_files, done.query_results = len(due), len(results)
    old = [
        version
        for prefix in (REVIEWS, DECKS, DUE, QUERY_RESULTS)
        for version in lake.versions(prefix)
        if not (version.is_latest or version.is_marker) and _held(lake, version, gone)
    ]
    lake.delete_versions(old)
    done.old_versions = len(old)
    return done


def _rewrite(lake: Lake, key: str, learners: Set[str]) -> int:
    """Write an object without the learners' rows, unless it holds none; return how many it held."""
    for _ in range(ATTEMPTS):
        stored = lake.read(key)
        if stored is None:
            return 0
        rest = _without(lake, key, stored, learners)
        if not rest.rows or lake.replace(key, rest.body, stored.etag):
            return rest.rows
    raise ReviewTableError(f"s3://{lake.bucket}/{key}: others keep writing it; stop them, then erase again")


def _rows_held(lake: Lake, key: str, stored: StoredObject | None, learners: Set[str]) -> int:
    return 0 if stored is None else _without(lake, key, stored, learners).rows


def _without(lake: Lake, key: str, stored: StoredObject, learners: Set[str]) -> Rest:
    try:
        return without(key, stored.body, learners)
    except UnreadableError as error:
        raise ReviewTableError(
            f"s3://{lake.bucket}/{key}: can't be read ({error}), so nobody can tell whether it holds "
            "the learner; repair or delete it, then erase again"
        ) from error


def _held(lake: Lake, version: ObjectVersion, learners: Set[str]) -> bool:
    """Return whether an older version has to go: it holds a learner, or nobody knows whether it does."""
    if version.key.startswith(QUERY_RESULTS):
        return True
    body = lake.read_version(version)
    try:
        return body is not None and without(version.key, body, learners).rows > 0
    except UnreadableError:
        return True
