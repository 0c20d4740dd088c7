"""The files in which releases before the table of reviews kept them, in a fake lake."""

import io
import json
from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pyarrow.parquet as pq

RECEIVED = datetime(2026, 11, 20, 12, tzinfo=UTC)
NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)
TYPES = {
    "event_id": pa.string(),
    "learner": pa.string(),
    "card": pa.string(),
    "reviewed_at": pa.timestamp("us", "UTC"),
    "rating": pa.int8(),
    "recall_probability": pa.float64(),
    "model_version": pa.string(),
    "received_at": pa.timestamp("us", "UTC"),
}


def event(number, day, learner="ann", card="gato", rating=3, recall=None, version=None, received=RECEIVED):
    """Return a review at noon of a day, counted from the 1st of November; `number` makes its event id."""
    at = NOON + timedelta(days=day, microseconds=number)
    return dict(zip(TYPES, (f"e{number}", learner, card, at, rating, recall, version, received), strict=True))


def day_file(s3, day, *events):
    """Store a day's file; return its key."""
    columns = {name: pa.array([each[name] for each in events], kind) for name, kind in TYPES.items()}
    body = io.BytesIO()
    pq.write_table(pa.table(columns), body, compression="zstd")
    key = f"reviews/table/date={(NOON + timedelta(days=day)).date()}/reviews.parquet"
    s3.lake.write(key, body.getvalue())
    return key


def request(s3, name, *events):
    """Store a request's object; return its key."""
    lines = [json.dumps({k: _text(value) for k, value in each.items()}) + "\n" for each in events]
    key = f"reviews/inbox/2026-11-20/{name}.jsonl"
    s3.lake.write(key, "".join(lines).encode())
    return key


def _text(value):
    return value.strftime("%Y-%m-%dT%H:%M:%S.%fZ") if isinstance(value, datetime) else value
