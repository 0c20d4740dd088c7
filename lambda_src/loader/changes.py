"""What a batch of the memory's stream says: rows to add and to remove, and the learners who were erased.

A record of the stream has an item before and after a change, with DynamoDB's types, and bytes in Base64:
https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html.
"""

from __future__ import annotations

from binascii import a2b_base64
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

from lake.rows import Added, Row, rows_of_card, time_of, version_shown
from lake.schema import COLUMNS
from lake.table import Key
from memory.card import unpack_states
from memory.reviews import Review, unpack_reviews
from memory.table import CARD_PREFIX, LEARNER_ITEM, MARK

LONGEST_REASON = 300  # characters
CARD, EVENT_ID = (list(COLUMNS).index(name) for name in ("card", "event_id"))

Item = Mapping[str, Mapping[str, Any]]


class Unreadable(NamedTuple):
    """A record that can't be read.

    Attributes
    ----------
    learner, item : str or None
        Its item's keys in the memory's table; None where not even they can be read.
    sequence_number : str or None
        Its place in the stream.
    reason : str
        The problem, in one line.
    """

    learner: str | None
    item: str | None
    sequence_number: str | None
    reason: str


class Changes(NamedTuple):
    """What a batch says, without what was added and removed again.

    Attributes
    ----------
    rows : list of Row
        Reviews that were added; none of a learner who was erased afterwards.
    removed : list of Key
        Reviews that were undone, whose card was deleted, whose retention is over, or whose learner was
        erased. One that was sent again is among the rows too.
    erased : dict of str to datetime
        When each learner was erased, by their ids.
    unreadable : list of Unreadable
        Records that say nothing.
    """

    rows: list[Row]
    removed: list[Key]
    erased: dict[str, datetime]
    unreadable: list[Unreadable]


class _Change(NamedTuple):
    """What one record says."""

    learner: str
    at: datetime
    erases: bool = False
    rows: Iterable[Row] = ()
    removed: Iterable[Key] = ()


def changes_of(records: Iterable[Mapping[str, Any]]) -> Changes:
    """Read a batch's records, which are in the order of the changes of each learner."""
    rows: dict[str, dict[tuple[str, str], Row]] = {}
    removed: dict[str, dict[tuple[str, str], Key]] = {}
    erased: dict[str, datetime] = {}
    unreadable = []
    for record in records:
        try:
            change = _read(record)
        except Exception as error:  # noqa: BLE001 - whatever it is, it would be so again, and the others go on
            unreadable.append(_unreadable(record, error))
            continue
        if change.erases:
            erased[change.learner] = change.at
            rows.pop(change.learner, None)
            continue
        added = rows.setdefault(change.learner, {})
        for key in change.removed:
            added.pop((key.card, key.event_id), None)
            # The first removal's is the time of the row that the table has, if it has one.
            removed.setdefault(change.learner, {}).setdefault((key.card, key.event_id), key)
        for row in change.rows:
            added.setdefault((row[CARD], row[EVENT_ID]), row)
    return Changes(
        [row for each in rows.values() for row in each.values()],
        [key for each in removed.values() for key in each.values()],
        erased,
        unreadable,
    )


def _read(record: Mapping[str, Any]) -> _Change:
    change = record["dynamodb"]
    learner, item = change["Keys"]["learner"]["S"], change["Keys"]["item"]["S"]
    at = datetime.fromtimestamp(change["ApproximateCreationDateTime"], UTC)
    old: Item = {} if record["eventName"] == "INSERT" else change["OldImage"]
    new: Item = {} if record["eventName"] == "REMOVE" else change["NewImage"]
    if item.startswith(CARD_PREFIX):
        return _card_changed(learner, item.removeprefix(CARD_PREFIX), old, new, at)
    return _Change(learner, at, erases=item == LEARNER_ITEM and MARK in old and not new)


def _card_changed(learner: str, card: str, old: Item, new: Item, at: datetime) -> _Change:
    had, has = (_reviews_of(image) for image in (old, new))
    stays, had_ids = ({review.event_id for review in reviews} for reviews in (has, had))
    added = [review for review in has if review.event_id not in had_ids]
    states = _states_of(new)
    return _Change(
        learner,
        at,
        rows=rows_of_card(
            learner,
            card,
            [review for review in has if review.event_id in had_ids],
            [
                Added(each, at, version_shown(each, at, new["model"]["S"]), states.get(each.seq))
                for each in added
            ],
        ),
        removed=[_key_of(learner, card, review) for review in had if review.event_id not in stays],
    )


def _reviews_of(card: Item) -> list[Review]:
    return unpack_reviews(a2b_base64(card["reviews"]["B"])) if card else []


def _states_of(card: Item) -> dict[int, tuple[float, ...]]:
    return unpack_states(a2b_base64(card["states"]["B"])) if "states" in card else {}


def _key_of(learner: str, card: str, review: Review) -> Key:
    return Key(learner, card, review.event_id, time_of(review))


def _unreadable(record: Mapping[str, Any], error: Exception) -> Unreadable:
    change = record.get("dynamodb", {})
    learner, item = (change.get("Keys", {}).get(name, {}).get("S") for name in ("learner", "item"))
    reason = " ".join(f"{type(error).__name__}: {error}".split())[:LONGEST_REASON]
    return Unreadable(learner, item, change.get("SequenceNumber"), reason)
