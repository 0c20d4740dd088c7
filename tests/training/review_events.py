"""Reviews as the intake function stores them, in a fake lake."""

from datetime import UTC, datetime, timedelta

from intake.inbox import content
from intake.request import Review

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def event(number, *, days_ago=1.0, learner="ann", card="gato", rating=3, recall=None, version=None):
    """Return a review; `number` makes its event id."""
    return Review(f"e{number}", learner, card, NOW - timedelta(days=days_ago), rating, recall, version)


def post(s3, *reviews, minute=0):
    """Store reviews as one request, `minute` minutes before noon's hundred; return the object's key."""
    key, body = content(reviews, NOW - timedelta(minutes=100 - minute))
    s3.lake.replace(key, body, None)
    return key


def table_of(s3):
    """Return the table's files: their keys and bytes."""
    return {key: stored.body for key, stored in s3.objects.items() if key.startswith("reviews/table/")}


def inbox_of(s3):
    """Return the keys of the inbox."""
    return [key for key in s3.objects if key.startswith("reviews/inbox/")]
