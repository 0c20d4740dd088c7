"""A review as the memory keeps it, and a card's reviews as bytes.

Each review is a fixed part (`LAYOUT`, little-endian) and its event id. An id that is a UUID in its canonical
form takes 16 bytes instead of 36: a card's item stays below DynamoDB's unit of 1 KB for about 18 reviews.
"""

from __future__ import annotations

import struct
from collections import namedtuple
from datetime import UTC, datetime, timedelta, timezone
from math import isnan, nan

TYPE_CHECKING = False  # `typing` itself costs a cold start 2 ms
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any, NamedTuple

    class Review(NamedTuple):
        """One review of a card.

        Attributes
        ----------
        micros : int
            When the learner answered, in microseconds since 1970.
        event_id : str
            The caller's id of the review, of 1 to 128 characters.
        rating : int
            1 Again, 2 Hard, 3 Good, 4 Easy.
        offset : int
            The time's offset from UTC as it was sent, in minutes.
        shift : int
            Minutes from UTC to the clock by which the learner's study days began at midnight then.
        duration_ms : int or None
            How long the answer took, in ms; None where it wasn't sent.
        probability : float or None
            Recall probability that was predicted before the answer; None for a card's first review.
        seq : int
            Place in the order in which the learner's reviews arrived, from 0.
        """

        micros: int
        event_id: str
        rating: int
        offset: int
        shift: int
        duration_ms: int | None
        probability: float | None
        seq: int

else:
    Review = namedtuple("Review", "micros event_id rating offset shift duration_ms probability seq")

# The fields in their order; duration + 1 (0: none), NaN for no probability, the length of the id (0: a UUID).
LAYOUT = struct.Struct("<qhhBIIdH")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROS_PER_MINUTE, MINUTES_PER_DAY = 60_000_000, 1440
UUID_BYTES = 16
UUID_DASHES = (8, 13, 18, 23)
UUID_LENGTH = 36


def study_day(micros: int, shift: int) -> int:
    """Return the number of a time's study day, in days since 1970; parameters as of `Review`."""
    return (micros // MICROS_PER_MINUTE + shift) // MINUTES_PER_DAY


def as_sent(review: Review) -> dict[str, Any]:
    """Return a review as JSON values, as it was sent: its time in its own offset, to the microsecond."""
    zone = timezone(timedelta(minutes=review.offset))
    at = (EPOCH + timedelta(microseconds=review.micros)).astimezone(zone).isoformat()
    sent: dict[str, Any] = {
        "event_id": review.event_id,
        "rating": review.rating,
        "reviewed_at": at.replace("+00:00", "Z"),
    }
    return sent if review.duration_ms is None else sent | {"duration_ms": review.duration_ms}


def pack_reviews(reviews: Iterable[Review]) -> bytes:
    """Return reviews as bytes, in their order."""
    parts = []
    for micros, event_id, rating, offset, shift, duration, probability, seq in reviews:
        uuid = _uuid_bytes(event_id)
        name = uuid or event_id.encode()
        length = 0 if uuid else len(name)
        spent = 0 if duration is None else duration + 1
        parts.append(
            LAYOUT.pack(
                micros, offset, shift, rating, spent, seq, nan if probability is None else probability, length
            )
        )
        parts.append(name)
    return b"".join(parts)


def unpack_reviews(data: bytes) -> list[Review]:
    """Return what `pack_reviews` was given."""
    reviews, place = [], 0
    while place < len(data):
        micros, offset, shift, rating, spent, seq, probability, length = LAYOUT.unpack_from(data, place)
        place += LAYOUT.size
        name = data[place : place + (length or UUID_BYTES)]
        place += len(name)
        reviews.append(
            Review(
                micros,
                name.decode() if length else _uuid_text(name),
                rating,
                offset,
                shift,
                spent - 1 if spent else None,
                None if isnan(probability) else probability,
                seq,
            )
        )
    return reviews


def _uuid_bytes(event_id: str) -> bytes | None:
    """Return the 16 bytes of a UUID as it is usually written, in lower case; None for any other id."""
    if len(event_id) != UUID_LENGTH or any(event_id[place] != "-" for place in UUID_DASHES):
        return None
    try:
        data = bytes.fromhex(event_id.replace("-", ""))
    except ValueError:
        return None
    return data if len(data) == UUID_BYTES and _uuid_text(data) == event_id else None


def _uuid_text(data: bytes) -> str:
    text = data.hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
