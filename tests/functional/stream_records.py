"""Records of the memory's stream, as Lambda gives them to a function."""

import base64
from datetime import UTC, datetime

from memory.card import pack_states
from memory.reviews import Review, pack_reviews

AT = datetime(2026, 11, 20, 23, 59, 59, tzinfo=UTC).timestamp()
REVIEWED_AT = datetime(2026, 11, 20, 9, 15, 0, 250_000, tzinfo=UTC)
MICROS = int(REVIEWED_AT.timestamp()) * 1_000_000 + REVIEWED_AT.microsecond


def review(event_id, probability=None, **changes):
    """Return a review of the 20th of November, 09:15:00.25 UTC."""
    values = {"micros": MICROS, "rating": 3, "offset": 60, "shift": -180, "duration_ms": None, "seq": 0}
    return Review(event_id=event_id, probability=probability, **values | changes)


def card(*reviews, model="v1", states=None):
    """Return a card's item with reviews."""
    item = {
        "version": {"N": "1"},
        "reviews": {"B": base64.b64encode(pack_reviews(reviews)).decode()},
        "model": {"S": model},
    }
    return item | ({"states": {"B": base64.b64encode(pack_states(states)).decode()}} if states else {})


def change(before, after, *, learner="ann", item="card#gato", at=AT):
    """Return the record of a change of an item; None before it is one that is new, after it is deleted."""
    images = {"OldImage": before, "NewImage": after}
    name = "REMOVE" if after is None else "MODIFY" if before else "INSERT"
    keys = {"learner": {"S": learner}, "item": {"S": item}}
    held = {image: keys | found for image, found in images.items() if found is not None}
    place = {"ApproximateCreationDateTime": at, "SequenceNumber": "111"}
    return {"eventName": name, "dynamodb": place | {"Keys": keys} | held}


def erasure(learner, at=AT):
    """Return the record of the last step of a learner's erasure."""
    return change({"erased": {"BOOL": True}}, None, learner=learner, item="#", at=at)
