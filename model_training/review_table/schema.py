"""Where reviews lie in the lake, and what their columns are.

`reviews.line` writes the same fields, and `stacks.learning.table` declares them to query engines; tests hold
all three together.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

REVIEWS = "reviews/"
INBOX, TABLE = f"{REVIEWS}inbox/", f"{REVIEWS}table/"
FILE = "reviews.parquet"

# As DuckDB names the types; a TIMESTAMPTZ becomes Parquet's timestamp(us, UTC).
COLUMNS = {
    "event_id": "VARCHAR",
    "learner": "VARCHAR",
    "card": "VARCHAR",
    "reviewed_at": "TIMESTAMPTZ",
    "rating": "TINYINT",
    "recall_probability": "DOUBLE",
    "model_version": "VARCHAR",
    "received_at": "TIMESTAMPTZ",
}
MAY_BE_NULL = ("recall_probability", "model_version")  # the prediction that was shown, if any was
TIMES = ("reviewed_at", "received_at")


def table_key(day: date) -> str:
    """Return the key of a UTC day's file."""
    return f"{TABLE}date={day}/{FILE}"


def day_of(key: str) -> date | None:
    """Return the day whose file a key is, or None when it is none."""
    text = key.removeprefix(f"{TABLE}date=").removesuffix(f"/{FILE}")
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if table_key(day) == key else None


def oldest_kept(now: datetime, retention_days: int) -> date:
    """Return the first UTC day whose reviews are kept, when the last `retention_days` are, today included."""
    return now.astimezone(UTC).date() - timedelta(days=retention_days - 1)
