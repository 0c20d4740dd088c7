"""Learners whom the service remembers, and their reviews."""

from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from recall_client import StudyReview

from tests.functional.memories import Memory

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)


@contextmanager
def remembering_service(tables, clock):
    """Give the memory's service, with a table of its own."""
    with closing(Memory(tables.create(), tables.url, clock=clock)) as memory:
        yield memory.service


def review(card, days_ago=0.0, rating=3, **more):
    """Return a review that took place so many days before `NOW`."""
    return StudyReview(card=card, rating=rating, reviewed_at=NOW - timedelta(days=days_ago), **more)


def random_reviews(count, cards, random):
    """Return reviews of so many cards in any order of time, as a phone sends that was offline."""
    return [
        review(
            f"card {random.randrange(cards)}",
            random.uniform(0, 90),
            random.choice((1, 2, 3, 3, 4)),
            event_id=str(uuid4()),
            duration_ms=random.randrange(30_000),
        )
        for _ in range(count)
    ]
