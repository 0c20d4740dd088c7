"""Lists of any length, sent in as many parts as the limits of a call require."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from recall_client.encoding import json_of, plain

# The service's limits, from its OpenAPI document.
CARDS_PER_CALL = 1_000
CARDS_PER_RANKING = 10_000
OUTCOMES_PER_CALL = 1_000
REVIEWS_PER_CALL = 100_000
CARDS_PER_IMPORT = 1_000
REVIEWS_PER_IMPORT = 10_000
TEXTS_PER_CALL = 100
BODY_BYTES = 3_000_000
OPTION_BYTES = 300  # kept free for a `learner_state` and a `now`, which may be added after splitting


class Element(NamedTuple):
    """A card, a review outcome or a text as it is sent.

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


def elements(listed: Iterable[Any]) -> list[Element]:
    """Return cards, review outcomes or texts as they are sent."""
    found = []
    for position, one in enumerate(map(plain, listed)):
        reviews = one.get("reviews", ()) if isinstance(one, dict) else ()
        found.append(Element(position, json_of(one), len(reviews) if isinstance(reviews, list) else 0))
    return found


def split(
    part: Part,
    options: Mapping[str, Any],
    elements_per_call: int,
    reserved: int = 0,
    reviews_per_call: int = REVIEWS_PER_CALL,
) -> list[Part]:
    """Return the elements, in order, in as few parts as the limits of a call allow.

    An element that is too large by itself stays in a part of its own: the service's error says what is wrong
    with it.

    Parameters
    ----------
    part : sequence of Element
        What to send.
    options : mapping
        The other fields of the body.
    elements_per_call : int
        How many elements a call may have.
    reserved : int
        Bytes of the body to be kept free.
    reviews_per_call : int
        How many reviews the cards of a call may have in all.
    """
    room = BODY_BYTES - OPTION_BYTES - reserved - len(body_of("cards", [], options))
    starts: list[int] = []
    size = reviews = count = 0
    for index, element in enumerate(part):
        size, reviews, count = size + len(element.text) + len(","), reviews + element.reviews, count + 1
        if not starts or count > elements_per_call or size > room or reviews > reviews_per_call:
            starts.append(index)
            size, reviews, count = len(element.text) + len(","), element.reviews, 1
    return [part[start:end] for start, end in pairwise([*starts, len(part)])]


def body_of(name: str, part: Part, options: Mapping[str, Any]) -> str:
    """Return the JSON of a request with a list.

    Parameters
    ----------
    name : {"cards", "reviews", "texts"}
        The field that holds the list.
    part : sequence of Element
        The list.
    options : mapping
        The other fields.
    """
    listed = ",".join(element.text for element in part)
    return json_of({name: [], **options}).replace("[]", f"[{listed}]", 1)
