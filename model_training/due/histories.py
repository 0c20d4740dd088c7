"""The stored reviews of a deck's cards, for decks that name cards and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import groupby, islice
from operator import itemgetter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import numpy as np
from numpy.typing import NDArray

from model_training.due.live import Cards
from model_training.due.moments import MICROSECONDS_PER_DAY, days_between, microseconds
from model_training.due.table import NO_REVIEW, Deck
from model_training.registry.lake import Lake
from model_training.review_log.study_days import DAY_START
from model_training.review_table import download, load
from model_training.review_table.workbench import FIRST, NAMES
from recall.card_history import CardHistory, history_of
from recall.features import AGAIN, SECONDS_PER_DAY
from recall.history import history_features
from recall.three_inputs import difficulty_from_share, failure_share

AT_ONCE = 20_000  # cards
_FETCHED = 50_000  # reviews
_DAY_START = DAY_START // timedelta(microseconds=1)

Scoreable = tuple[NDArray[np.int64], NDArray[np.int64], Cards]
Event = tuple[int, int, int]


def replayed(deck: Deck, lake: Lake, now: datetime) -> Iterator[Scoreable]:
    """Give the rows' numbers, the times of their last reviews, and their cards; mark those without a review.

    Parameters
    ----------
    deck : Deck
        A deck that has no inputs of its own.
    lake : Lake
        The lake whose table has the reviews.
    now : datetime
        The lists' moment; later reviews are ignored.

    Raises
    ------
    LakeError, ReviewTableError
        If S3 refuses or can't be reached; if a day's file of reviews is damaged.
    """
    _collect(deck, lake, now)
    deck.mark(NO_REVIEW, "row NOT IN (SELECT row FROM events)")
    moment = microseconds(now)
    cards = groupby(_events(deck), key=itemgetter(0))
    replays = ((row, _history(list(events), moment)) for row, events in cards)
    while some := list(islice(replays, AT_ONCE)):
        yield _columns(some, moment)


def _collect(deck: Deck, lake: Lake, now: datetime) -> None:
    """Make the table ``events``: ``row`` of the card, ``moment`` (µs since 1970), ``rating``."""
    deck.connection.execute("CREATE TABLE events (row BIGINT, moment BIGINT, rating TINYINT)")
    with TemporaryDirectory(prefix="recall-due-reviews-") as folder:
        files = download(lake, Path(folder), until=now.astimezone(UTC).date())
        if not files:
            return
        try:
            deck.connection.execute(
                "INSERT INTO events SELECT row, epoch_us(reviewed_at), first(rating ORDER BY event_id) "  # noqa: S608 - our own names
                f"FROM (SELECT {NAMES} FROM read_parquet($files) {FIRST}) JOIN cards USING (learner, card) "
                "WHERE cards.reason IS NULL AND epoch_us(reviewed_at) <= $now GROUP BY row, reviewed_at",
                {"files": [str(path) for path in files], "now": microseconds(now)},
            )
        except duckdb.Error:
            load(lake)  # names the file that is damaged
            raise


def _events(deck: Deck) -> Iterator[Event]:
    cursor = deck.connection.cursor()
    cursor.execute("SELECT row, moment, rating FROM events ORDER BY row, moment")
    while events := cursor.fetchmany(_FETCHED):
        yield from events


def _history(events: list[Event], moment: int) -> tuple[int, CardHistory]:
    """Return when a card was last reviewed, and its history with times in days from the moment."""
    sequence = [
        ((time - moment) / 1e6 / SECONDS_PER_DAY, rating, (time - _DAY_START) // MICROSECONDS_PER_DAY, 0.0)
        for _row, time, rating in events
    ]
    return events[-1][1], history_of(sequence)


def _columns(replays: list[tuple[int, tuple[int, CardHistory]]], moment: int) -> Scoreable:
    last = np.array([last for _, (last, _) in replays], dtype=np.int64)
    histories: list[Any] = [history for _, (_, history) in replays]
    failures, reviews, review_days = (
        np.array([getattr(history, name) for history in histories], dtype=np.float64)
        for name in ("failures", "reviews", "review_days")
    )
    # Arrays work in both, as they say.
    difficulty: Any = difficulty_from_share(failure_share(failures, reviews))  # type: ignore[arg-type]
    features = np.array([history_features(history) for history in histories])
    failed_last = np.array([history.rating == AGAIN for history in histories])
    cards = Cards(days_between(last, moment), review_days, difficulty, features, failed_last)
    return np.array([row for row, _ in replays], dtype=np.int64), last, cards
