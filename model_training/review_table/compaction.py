"""Compaction: what arrived in the inbox goes into the files of its days, each event once.

Killing it at any point and running it again loses nothing and repeats nothing: an inbox object is deleted
only when all its events are in their days' files; a file is written only if nobody else wrote it since it was
read; and which of an event id's rows stays doesn't depend on when they were merged.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from os.path import commonprefix
from typing import Any

from model_training.registry.lake import Lake, StoredObject
from model_training.review_table.errors import ReviewTableError
from model_training.review_table.schema import INBOX, TABLE, day_of, oldest_kept, table_key
from model_training.review_table.workbench import Workbench, workbench

BATCH = 500  # inbox objects, so at most 500,000 events at once
READERS = 8  # S3 answers many at once
ATTEMPTS = 5
# An event id that comes again with a time on another day is looked for in the files that were written lately:
# whoever sends an event twice does so soon. Looking through all files would take longer with every day.
LATELY = timedelta(days=7)


@dataclass
class Compaction:
    """What a compaction did.

    Parameters
    ----------
    objects : int
        Objects of the inbox that were merged and deleted.
    stored : int
        Events by which the table grew.
    repeated : int
        Events that were in the table already, or twice in the inbox.
    expired : int
        Events that were older than the retention when they arrived.
    dropped_days : int
        Days whose file was dropped because it was older than the retention.
    days : list of str
        The days whose file was written, ISO 8601.
    """

    objects: int = 0
    stored: int = 0
    repeated: int = 0
    expired: int = 0
    dropped_days: int = 0
    days: list[str] = field(default_factory=list)

    def as_result(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return asdict(self)


def compact(lake: Lake, *, now: datetime, retention_days: int | None = None) -> Compaction:
    """Merge the inbox into the table, and drop the days that are older than the retention.

    Parameters
    ----------
    lake : Lake
        The lake with the inbox and the table.
    now : datetime
        The current time, aware of its time zone.
    retention_days : int, optional
        How many days are kept, today included; without it, all.

    Returns
    -------
    Compaction
        What it did.

    Raises
    ------
    LakeError
        If S3 refuses or can't be reached. What was done stays done; run it again.
    ReviewTableError
        If an object is damaged, or others wrote the same days again and again.
    """
    done = Compaction()
    oldest = None if retention_days is None else oldest_kept(now, retention_days)
    inbox = list(lake.keys(INBOX))
    for start in range(0, len(inbox), BATCH):
        _merge(lake, inbox[start : start + BATCH], now=now, oldest=oldest, done=done)
    done.days = sorted(set(done.days))
    if oldest is not None:
        old = [key for key in lake.keys(TABLE) if (day := day_of(key)) is not None and day < oldest]
        lake.delete(old)
        done.dropped_days = len(old)
    return done


def _merge(lake: Lake, keys: Sequence[str], *, now: datetime, oldest: date | None, done: Compaction) -> None:
    for _ in range(ATTEMPTS):
        bodies = _bodies(lake, keys)
        with workbench() as bench:
            for key, body in bodies.items():
                bench.receive(f"s3://{lake.bucket}/{key}", body)
            expired = 0 if oldest is None else bench.drop_before(oldest)
            arrived = bench.arrived()
            before = _stored(lake, bench, now)
            # Gone since it was read: it is in the files that were read after it, or its learner was erased.
            if bodies.keys() - lake.keys(commonprefix(list(bodies))).keys():  # noqa: RUF071 - keys are no paths
                continue
            grown = bench.merge()
            written = _write(lake, bench, before)
        if written is not None:
            break
    else:
        raise ReviewTableError(
            f"s3://{lake.bucket}/{TABLE}: others wrote the same days {ATTEMPTS} times meanwhile; run one "
            "compaction at a time; nothing was taken from the inbox"
        )
    lake.delete(bodies)
    done.objects += len(bodies)
    done.stored += grown
    done.repeated += arrived - grown
    done.expired += expired
    done.days += written


def _bodies(lake: Lake, keys: Sequence[str]) -> dict[str, bytes]:
    """Read inbox objects, without those that another compaction has merged meanwhile."""
    with ThreadPoolExecutor(READERS) as pool:
        return {key: read.body for key, read in zip(keys, pool.map(lake.read, keys), strict=True) if read}


def _stored(lake: Lake, bench: Workbench, now: datetime) -> dict[date, StoredObject | None]:
    """Bring in the files of the days that arrived, and of those that hold an event that arrived again."""
    before: dict[date, StoredObject | None] = {}
    for day in bench.arrived_days():
        before[day] = lake.read(table_key(day))
        if (file := before[day]) is not None:
            bench.add_day(f"s3://{lake.bucket}/{table_key(day)}", file.body)
    if not before:
        return before
    for key, written in lake.keys(TABLE).items():
        day_there = day_of(key)
        if day_there is None or day_there in before or now - written > LATELY:
            continue
        file = lake.read(key)
        if file is not None and bench.holds_arrived(f"s3://{lake.bucket}/{key}", file.body):
            before[day_there] = file
    return before


def _write(lake: Lake, bench: Workbench, before: dict[date, StoredObject | None]) -> list[str] | None:
    """Write the files that changed; return their days, or None when somebody else wrote one meanwhile."""
    written = []
    for day, file in sorted(before.items()):
        if file is None and bench.is_empty(day):  # all that arrived for it is in another day already
            continue
        body = bench.day_file(day)
        if file is not None and body == file.body:
            continue
        if not lake.replace(table_key(day), body, None if file is None else file.etag):
            return None
        written.append(str(day))
    return written
