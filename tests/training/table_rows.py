"""Rows of the table of reviews, made by the serving core, without a lake."""

from datetime import UTC, datetime, timedelta
from itertools import groupby

import pyarrow as pa

from lake.rows import Added, rows_of_card
from lake.schema import COLUMNS
from memory.reviews import EPOCH, Review

ARROW = {
    "string": pa.string(),
    "date": pa.date32(),
    "timestamptz": pa.timestamp("us", "UTC"),
    "int": pa.int32(),
    "boolean": pa.bool_(),
    "double": pa.float64(),
}
SCHEMA = pa.schema([pa.field(name, ARROW[column.type]) for name, column in COLUMNS.items()])
RECEIVED = datetime(2026, 11, 20, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
STUDY_DAYS_BEGIN = -240  # minutes: at 04:00 UTC


def arrow_table(rows):
    """Return rows as an Arrow table, as the lake's files have them."""
    columns = zip(*rows, strict=True) if rows else [()] * len(SCHEMA)
    return pa.table([pa.array(c, f.type) for c, f in zip(columns, SCHEMA, strict=True)], schema=SCHEMA)


def rows_of_log(log):
    """Return the rows of a canonical log: its `reviewed_at` in UTC, and events named by their place."""
    events = zip(log["learner"], log["card"], log["reviewed_at"], log["rating"], log.index, strict=True)
    rows = []
    for (learner, card), some in groupby(events, key=lambda event: event[:2]):
        added = [
            Review((at.to_pydatetime() - EPOCH) // MICROSECOND, f"e{place:06}", int(rating), 0,
                   STUDY_DAYS_BEGIN, None, None, place)
            for _, _, at, rating, place in some
        ]  # fmt: skip
        rows += rows_of_card(learner, str(card), [], [Added(each, RECEIVED) for each in added])
    return rows


class Stored:
    """A table of reviews in memory, for what reads `lake.table.ReviewTable.batches`."""

    def __init__(self, table):
        self._table = table

    def batches(self, columns, _row_filter=None):
        chosen = self._table.select(list(columns))
        return pa.RecordBatchReader.from_batches(chosen.schema, chosen.to_batches(1000))
