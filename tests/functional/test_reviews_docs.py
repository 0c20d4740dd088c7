"""docs/reviews.md: its columns are the table's, and its Python runs on a real table."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

from lake.rows import Added, rows_of_card
from lake.schema import COLUMNS
from memory.reviews import EPOCH, Review

PAGE = (Path(__file__).parents[2] / "docs" / "reviews.md").read_text(encoding="utf-8")
ARN = "arn:aws:s3tables:us-east-1:123456789012:bucket/recall-prod"
FIRST, SECOND = (datetime(2026, 11, day, 8, tzinfo=UTC) for day in (20, 23))


def code(library):
    """Return the Python example that imports a library first."""
    return next(text for text in re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL) if library in text[:40])


def with_reviews(review_tables):
    """Return the ARN of a table with the two reviews of a card."""
    reviews = [
        Review((at - EPOCH) // timedelta(microseconds=1), f"e{number}", 3, 0, 0, None, probability, number)
        for number, (at, probability) in enumerate(((FIRST, None), (SECOND, 0.8)))
    ]
    arn = review_tables.create()
    added = [Added(each, SECOND, "m1") for each in reviews]
    review_tables.open(arn).apply(rows_of_card("ann", "gato", [], added))
    return arn


def test_columns_are_those_of_the_schema():
    shown = re.findall(r"^\| `(\w+)` \| (\w+) \| (may be null)? *\| (.+) \|$", PAGE, re.MULTILINE)

    assert shown == [
        (name, column.type, "" if column.required else "may be null", column.meaning)
        for name, column in COLUMNS.items()
    ]


def test_python_reads_the_table_without_this_project(review_tables):
    local = {"s3.endpoint": review_tables.url, "client.region": "us-east-1"} | {
        f"client.{name}": "test" for name in ("access-key-id", "secret-access-key")
    }
    text = code("from pyiceberg").replace(ARN, with_reviews(review_tables))
    text = text.replace("https://s3tables.us-east-1.amazonaws.com", review_tables.url)
    text = text.replace('"type": "rest",', f'"type": "rest", **{local!r},')
    found = {}
    exec(text, found)  # noqa: S102 - our own page

    assert found["rows"].to_pylist() == [
        {"learner": "ann", "date": SECOND.date(), "rating": 3, "recall_probability": 0.8}
    ]


def test_duckdb_counts_what_the_table_streams(review_tables, monkeypatch):
    tables, printed = {ARN: review_tables.open(with_reviews(review_tables))}, []
    monkeypatch.setattr("lake.catalog.open_table", tables.__getitem__)
    exec(code("import duckdb"), {"print": lambda each: printed.extend(each.fetchall())})  # noqa: S102 - our own

    # The first review of a card has no prediction.
    assert sorted(printed) == [(FIRST.date(), 1, None), (SECOND.date(), 1, 0.8)]
