"""What the table of reviews says of every card and learner: the newest row has it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import duckdb

from lake.schema import AFTER, STATE
from recall.features import AGAIN
from recall.learner import WIDENING
from recall.three_inputs import PRIOR_FAILURES, PRIOR_REVIEWS

if TYPE_CHECKING:
    from lake.table import ReviewTable

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
TIMES = ("reviewed_at", "received_at")
# By the newest of these: of one moment, the card's last review has counted the others; and a learner's state
# learns from reviews as they come in, whenever they were.
OF_CARD = "epoch_us(reviewed_at)::HUGEINT * 10_000_000_000 + after_reviews"
OF_LEARNER = "epoch_us(received_at)::HUGEINT * 10_000_000_000_000_000 + epoch_us(reviewed_at)"


def microseconds(moment: datetime) -> int:
    """Return an aware time in whole µs since 1970, about which DuckDB and Python agree."""
    return (moment - EPOCH) // timedelta(microseconds=1)


class States:
    """The tables ``card_states`` and ``learner_states`` of a database, made when they are first needed.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        The database, from `model_training.engines.duck.database`.
    open_table : callable
        Returns the table of reviews.
    now : datetime
        Later reviews don't count; aware of its time zone.
    """

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, open_table: Callable[[], ReviewTable], now: datetime
    ) -> None:
        self._connection = connection
        self._open = open_table
        self._now = now
        self._made = False

    def make(self) -> None:
        """Read the table, if that wasn't done yet.

        Raises
        ------
        TableError
            If the table can't be reached.
        """
        if self._made:
            return
        table = self._open()
        card = ["learner", "card"]
        self._keep(table, "card_states", card, ["reviewed_at", "rating", *AFTER], OF_CARD)
        known = "learner_certainty IS NOT NULL"
        self._keep(table, "learner_states", ["learner"], ["model_version", *STATE], OF_LEARNER, known)
        self._made = True

    @contextmanager
    def beside(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """Open another connection to the database, in UTC, whose temporary tables are its own."""
        with self._connection.cursor() as connection:
            connection.execute("SET TimeZone = 'UTC'")
            yield connection

    def _keep(
        self,
        table: ReviewTable,
        name: str,
        key: list[str],
        values: list[str],
        newest: str,
        condition: str = "true",
    ) -> None:
        from pyiceberg.expressions import LessThanOrEqual  # noqa: PLC0415 - decks with inputs don't need it

        until = LessThanOrEqual("date", self._now.astimezone(UTC).date().isoformat())
        columns = list(dict.fromkeys([*key, *TIMES, *values]))
        self._connection.register("batches", table.batches(columns, until))
        # An arg_max for each value has a state of fixed size: DuckDB can put that on disk.
        chosen = ", ".join(f"arg_max({value}, {newest}) AS {value}" for value in values)
        self._connection.execute(
            f"CREATE TABLE {name} AS SELECT {', '.join(key)}, {chosen} FROM batches"  # noqa: S608 - our own names
            f" WHERE epoch_us(reviewed_at) <= $now AND {condition} GROUP BY {', '.join(key)}",
            {"now": microseconds(self._now)},
        )
        self._connection.unregister("batches")


def known_of(version: str) -> str:
    """Return the query for what is known of a deck's cards, for `model_training.due.curves.predictions`.

    Parameters
    ----------
    version : str
        The live model's. What another one taught of a learner is less sure: `recall.learner.widened`.
    """
    features = ", ".join(f"{name} AS {name.removeprefix('after_')}" for name in AFTER)
    quoted = version.replace("'", "''")
    lost = f"CASE WHEN model_version <> '{quoted}' THEN {WIDENING:e} ELSE 0 END"
    _, *means = STATE
    state = ", ".join(f"coalesce({name}, 0) AS {name.removeprefix('learner_')}" for name in means)
    return f"""
        SELECT row, epoch_us(reviewed_at) AS last_review, rating = {AGAIN} AS failed_last, {features},
            1 + 9 * ({PRIOR_FAILURES:e} + after_failures) / ({PRIOR_REVIEWS:e} + after_reviews) AS difficulty,
            greatest(coalesce(learner_certainty - {lost}, 0), 0) AS certainty, {state}
        FROM cards JOIN card_states USING (learner, card) LEFT JOIN learner_states USING (learner)
        WHERE reason IS NULL
    """  # noqa: S608 - our own names
