"""Rows of the table of reviews, as calibration reads them, and an engine over them."""

from datetime import UTC, datetime, timedelta

import pyarrow as pa

from model_training.calibration import COLUMNS, calibrate
from model_training.engines.duck import duck

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
TYPES = {
    "learner": pa.string(),
    "date": pa.date32(),
    "rating": pa.int32(),
    "recall_probability": pa.float64(),
    "model_version": pa.string(),
    "scored": pa.bool_(),
    "days_since_last_review": pa.float64(),
    "review_count": pa.int32(),
    "failures": pa.int32(),
    "reviews": pa.int32(),
}


def row(days_ago=1, *, learner="ann", rating=3, recall=None, version=None, days=4.0, count=1, **more):
    """Return a row of a scored review; `days` None: of a card's first one."""
    first = days is None
    return {
        "learner": learner,
        "date": (NOW - timedelta(days=days_ago)).date(),
        "rating": rating,
        "recall_probability": recall,
        "model_version": version,
        "scored": not first,
        "days_since_last_review": days,
        "review_count": None if first else count,
        "failures": None if first else 0,
        "reviews": None if first else count,
    } | more


def crowd(count, days_ago=1, *, prefix="l", **more):
    """Return a scored review of each of many learners, of which one in five fails."""
    return [row(days_ago, learner=f"{prefix}{n}", rating=3 if n % 5 else 1, **more) for n in range(count)]


class Rows:
    """What an engine reads of a table that has these rows."""

    def __init__(self, rows):
        self._rows = rows

    def batches(self, columns, _row_filter=None):
        """Return columns of the rows."""
        schema = pa.schema([(name, TYPES[name]) for name in columns])
        rows = [{name: each[name] for name in columns} for each in self._rows]
        return pa.Table.from_pylist(rows, schema=schema).to_reader()


def engine(rows):
    """Open an engine over rows."""
    return duck(Rows(rows), COLUMNS)


def calibration(s3, rows):
    """Calibrate a lake whose table has these rows."""
    with engine(rows) as opened:
        return calibrate(s3.lake, opened, NOW)
