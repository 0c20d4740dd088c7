"""Rows for tables of reviews, of reviews on days that are counted from a first one."""

from datetime import UTC, datetime

from lake.rows import Added, rows_of_card
from lake.table import Key
from memory.reviews import Review

DAY = 86_400_000_000
NOW = datetime(2026, 11, 29, tzinfo=UTC)


def reviews(event="e", days=(0, 1, 4)):
    """Return a review each day, with ids such as e4."""
    return [
        Review((20_000 + day) * DAY, f"{event}{day}", 3, 0, -240, None, 0.8, number)
        for number, day in enumerate(days)
    ]


def rows(learner, card="gato", event="e", days=(0, 1, 4)):
    """Return the rows of a card with a review each day."""
    return rows_of_card(learner, card, [], [Added(each, NOW, "m1") for each in reviews(event, days)])


def key(learner, day, card="gato", event="e"):
    """Return the key of a day's review."""
    at = datetime.fromtimestamp((20_000 + day) * 86_400, UTC)
    return Key(learner, card, f"{event}{day}", at)


def names(table):
    """Return learner, card and event id of each row of a table, sorted."""
    found = table.batches(("learner", "card", "event_id")).read_all().to_pylist()
    return sorted((row["learner"], row["card"], row["event_id"]) for row in found)
