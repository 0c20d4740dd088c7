"""A deck as a table in DuckDB: its cards, what is wrong with rows, and the scores of the others."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from model_training.due.curves import MICROSECONDS_PER_DAY
from model_training.due.formats import WANTED, read_deck
from model_training.due.states import microseconds
from recall.features import DAYS_SINCE_LAST_REVIEW, DIFFICULTY, REVIEW_COUNT

NO_REVIEW = "card has no review that is stored"
REPEATED = "card repeats an earlier row's learner and card"
LONGEST = DAYS_SINCE_LAST_REVIEW.maximum
# Why a row can't be used, and the condition; the first one that holds counts. NULL is no number and no time.
_KEYS = {
    "learner is missing": "learner IS NULL",
    "card is missing": "card IS NULL",
}
_INPUTS = {
    "last_review_at isn't a time, such as 2026-11-20T08:15:00Z": "last_review IS NULL",
    "last_review_at is after the list's moment": "last_review > $now",
    f"last_review_at is more than {LONGEST:,} days ago": f"last_review < $now - {LONGEST} * $day",
    f"review_count isn't a whole number from {REVIEW_COUNT.minimum} to {REVIEW_COUNT.maximum:,}": (
        f"NOT coalesce(review_count BETWEEN {REVIEW_COUNT.minimum} AND {REVIEW_COUNT.maximum}"
        " AND review_count = floor(review_count), false)"
    ),
    f"difficulty isn't a number from {DIFFICULTY.minimum} to {DIFFICULTY.maximum}": (
        f"NOT coalesce(difficulty BETWEEN {DIFFICULTY.minimum} AND {DIFFICULTY.maximum}, false)"
    ),
}
_AGAIN = (
    "SELECT row FROM cards WHERE reason IS NULL"
    " QUALIFY row_number() OVER (PARTITION BY learner, card ORDER BY row) > 1"
)


class Deck:
    """One deck.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        A connection that holds no other deck, the deck's own tables being temporary; its time zone is UTC.
    path : pathlib.Path
        The deck's file.
    where : str
        How error messages name the deck.
    now : datetime
        The list's moment: no card can have been reviewed after it.

    Attributes
    ----------
    has_inputs : bool
        Whether the deck says itself when and how its cards were reviewed.

    Raises
    ------
    DueError
        If the file is damaged, or a column is missing.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, path: Path, where: str, now: datetime) -> None:
        self.connection = connection
        self.where = where
        self.has_inputs = read_deck(connection, path, where)
        cases = _KEYS | (_INPUTS if self.has_inputs else {})
        known = {"now": microseconds(now), "day": MICROSECONDS_PER_DAY} if self.has_inputs else {}
        reasons = " ".join(f"WHEN {condition} THEN '{_quoted(why)}'" for why, condition in cases.items())
        connection.execute(
            f"CREATE TEMP TABLE cards AS SELECT *, CASE WHEN broken <> '' THEN broken {reasons} END AS reason"  # noqa: S608 - our own words
            " FROM (SELECT row, broken, nullif(learner, '') AS learner, nullif(card, '') AS card,"
            " epoch_us(TRY_CAST(last_review_at AS TIMESTAMPTZ)) AS last_review,"
            " TRY_CAST(review_count AS DOUBLE) AS review_count, TRY_CAST(difficulty AS DOUBLE) AS difficulty"
            " FROM raw)",
            known,
        )
        self.mark(REPEATED, f"row IN ({_AGAIN})")

    def mark(self, reason: str, condition: str) -> None:
        """Set the reason why rows can't be used, where a condition holds and they have no reason yet."""
        self.connection.execute(
            f"UPDATE cards SET reason = ? WHERE reason IS NULL AND {condition}",  # noqa: S608 - our own words
            [reason],
        )

    def keep(self, query: str) -> None:
        """Keep the scores that a query finds: ``row``, ``recall_probability``, ``due`` (µs since 1970)."""
        self.connection.execute(f"CREATE TEMP TABLE scores AS {query}")

    def rows(self) -> int:
        """Return how many rows the file has, broken ones included."""
        row = self.connection.execute("SELECT count(*) FROM cards").fetchone()
        return int(row[0]) if row else 0

    def problems(self) -> list[dict[str, Any]]:
        """Return each reason why rows can't be used, their number, and the first of them."""
        says = ", ".join(f"'{name}': raw.{name}" for name in WANTED)
        found = self.connection.execute(
            "SELECT reason, count(*), arg_min(row, abs(row)),"  # noqa: S608 - our own names
            f" arg_min({{{says}}}, abs(row)) FROM cards JOIN raw USING (row)"
            " WHERE reason IS NOT NULL GROUP BY reason ORDER BY count(*) DESC, reason"
        ).fetchall()
        return [
            {
                "reason": reason,
                "rows": rows,
                "first": {"line": -row} if row < 0 else {k: v for k, v in first.items() if v is not None},
            }
            for reason, rows, row, first in found
        ]


def _quoted(text: str) -> str:
    return text.replace("'", "''")
