"""What a batch of the table's stream says: the reviews that were added, and the learners who were erased.

A record of the stream has an item before and after a change, with DynamoDB's types, and bytes in Base64:
https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from intake.request import Review
from memory.reviews import unpack_reviews

LEARNER_ITEM = "#"
CARD_ITEM = "card#"
ERASED = "erased"
# A review that comes later was imported: nobody was shown the prediction that the memory made of it, and the
# model may have been trained on it.
COMES_WITHIN = 7 * 86_400  # seconds
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Item = Mapping[str, Mapping[str, Any]]


class Changes(NamedTuple):
    """What a batch says.

    Parameters
    ----------
    reviews : list of intake.request.Review
        The reviews that were added, in the order of the stream, without those of learners who were erased.
    erased : list of str
        Ids of the learners who were erased, each once.
    at : float
        When the batch's last change was, in seconds since 1970.
    """

    reviews: list[Review]
    erased: list[str]
    at: float


def changes_of(records: Iterable[Mapping[str, Any]]) -> Changes:
    """Read a batch's records.

    Of a learner who is erased in the batch, what was added before is left out.
    """
    added: dict[str, list[Review]] = {}
    erased: dict[str, None] = {}
    at = 0.0
    for record in records:
        change = record["dynamodb"]
        learner, item = change["Keys"]["learner"]["S"], change["Keys"]["item"]["S"]
        at = max(at, change["ApproximateCreationDateTime"])
        if item.startswith(CARD_ITEM):
            card = item.removeprefix(CARD_ITEM)
            added.setdefault(learner, []).extend(_added(learner, card, change))
        elif record["eventName"] == "REMOVE" and item == LEARNER_ITEM and ERASED in change["OldImage"]:
            erased[learner] = None
            added.pop(learner, None)
    return Changes([review for reviews in added.values() for review in reviews], list(erased), at)


def _added(learner: str, card: str, change: Mapping[str, Any]) -> Iterator[Review]:
    """Return the reviews that a card has after a change, and hadn't before."""
    after: Item = change.get("NewImage", {})
    known = {review.event_id for review in _reviews(change.get("OldImage", {}))}
    for review in _reviews(after):
        if review.event_id not in known:
            age = change["ApproximateCreationDateTime"] - review.micros / 1e6
            shown = review.probability is not None and age <= COMES_WITHIN
            yield Review(
                event_id=review.event_id,
                learner=learner,
                card=card,
                reviewed_at=EPOCH + timedelta(microseconds=review.micros),
                rating=review.rating,
                recall_probability=review.probability if shown else None,
                model_version=after["model"]["S"] if shown else None,
            )


def _reviews(item: Item) -> list[Any]:
    return unpack_reviews(base64.b64decode(item["reviews"]["B"])) if "reviews" in item else []
