"""The migration: old files into the table, then into the memory, then away.

Killed at any point and run again, it loses nothing and repeats nothing: a row or a review that is there
already stays as it is, and the files go only after everything in them is in both places.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any

from lake.rows import Added, Row, rows_of_card
from lake.table import REVIEWED_AT, ReviewTable
from memory.learner import DEFAULT_SHIFT
from memory.reviews import EPOCH, Review
from model_training.learner_import.service import Service, reason
from model_training.migration.old_files import REVIEWS, OldReview, OldReviews, is_old_file, old_reviews
from model_training.progress import Progress
from model_training.registry.lake import Lake

ROWS = 50_000  # in a commit
SENT_AT_ONCE = 1_000  # reviews in a request
# Of a prediction that came without a version.
UNKNOWN_VERSION = "unknown"


@dataclass
class Migration:
    """What a migration did.

    Parameters
    ----------
    objects, reviews : int
        Old files, and the reviews in them, each event once.
    added, in_table : int
        Rows that are new in the table, and those that were there already.
    accepted, in_memory : int
        Reviews that are new in the memory, and those that it had already; 0 without a service.
    rejected : dict of str to int
        Number of reviews that the service rejected, by its reason.
    deleted : int
        Old files that were deleted, with all their versions.
    kept : list of str
        Keys under ``reviews/`` that were left as they are: no old files, or written since they were read.
    """

    objects: int = 0
    reviews: int = 0
    added: int = 0
    in_table: int = 0
    accepted: int = 0
    in_memory: int = 0
    rejected: dict[str, int] = field(default_factory=dict)
    deleted: int = 0
    kept: list[str] = field(default_factory=list)

    def as_result(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return asdict(self)


def migrate(
    lake: Lake, table: ReviewTable, service: Service | None, progress: Progress, *, delete: bool = False
) -> Migration:
    """Bring the reviews of a lake's old files into the table and the memory.

    Parameters
    ----------
    lake : Lake
        With the old files.
    table : ReviewTable
        Gets a row for each review; the first row of an event stays.
    service : Service or None
        The service whose memory gets the reviews, so that it knows the cards; None: it knows them already.
    progress : Progress
        Shows how many reviews are done.
    delete : bool
        Delete the old files afterwards, with all their versions, unless the service rejected a review.

    Raises
    ------
    LakeError, TableError, ServiceError
        If the lake, the table or the service can't be reached. What was done stays done; run it again.
    OldFileError
        If a file is damaged; nothing was done.
    """
    with old_reviews(lake, progress) as old:
        done = Migration(len(old.objects), old.count, kept=old.others)
        with progress.step("writing rows", old.count) as advance:
            for start, end in _parts(old.count, ROWS):
                applied = table.apply(_rows(old, start, end))
                done.added += applied.added
                done.in_table += applied.repeated
                advance(end - start)
        if service is not None:
            _send(old, service, progress, done)
        if delete and not done.rejected:
            _delete(lake, old, done)
    return done


def _parts(count: int, size: int) -> Iterator[tuple[int, int]]:
    for start in range(0, count, size):
        yield start, min(start + size, count)


def _rows(old: OldReviews, start: int, end: int) -> list[Row]:
    """Return the rows of the reviews of some places, each with its card's history before it."""
    rows: list[Row] = []
    for (learner, card), reviews in groupby(old.of_their_cards(start, end), key=itemgetter(0, 1)):
        before, added = [], []
        for each in reviews:
            if each.place < start:
                before.append(_review(each))
            else:
                version = each.version or UNKNOWN_VERSION
                added.append(Added(_review(each), EPOCH + timedelta(microseconds=each.received), version))
        rows += rows_of_card(learner, card, before, added)
    return sorted(rows, key=itemgetter(REVIEWED_AT))


def _review(old: OldReview) -> Review:
    return Review(old.micros, old.event_id, old.rating, 0, DEFAULT_SHIFT, None, old.probability, 0)


def _send(old: OldReviews, service: Service, progress: Progress, done: Migration) -> None:
    """Send all reviews to the memory in the order of time, so that it learns in that order."""
    rejected: Counter[str] = Counter()
    with progress.step("sending reviews", old.count) as advance:
        for start, end in _parts(old.count, SENT_AT_ONCE):
            answer = service.store_reviews({"reviews": [_as_sent(each) for each in old.in_turn(start, end)]})
            done.accepted += answer["accepted"]
            done.in_memory += answer["repeated"]
            rejected.update(reason(each) for each in answer["rejected"])
            advance(end - start)
    done.rejected = dict(rejected.most_common())


def _as_sent(old: OldReview) -> dict[str, Any]:
    at = EPOCH + timedelta(microseconds=old.micros)
    prediction = {"recall_probability": old.probability, "model_version": old.version}
    return {
        "event_id": old.event_id,
        "learner": old.learner,
        "card": old.card,
        "rating": old.rating,
        "reviewed_at": at.isoformat().replace("+00:00", "Z"),
        **{name: value for name, value in prediction.items() if value is not None},
    }


def _delete(lake: Lake, old: OldReviews, done: Migration) -> None:
    """Delete the old files with all their versions, but for those that were written since they were read."""
    there = lake.keys(REVIEWS)
    written = {key for key, at in there.items() if old.objects.get(key) != at}
    going = [each for each in lake.versions(REVIEWS) if each.key not in written and is_old_file(each.key)]
    # The newest last: whoever runs it again after a kill must not find an older version in its place.
    lake.delete_versions(each for each in going if not each.is_latest)
    lake.delete_versions(each for each in going if each.is_latest)
    done.deleted = len(there.keys() - written)
    done.kept = sorted(written)
