"""Batches of any size, in parts that a call may have."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from recall_client.cards import Card, History, json_of, text_of

# The service's limits, from its OpenAPI document.
CARDS_PER_CALL = 1_000
CARDS_PER_RANKING = 10_000
REVIEWS_PER_CALL = 100_000
BODY_BYTES = 3_000_000
STATE_BYTES = 200  # of a learner_state, which may come to stand beside the cards from part to part


class PlacedCard(NamedTuple):
    """A card's JSON, and its position in the caller's list."""

    position: int
    text: str
    reviews: int


Part = Sequence[PlacedCard]


def placed(cards: Iterable[Card]) -> list[PlacedCard]:
    """Return each card with its position."""
    return [
        PlacedCard(position, text_of(card), len(card.reviews) if isinstance(card, History) else 0)
        for position, card in enumerate(cards)
    ]


def body_of(part: Part, options: Mapping[str, Any]) -> str:
    """Return a call's JSON: the cards, and the options beside them."""
    cards = ",".join(card.text for card in part)
    return json_of({"cards": [], **options}).replace("[]", f"[{cards}]", 1)


def split(cards: Part, options: Mapping[str, Any], cards_per_call: int = CARDS_PER_CALL) -> list[Part]:
    """Return the cards, in order, in as few parts as a call's limits allow.

    A card that is too large by itself stays in a part of its own, and an empty list in an empty part: the
    service says what is wrong with them.
    """
    room = BODY_BYTES - STATE_BYTES - len(body_of([], options))
    starts, size, reviews, count = [0], 0, 0, 0
    for index, card in enumerate(cards):
        size, reviews, count = size + len(card.text) + len(","), reviews + card.reviews, count + 1
        if count > 1 and (count > cards_per_call or size > room or reviews > REVIEWS_PER_CALL):
            starts.append(index)
            size, reviews, count = len(card.text) + len(","), card.reviews, 1
    return [cards[start:end] for start, end in zip(starts, [*starts[1:], len(cards)], strict=True)]
