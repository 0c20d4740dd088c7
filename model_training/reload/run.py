"""Compare the table of reviews with the memory, learner by learner, and make it the same."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from pyiceberg.expressions import In

from lake.rows import Added, Row, rows_of_card, version_shown
from lake.table import PLACES, Key, ReviewTable
from model_training.progress import Progress
from model_training.reload.record import MOST_CONNECTIONS, Record, RecordedCard

AT_ONCE = 500  # learners, of whom all keys are in memory
MOST_ROWS = 50_000  # in a commit
KEYS = ("learner", "card", "event_id", "reviewed_at")

Names = dict[tuple[str, str], datetime]
"""When each review was, by card and event id."""


@dataclass
class Reloaded:
    """What was done.

    Parameters
    ----------
    learners : int
        Learners that were looked at.
    added, removed : int
        Rows of the table that were missing, and that the memory doesn't have.
    """

    learners: int = 0
    added: int = 0
    removed: int = 0

    def as_result(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return asdict(self)


def reload(
    table: ReviewTable, record: Record, learners: Sequence[str], progress: Progress, *, now: datetime
) -> Reloaded:
    """Make the table what the memory says, while learners study and the loader works.

    Parameters
    ----------
    table : ReviewTable
        The table of reviews.
    record : Record
        The memory's table.
    learners : sequence of str
        Their ids; all that either of the two knows, if empty.
    progress : Progress
        With one step for finding the learners.
    now : datetime
        When the rows that are missing are received, aware of its time zone.
    """
    done = Reloaded()
    with progress.step("looking for learners"):
        names = sorted(set(learners) or record.learners() | _learners_of(table))
    groups = [names[start : start + AT_ONCE] for start in range(0, len(names), AT_ONCE)]
    progress.add_steps(len(groups))
    with ThreadPoolExecutor(MOST_CONNECTIONS) as threads:
        for group in groups:
            with progress.step("comparing their reviews"):
                _reload_group(table, record, group, threads, now, done)
    return done


def _learners_of(table: ReviewTable) -> set[str]:
    return {name for batch in table.batches(("learner",)) for name in batch.column(0).unique().to_pylist()}


def _reload_group(
    table: ReviewTable,
    record: Record,
    group: list[str],
    threads: ThreadPoolExecutor,
    now: datetime,
    done: Reloaded,
) -> None:
    # The table first: what it has by then and the memory hasn't any more was removed.
    there = _names_in(table, group)
    done.learners += len(group)
    rows: list[Row] = []
    removed: list[Key] = []
    for learner, cards in zip(group, threads.map(record.cards, group), strict=True):
        known = there.pop(learner, {})
        for card in cards:
            rows += _missing(learner, card, known, now)
        kept = {(card.name, review.event_id) for card in cards for review in card.reviews}
        removed += [Key(learner, *name, at) for name, at in known.items() if name not in kept]
        if len(rows) + len(removed) >= MOST_ROWS:
            _apply(table, record, rows, removed, done)
            rows, removed = [], []
    _apply(table, record, rows, removed, done)


def _names_in(table: ReviewTable, group: Sequence[str]) -> dict[str, Names]:
    found: dict[str, Names] = {}
    for batch in table.batches(KEYS, In("learner", set(group))):
        columns = (batch.column(name).to_pylist() for name in KEYS)
        for learner, card, event_id, at in zip(*columns, strict=True):
            found.setdefault(learner, {})[card, event_id] = at
    return found


def _missing(learner: str, card: RecordedCard, known: Names, now: datetime) -> list[Row]:
    """Return the rows of a card's reviews that aren't known.

    Of the reviews that the last write added, the item says which model predicted them, and what was known of
    the learner then; of others nobody knows any more.
    """
    added = [
        Added(
            review,
            now,
            version_shown(review, now, card.model) if review.seq in card.states else None,
            card.states.get(review.seq),
        )
        for review in card.reviews
        if (card.name, review.event_id) not in known
    ]
    before = [review for review in card.reviews if (card.name, review.event_id) in known]
    return rows_of_card(learner, card.name, before, added) if added else []


def _apply(table: ReviewTable, record: Record, rows: list[Row], removed: list[Key], done: Reloaded) -> None:
    """Change the table, and take back what was undone between the reading of the memory and the commit."""
    applied = table.apply(rows, removed)
    done.added += applied.added
    done.removed += applied.removed
    added = [Key(*(row[PLACES[name]] for name in Key._fields)) for row in rows]
    has = {
        (learner, card.name, review.event_id)
        for learner in {key.learner for key in added}
        for card in record.cards(learner)
        for review in card.reviews
    }
    undone = [key for key in added if (key.learner, key.card, key.event_id) not in has]
    done.removed += table.apply([], undone).removed
