"""The body of ``POST /v1/reviews``: reviews of many learners, each checked."""

from __future__ import annotations

from collections import namedtuple

from http_kit.fields import Number
from http_kit.problems import echo, no_object
from memory.fields import read_id
from memory.request import (
    CARD,
    EVENT_ID,
    RATING,
    REVIEWED_AT,
    REVIEWS,
    ReviewReader,
    read_body_list,
    study_days,
)
from memory.taking import Sent
from recall.errors import InvalidInputError

TYPE_CHECKING = False  # `typing` itself costs a cold start 2 ms
if TYPE_CHECKING:
    from typing import Any, NamedTuple

    from memory.reviews import Review

    class SentReview(NamedTuple):
        """A review as it was sent.

        Attributes
        ----------
        place : int
            Its index in the list.
        learner, card : str
            Whose it is, and of which card.
        review : Review
            With the recall probability that was sent, if any.
        model_version : str or None
            Version of the model that predicted it, where it was sent.
        """

        place: int
        learner: str
        card: str
        review: Review
        model_version: str | None

else:
    SentReview = namedtuple("SentReview", "place learner card review model_version")

MAXIMUM_REVIEWS = 1000
LEARNER, PROBABILITY, VERSION = "learner", "recall_probability", "model_version"
FIELDS = (EVENT_ID, LEARNER, CARD, REVIEWED_AT, RATING, PROBABILITY, VERSION)
EXAMPLE = (
    '{"event_id": "9b2f61", "learner": "ann", "card": "gato", "reviewed_at": "2026-11-20T08:15:00Z", '
    '"rating": 3}'
)
BODY_EXAMPLE = f'{{"{REVIEWS}": [{EXAMPLE}]}}'
_PROBABILITY = Number(0, 1)


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
    reviews : list of SentReview
        Those that can be stored; of several of one card with the same event id, the first.
    repeated : int
        Number of the others with these event ids.
    rejected : dict of int to InvalidInputError
        The first error in each wrong review, by its index in the list.

    Raises
    ------
    InvalidInputError
        If the body isn't a list of reviews, or none of them is right: then it is the first one's error.
    """

    __slots__ = ("rejected", "repeated", "reviews")

    def __init__(self, body: Any, now: float) -> None:
        self.rejected: dict[int, InvalidInputError] = {}
        first: dict[tuple[str, str, str], SentReview] = {}
        listed = _listed(body)
        reader = ReviewReader(study_days({}), now, EXAMPLE)
        for index, value in enumerate(listed):
            try:
                sent = _read(value, index, reader)
            except InvalidInputError as error:
                self.rejected[index] = error
            else:
                first.setdefault((sent.learner, sent.card, sent.review.event_id), sent)
        if not first:
            raise self.rejected[0]
        self.reviews = list(first.values())
        self.repeated = len(listed) - len(self.rejected) - len(first)


def _listed(body: Any) -> list[Any]:
    if type(body) is not dict:
        raise no_object("body", body, BODY_EXAMPLE)
    for name in body:
        if name != REVIEWS:
            raise InvalidInputError(echo(name), f'is unknown here; put reviews into the list "{REVIEWS}"')
    return read_body_list(body, REVIEWS, MAXIMUM_REVIEWS)


def _read(value: Any, index: int, reader: ReviewReader) -> SentReview:
    place = f"{REVIEWS}[{index}]"
    review = reader.read(value, place, FIELDS)
    learner, card = read_id(value, LEARNER, place), read_id(value, CARD, place)
    if PROBABILITY in value:
        review = review._replace(probability=float(_PROBABILITY.read(value, PROBABILITY, place)))
    version = read_id(value, VERSION, place) if VERSION in value else None
    return SentReview(index, learner, card, review, version)


def as_shown(sent: SentReview, live: str) -> Sent:
    """Return a review with the prediction that was sent, if the live model made it.

    The memory stores one model's version beside the reviews that are added to a card, the live one's. So a
    prediction of another version isn't kept: the memory predicts the review itself, before it learns from it.

    Parameters
    ----------
    sent : SentReview
        The review; a prediction without a version counts as the live model's.
    live : str
        Version of the live model.
    """
    review = sent.review
    if sent.model_version not in (None, live):
        review = review._replace(probability=None)
    return Sent(sent.place, sent.card, review)
