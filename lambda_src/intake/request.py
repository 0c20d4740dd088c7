"""From a parsed body to the reviews that can be stored, and the errors of those that can't."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple

from http_kit.fields import Number
from http_kit.problems import echo, inside, no_object, unknown, wrong, wrong_list
from http_kit.timestamps import as_timestamp, read_timestamp
from recall.errors import InvalidInputError
from recall.features import AGAIN, EASY, SECONDS_PER_DAY

REVIEWS = "reviews"
MAXIMUM_REVIEWS = 1000
LONGEST_ID = 128
# Text in any language, without control characters, line breaks, and surrogates, which UTF-8 can't encode.
ID = rf"[^\u0000-\u001F\u007F-\u009F\u2028\u2029\uD800-\uDFFF]{{1,{LONGEST_ID}}}"
EXAMPLE = (
    '{"event_id": "9b2f61", "learner": "ann", "card": "gato", "reviewed_at": "2026-11-20T08:15:00Z", '
    '"rating": 3}'
)
BODY_EXAMPLE = f'{{"{REVIEWS}": [{EXAMPLE}]}}'
_is_id = re.compile(ID).fullmatch
_AN_ID = f"must be text of 1 to {LONGEST_ID} characters, without control characters"
_RATING = Number(AGAIN, EASY, whole=True)
_A_RATING = "must be 1 (Again), 2 (Hard), 3 (Good) or 4 (Easy)"
_PROBABILITY = Number(0, 1)


class Review(NamedTuple):
    """One review, as it is stored.

    Parameters
    ----------
    event_id, learner, card : str
        The caller's ids, of 1 to `LONGEST_ID` characters; a review that is sent again has the same event id.
    reviewed_at : datetime.datetime
        When the learner answered, with the offset that was sent.
    rating : int
        1 Again, 2 Hard, 3 Good, 4 Easy.
    recall_probability : float or None
        The prediction that was shown before the review, in [0, 1].
    model_version : str or None
        Version of the model that predicted it.
    """

    event_id: str
    learner: str
    card: str
    reviewed_at: datetime
    rating: int
    recall_probability: float | None
    model_version: str | None


class ReviewsRequest:
    """The reviews of a request, each checked.

    Parameters
    ----------
    body : JSON value
        The parsed body.
    now : float
        Time of receipt, in seconds since 1970.

    Attributes
    ----------
    reviews : list of Review
        Those that can be stored; of several of one card with the same event id, the first.
    places : list of int
        The index of each of these in the list that was sent.
    repeated : int
        Number of the others with these event ids.
    rejected : list of tuple of int and InvalidInputError
        Index of each wrong review in the list, and the first error in it.

    Raises
    ------
    InvalidInputError
        If the body isn't a list of reviews, or none of them is right: then it is the first one's error.
    """

    __slots__ = ("places", "rejected", "repeated", "reviews")

    def __init__(self, body: Any, now: float) -> None:
        self.rejected: list[tuple[int, InvalidInputError]] = []
        first: dict[tuple[str, str, str], tuple[int, Review]] = {}
        listed = _listed(body)
        for index, value in enumerate(listed):
            try:
                review = _read(value, f"{REVIEWS}[{index}]", now)
            except InvalidInputError as error:
                self.rejected.append((index, error))
            else:
                first.setdefault((review.learner, review.card, review.event_id), (index, review))
        if not first:
            raise self.rejected[0][1]
        self.places, self.reviews = map(list, zip(*first.values(), strict=True))
        self.repeated = len(listed) - len(self.rejected) - len(first)


def _listed(body: Any) -> list[Any]:
    if type(body) is not dict:
        raise no_object("body", body, BODY_EXAMPLE)
    for name in body:
        if name != REVIEWS:
            raise InvalidInputError(echo(name), f'is unknown here; put reviews into the list "{REVIEWS}"')
    reviews = body.get(REVIEWS)
    if type(reviews) is not list or not 1 <= len(reviews) <= MAXIMUM_REVIEWS:
        raise wrong_list(body, REVIEWS, MAXIMUM_REVIEWS, "reviews")
    return reviews


def _read(value: Any, place: str, now: float) -> Review:
    if type(value) is not dict:
        raise no_object(place, value, EXAMPLE)
    for name in value:
        if name not in _FIELDS:
            raise unknown(name, tuple(_FIELDS), place)
    return Review(**{name: read(value, name, place, now) for name, read in _FIELDS.items()})


def read_id(holder: dict[str, Any], name: str, place: str, _now: float = 0.0) -> str:
    """Return a field's id of a learner, a card or a review.

    Raises
    ------
    InvalidInputError
        Naming the field, if it isn't text that can be an id.
    """
    text = holder.get(name)
    if type(text) is not str or not _is_id(text):
        raise wrong(holder, name, _AN_ID, place)
    return text


def read_reviewed_at(review: dict[str, Any], name: str, place: str, now: float) -> datetime:
    """Return when a review was, with its offset.

    Raises
    ------
    InvalidInputError
        Naming the field, if it isn't a time, or is before 1970 or more than a day after `now` (seconds since
        1970).
    """
    at = read_timestamp(review, name, place)
    seconds = at.timestamp()
    if seconds < 0:
        raise InvalidInputError(inside(place, name), "must not be before 1970; check the clock that it is of")
    if seconds > now + SECONDS_PER_DAY:
        problem = (
            f"must not be more than a day after now ({as_timestamp(now)}); check the clock that it is of"
        )
        raise InvalidInputError(inside(place, name), problem)
    return at


def read_rating(review: dict[str, Any], name: str, place: str, _now: float = 0.0) -> int:
    """Return a field's rating, 1 to 4.

    Raises
    ------
    InvalidInputError
        Naming the field, if it isn't one of the four.
    """
    if not _RATING.holds(review.get(name)):
        raise wrong(review, name, _A_RATING, place)
    return int(review[name])


def _shown(review: dict[str, Any], name: str, place: str, _now: float) -> float | None:
    return float(_PROBABILITY.read(review, name, place)) if name in review else None


def _version(review: dict[str, Any], name: str, place: str, _now: float) -> str | None:
    return read_id(review, name, place) if name in review else None


_FIELDS: dict[str, Callable[[dict[str, Any], str, str, float], Any]] = {
    "event_id": read_id,
    "learner": read_id,
    "card": read_id,
    "reviewed_at": read_reviewed_at,
    "rating": read_rating,
    "recall_probability": _shown,
    "model_version": _version,
}
