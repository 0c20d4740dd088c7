"""The table of reviews in Iceberg: rows in, each once; and out, so that no file has them any more.

Rows are removed by writing the files that hold them anew (copy-on-write), in the commit that removes them: a
removed row is in no file of the newest snapshot, and whoever can read Parquet can read the table.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from itertools import chain
from typing import NamedTuple, TypeVar

import pyarrow as pa
from pyiceberg.exceptions import (
    BadRequestError,
    CommitFailedException,
    CommitStateUnknownException,
    ForbiddenError,
    RESTError,
    ServerError,
    ServiceUnavailableError,
    TooManyRequestsError,
)
from pyiceberg.expressions import (
    AlwaysTrue,
    And,
    BooleanExpression,
    GreaterThanOrEqual,
    In,
    LessThan,
    LessThanOrEqual,
    Or,
)
from pyiceberg.table import Table, Transaction
from requests import RequestException

from lake.errors import TableError
from lake.kept import Held, held_before
from lake.rows import Row
from lake.schema import COLUMNS, KEY

PLACES = {name: place for place, name in enumerate(COLUMNS)}
REVIEWED_AT = PLACES["reviewed_at"]
MOST_RANGES = 30  # of time in a condition; more take longer to weigh than what they leave out
# Of this process alone: whether the catalogue of S3 Tables takes properties isn't documented.
PROPERTIES = {
    # Not PyIceberg's own repetition of a commit: that would add rows that somebody else has added meanwhile.
    "commit.retry.num-retries": "0",
    # No least and greatest id in manifests: an erased learner would stay in the entry of the file that went.
    **{f"write.metadata.metrics.column.{name}": "counts" for name in KEY},
}
MOST_TRIES = 10
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 5.0  # seconds, at most
PASSING = (
    *(CommitStateUnknownException, ServerError, ServiceUnavailableError, TooManyRequestsError),
    *(RequestException, OSError),
)

Result = TypeVar("Result")
Name = tuple[str, str, str]
"""What a row is known by: the values of `lake.schema.KEY`."""


class Key(NamedTuple):
    """A review that is to be removed."""

    learner: str
    card: str
    event_id: str
    reviewed_at: datetime


class Applied(NamedTuple):
    """What became of a batch.

    Attributes
    ----------
    added, repeated, removed : int
        Rows that are new; that were there already; that are gone.
    """

    added: int
    repeated: int
    removed: int


class ReviewTable:
    """The table.

    Parameters
    ----------
    table : pyiceberg.table.Table
        With the columns of `lake.schema.COLUMNS`.

    Every method raises `TableError` if the catalogue or the files can't be reached, or if others change the
    table so often that there is no getting through.
    """

    def __init__(self, table: Table) -> None:
        self._table = table

    def apply(self, rows: Iterable[Row], removed: Iterable[Key] = ()) -> Applied:
        """Add rows and remove others, all or nothing, in one commit.

        Of a row that is there already, nothing changes; so the same batch may come again.

        Parameters
        ----------
        rows : iterable of Row
            Rows to add; of several with one key the first counts.
        removed : iterable of Key
            Rows to remove first: one that was undone and sent again is among those to add, too.
        """
        new: dict[Name, Row] = {}
        for row in rows:
            new.setdefault(_name(row), row)
        gone = {(key.learner, key.card, key.event_id): key.reviewed_at for key in removed}
        times = [*gone.items(), *((name, row[REVIEWED_AT]) for name, row in new.items())]
        if not times:
            return Applied(0, 0, 0)

        def attempt() -> Applied:
            there = set(_each_name(self._read(_among(times), KEY)))
            missing = [row for name, row in new.items() if name not in there or name in gone]
            leaving = [(name, at) for name, at in times if name in gone and name in there]
            if missing or leaving:
                with self._table.transaction() as transaction:
                    kept = self._remove(transaction, leaving) if leaving else []
                    transaction.append(pa.concat_tables([*kept, self._arrow(missing)]))
            return Applied(len(missing), len(new) - len(missing), len(gone.keys() & there))

        return self._until_committed(attempt)

    def erase(self, learners: Sequence[str], received_until: datetime | None = None) -> int:
        """Remove all rows of some learners, and let go of the older snapshots.

        Parameters
        ----------
        learners : sequence of str
            Their ids, at least one.
        received_until : datetime, optional
            Keep what was received after this moment: of a learner who has begun anew.

        Returns
        -------
        int
            How many rows there were.
        """
        wanted: BooleanExpression = In("learner", set(learners))
        if received_until is not None:
            wanted = And(wanted, LessThanOrEqual("received_at", received_until.isoformat()))
        erased = self._until_committed(lambda: self._delete(wanted, "learner"))
        self.forget()
        return erased

    def forget(self) -> None:
        """Let go of all snapshots but the newest: with them go the files that only they have."""
        self._until_committed(self._forget)

    def held_before(self, learners: Sequence[str]) -> Held:
        """Look for learners in the files that only older snapshots have."""
        return self._until_committed(lambda: held_before(self._table, learners))

    def expire(self, before: date) -> int:
        """Remove the rows of all reviews before a UTC day; return how many."""
        old = LessThan("date", before.isoformat())
        return self._until_committed(lambda: self._delete(old, "date"))

    def batches(
        self, columns: Sequence[str], row_filter: BooleanExpression | None = None
    ) -> pa.RecordBatchReader:
        """Return columns of the rows that a condition holds for, in batches: the table may be large."""
        self._table.refresh()
        wanted = row_filter or AlwaysTrue()
        return self._table.scan(wanted, selected_fields=tuple(columns)).to_arrow_batch_reader()

    def files(self) -> list[str]:
        """Return the URIs of the newest snapshot's Parquet files: together they are the table."""
        self._table.refresh()
        return [task.file.file_path for task in self._table.scan().plan_files()]

    def _remove(self, transaction: Transaction, leaving: Sequence[tuple[Name, datetime]]) -> list[pa.Table]:
        """Remove rows, and return those that the condition takes beside them: they have to be put back."""
        wanted = _among(leaving)
        found = self._read(wanted, tuple(COLUMNS))
        transaction.delete(wanted)
        names = {name for name, _ in leaving}
        kept = pa.array([name not in names for name in _each_name(found)], pa.bool_())
        return [found.filter(kept)]

    def _delete(self, wanted: BooleanExpression, column: str) -> int:
        rows: int = self._read(wanted, (column,)).num_rows
        if rows:
            self._table.delete(wanted)
        return rows

    def _forget(self) -> None:
        current = self._table.current_snapshot()
        old = [each.snapshot_id for each in self._table.snapshots() if current and each != current]
        if not old:
            return
        try:
            self._table.maintenance.expire_snapshots().by_ids(old).commit()
        except (BadRequestError, ForbiddenError, NotImplementedError):
            # AWS's documentation doesn't say whether a client may; its own maintenance does it within a day.
            return

    def _read(self, wanted: BooleanExpression, columns: tuple[str, ...]) -> pa.Table:
        return self._table.scan(wanted, selected_fields=columns).to_arrow()

    def _arrow(self, rows: list[Row]) -> pa.Table:
        schema = self._table.schema().as_arrow()
        columns = zip(*rows, strict=True) if rows else [()] * len(schema)
        arrays = [pa.array(values, field.type) for values, field in zip(columns, schema, strict=True)]
        return pa.Table.from_arrays(arrays, schema=schema)

    def _until_committed(self, attempt: Callable[[], Result]) -> Result:
        """Return what an attempt returns during which nobody else has changed the table."""
        problem = "others change it all the time; run it again"
        for tries in range(MOST_TRIES):
            try:
                self._table.refresh()
                self._table.metadata.properties.update(PROPERTIES)
                return attempt()
            except CommitFailedException:
                pass  # somebody else came first
            except PASSING as error:
                # It may be done all the same: then the next attempt finds its rows.
                problem = first_line(error)
            except RESTError as error:
                raise TableError(f"{self}: {first_line(error)}") from error
            time.sleep(random.random() * min(LONGEST_PAUSE, FIRST_PAUSE * 2**tries))  # noqa: S311 - no secret
        raise TableError(f"{self}: {problem}")

    def __str__(self) -> str:
        """Return where the table is, for messages."""
        return self._table.location()


def first_line(error: Exception) -> str:
    """Return what an error says, in one line."""
    return next(iter(str(error).splitlines()), type(error).__name__)


def _among(times: Sequence[tuple[Name, datetime]]) -> BooleanExpression:
    """Return a condition that holds for the rows of these names, and for few others.

    Parameters
    ----------
    times : sequence of (Name, datetime)
        When each was reviewed: by this, whole files and parts of files are left out.
    """
    learners, _, event_ids = (set(values) for values in zip(*(name for name, _ in times), strict=True))
    return And(_then([at for _, at in times]), In("learner", learners), In("event_id", event_ids))


def _then(times: Iterable[datetime]) -> BooleanExpression:
    """Return a condition that holds for times: day by day, so that a late one doesn't take in all between."""
    days: dict[date, list[datetime]] = {}
    for at in times:
        days.setdefault(at.date(), []).append(at)
    groups = list(days.values()) if len(days) <= MOST_RANGES else [list(chain(*days.values()))]
    ranges = [
        And(
            GreaterThanOrEqual("reviewed_at", min(group).isoformat()),
            LessThanOrEqual("reviewed_at", max(group).isoformat()),
        )
        for group in groups
    ]
    return Or(*ranges) if len(ranges) > 1 else ranges[0]


def _name(row: Row) -> Name:
    learner, card, event_id = (row[PLACES[name]] for name in KEY)
    return learner, card, event_id


def _each_name(rows: pa.Table) -> Iterable[Name]:
    return zip(*(rows[name].to_pylist() for name in KEY), strict=True)
