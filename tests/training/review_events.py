"""Reviews as releases before the table of reviews stored those of a request, in a fake lake."""

import hashlib
import json
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


class Event(NamedTuple):
    """A review."""

    event_id: str
    learner: str
    card: str
    reviewed_at: datetime
    rating: int
    recall_probability: float | None
    model_version: str | None


def event(number, *, days_ago=1.0, learner="ann", card="gato", rating=3, recall=None, version=None):
    """Return a review; `number` makes its event id."""
    return Event(f"e{number}", learner, card, NOW - timedelta(days=days_ago), rating, recall, version)


def post(s3, *reviews, minute=0):
    """Store reviews as one request, `minute` minutes before noon's hundred; return the object's key."""
    received = _utc(NOW - timedelta(minutes=100 - minute))
    lines = [
        json.dumps(each._asdict() | {"reviewed_at": _utc(each.reviewed_at), "received_at": received}) + "\n"
        for each in sorted(reviews)
    ]
    body = "".join(lines).encode()
    key = f"reviews/inbox/2026-11-20/{hashlib.sha256(body).hexdigest()}.jsonl"
    s3.lake.replace(key, body, None)
    return key


def table_of(s3):
    """Return the table's files: their keys and bytes."""
    return {key: stored.body for key, stored in s3.objects.items() if key.startswith("reviews/table/")}


def inbox_of(s3):
    """Return the keys of the inbox."""
    return [key for key in s3.objects if key.startswith("reviews/inbox/")]


def _utc(time):
    return time.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
