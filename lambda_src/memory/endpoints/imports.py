"""``POST /v1/learners/{learner}/import``: the reviews that cards had elsewhere."""

from __future__ import annotations

from http_kit.fields import as_object
from http_kit.problems import no_object, unknown
from http_kit.response import Response, describe_error, encode
from inference.fields import DAY_STARTS_AT, TIME_ZONE
from memory.fields import read_id
from memory.request import (
    CARD,
    CARDS,
    DURATION,
    EVENT_ID,
    IMPORT_EXAMPLE,
    RATING,
    REVIEWED_AT,
    REVIEWS,
    ReviewReader,
    full_card,
    read_body_list,
    study_days,
)
from memory.service import learner_of
from memory.taking import ACCEPTED, FULL, REPEATED, Sent
from recall.errors import InvalidInputError

TYPE_CHECKING = False  # `typing` itself costs a cold start 2 ms
if TYPE_CHECKING:
    from typing import Any

    from http_kit.request import Request
    from memory.service import Memory

MAXIMUM_CARDS, MAXIMUM_REVIEWS, MAXIMUM_IN_ALL = 1000, 2000, 10_000
FIELDS = (CARDS, TIME_ZONE, DAY_STARTS_AT)
CARD_FIELDS = (CARD, REVIEWS)
REVIEW_FIELDS = (RATING, REVIEWED_AT, DURATION, EVENT_ID)


class ImportRequest:
    """A checked request.

    Parameters
    ----------
    body : JSON value
        The request's body, parsed.
    now : float
        Time of receipt, in seconds since 1970.

    Attributes
    ----------
    sent : list of Sent
        The right reviews; their places count through all cards.
    places : list of (int, int)
        Index of the card and of the review in it, for each place.
    rejected : dict of int to InvalidInputError
        The error of each wrong review, by its place.

    Raises
    ------
    InvalidInputError
        Naming the first wrong field beside the reviews; or the first in them, if all of them are wrong.
    """

    __slots__ = ("places", "rejected", "sent")

    def __init__(self, body: Any, now: float) -> None:
        body = as_object(body, IMPORT_EXAMPLE, FIELDS)
        cards = read_body_list(body, CARDS, MAXIMUM_CARDS)
        reader = ReviewReader(study_days(body), now)
        self.places: list[tuple[int, int]] = []
        self.sent: list[Sent] = []
        self.rejected: dict[int, InvalidInputError] = {}
        for index, card in enumerate(cards):
            self._read_card(card, index, reader)
        if len(self.places) > MAXIMUM_IN_ALL:
            problem = f"must have at most {MAXIMUM_IN_ALL} reviews in all; send fewer cards per call"
            raise InvalidInputError(CARDS, problem)
        if not self.sent:
            raise self.rejected[0]

    def _read_card(self, card: Any, index: int, reader: ReviewReader) -> None:
        place = f"{CARDS}[{index}]"
        if type(card) is not dict:
            raise no_object(place, card, IMPORT_EXAMPLE)
        for name in card:
            if name not in CARD_FIELDS:
                raise unknown(name, CARD_FIELDS, place)
        card_id = read_id(card, CARD, place)
        for number, value in enumerate(read_body_list(card, REVIEWS, MAXIMUM_REVIEWS, place)):
            where = len(self.places)
            self.places.append((index, number))
            try:
                review = reader.read(value, f"{place}.{REVIEWS}[{number}]", REVIEW_FIELDS, make_id=True)
            except InvalidInputError as error:
                self.rejected[where] = error
            else:
                self.sent.append(Sent(where, card_id, review))


def import_reviews(request: Request, memory: Memory) -> Response:
    """Store each right review once, and learn from it."""
    name = learner_of(request, memory)
    parsed = ImportRequest(request.json(IMPORT_EXAMPLE), memory.clock())
    model = memory.models.current()
    _, taken = memory.changes.study(name, parsed.sent, model)
    for where, each in taken.items():
        if each.status == FULL:
            card, review = parsed.places[where]
            parsed.rejected[where] = full_card(f"{CARDS}[{card}].{REVIEWS}[{review}]")
    statuses = [each.status for each in taken.values()]
    counts = {status: statuses.count(status) for status in (ACCEPTED, REPEATED)}
    rejected = [
        dict(zip(("card", "review"), parsed.places[where], strict=True)) | {"error": describe_error(error)}
        for where, error in sorted(parsed.rejected.items())
    ]
    body = {**counts, "rejected": rejected, "model_version": model.version}
    facts = {**counts, "rejected": len(rejected), "model_version": model.version}
    return Response(200, encode(body), facts=facts)
