"""Lists of any length, sent in as many parts as the limits of a call require."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from recall_client.cards import Card, History, json_of, text_of
from recall_client.errors import ApiError
from recall_client.exchange import Retries, Work, exchange

# The service's limits, from its OpenAPI document.
CARDS_PER_CALL = 1_000
CARDS_PER_RANKING = 10_000
REVIEWS_PER_CALL = 100_000
BODY_BYTES = 3_000_000
STATE_BYTES = 200  # kept free for a `learner_state`, which may be added to the options after the first part


class Element(NamedTuple):
    """A card or review outcome as it is sent.

    Parameters
    ----------
    position : int
        Position in the caller's list, from 0.
    text : str
        Its JSON.
    reviews : int
        How many reviews it holds: 0 unless it is a card with its history.
    """

    position: int
    text: str
    reviews: int


Part = Sequence[Element]


def elements(cards: Iterable[Card]) -> list[Element]:
    """Return cards as they are sent."""
    return [
        Element(position, text_of(card), len(card.reviews) if isinstance(card, History) else 0)
        for position, card in enumerate(cards)
    ]


def split(part: Part, options: Mapping[str, Any], elements_per_call: int = CARDS_PER_CALL) -> list[Part]:
    """Return the elements, in order, in as few parts as the limits of a call allow.

    An element that is too large by itself stays in a part of its own, and an empty list in an empty part: the
    service's error says what is wrong with them.
    """
    room = BODY_BYTES - STATE_BYTES - len(_body("cards", [], options))
    starts, size, reviews, count = [0], 0, 0, 0
    for index, element in enumerate(part):
        size, reviews, count = size + len(element.text) + len(","), reviews + element.reviews, count + 1
        if count > 1 and (count > elements_per_call or size > room or reviews > REVIEWS_PER_CALL):
            starts.append(index)
            size, reviews, count = len(element.text) + len(","), element.reviews, 1
    return [part[start:end] for start, end in zip(starts, [*starts[1:], len(part)], strict=True)]


def post(retries: Retries, path: str, name: str, part: Part, options: Mapping[str, Any]) -> Work[Any]:
    """Send a part in one call, and return the response's JSON.

    Parameters
    ----------
    retries : Retries
        When to try again.
    path : str
        Path of the endpoint, such as ``/v1/predict``.
    name : {"cards", "reviews"}
        The field of the body that holds the list.
    part : sequence of Element
        What to send.
    options : mapping
        The other fields of the body.

    Raises
    ------
    ApiError
        Naming a card or review by its position in the caller's list.
    """
    try:
        return (yield from exchange(retries, "POST", path, _body(name, part, options)))
    except ApiError as error:
        error.renumber([element.position for element in part])
        raise


def _body(name: str, part: Part, options: Mapping[str, Any]) -> str:
    listed = ",".join(element.text for element in part)
    return json_of({name: [], **options}).replace("[]", f"[{listed}]", 1)
