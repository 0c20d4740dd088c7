"""What becomes of a list of cards: the responses to its parts, as one."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any, TypeVar

import msgspec

from recall_client._async.connection import AsyncConnection
from recall_client.batches import CARDS_PER_CALL, CARDS_PER_RANKING, Part, elements, split
from recall_client.cards import Card, History, PredictOptions, ThreeInputs
from recall_client.encoding import json_of, plain
from recall_client.exchange import Deadline, Reader, Request
from recall_client.responses import RankedCard, Ranking, Results, read_list, read_ranking

PREDICT, RANK = "/v1/predict", "/v1/rank"
STATE, NOW = "learner_state", "now"
Options = Mapping[str, Any]
T = TypeVar("T")


async def one_card(
    connection: AsyncConnection, path: str, card: Card, options: Options, read: Reader[T]
) -> T:
    """Send one card by itself."""
    return await connection.call(Request.of(path, json_of({**plain(card), **_as_sent(options)})), read)


async def one_or_several(
    connection: AsyncConnection, path: str, cards: Card | Iterable[Card], options: Options, read: Reader[T]
) -> T | Results[T]:
    """Send one card by itself, or a list in as many requests as its length requires."""
    if isinstance(cards, ThreeInputs | History | Mapping):
        return await one_card(connection, path, cards, options, read)

    def read_part(body: Any, length: int) -> tuple[list[T], str | None]:
        response = read_list(body, length)
        return [read(result) for result in response.results], response.learner_state

    deck = _Deck(connection, cards, options)
    responses = [
        await deck.post(path, part, partial(read_part, length=len(part)))
        for part in deck.parts(CARDS_PER_CALL)
    ]
    state = await deck.state_after([state for _, state in responses])
    return Results(tuple(one for results, _ in responses for one in results), state)


async def rank(connection: AsyncConnection, cards: Iterable[Card], options: Options) -> Ranking:
    """Rank a deck: the rankings of its parts, merged."""
    deck = _Deck(connection, cards, options)
    limit = deck.options.get("limit")
    if isinstance(limit, int) and limit > CARDS_PER_RANKING:
        del deck.options["limit"]  # no part has as many cards
    parts = deck.parts(CARDS_PER_RANKING)
    responses = [await deck.post(RANK, part, partial(read_ranking, cards=len(part))) for part in parts]
    state = await deck.state_after([response.learner_state for response in responses])
    rankings = [
        [msgspec.structs.replace(card, index=part[card.index].position) for card in response.cards]
        for part, response in zip(parts, responses, strict=True)
    ]
    # Each ranking is sorted, and among equals the earlier part's card comes first, as in a single ranking.
    merged = tuple(heapq.merge(*rankings, key=_urgency))[:limit]
    version = responses[-1].model_version if responses else None
    return Ranking(cards=merged, model_version=version, learner_state=state)


class _Deck:
    """A list of cards, and the options that all of its parts share.

    Parameters
    ----------
    connection : AsyncConnection
        The service.
    cards : iterable of card
        The list.
    options : mapping
        As the caller gave them.
    """

    def __init__(self, connection: AsyncConnection, cards: Iterable[Card], options: Options) -> None:
        self._connection = connection
        self._deadline = Deadline(connection.timeout)
        self._cards = [plain(card) for card in cards]
        self.options = _as_sent(options)

    def parts(self, cards_per_call: int) -> list[Part]:
        """Return the parts; all are predicted for the same moment."""
        parts = split(elements(self._cards), self.options, cards_per_call)
        if len(parts) > 1:
            self.options.setdefault(NOW, datetime.now(UTC))
        return parts

    async def post(self, path: str, part: Part, read: Reader[T]) -> T:
        """Send a part."""
        return await self._connection.post(path, "cards", part, self.options, read, self._deadline)

    async def state_after(self, states: list[str | None]) -> str | None:
        """Return the learner's state after all outcomes, as a single request would.

        Every part is predicted with the state that the caller gave, whatever the outcomes in another part. So
        the cards with outcomes are sent once more, one part after the other, each with the state that the
        part before returned.

        Parameters
        ----------
        states : list of str
            The state that the response to each part has.
        """
        if len(states) <= 1:
            return states[0] if states else self.options.get(STATE)
        taught = [
            card
            for card in elements(map(_as_predicted, self._cards))
            if _has_outcome(self._cards[card.position])
        ]
        options = {
            name: value for name, value in self.options.items() if name in PredictOptions.__annotations__
        }
        state = states[-1]
        for number, part in enumerate(split(taught, options, CARDS_PER_CALL)):
            moved = options if number == 0 else {**options, STATE: state}
            read = partial(read_list, cards=len(part))
            response = await self._connection.post(PREDICT, "cards", part, moved, read, self._deadline)
            state = response.learner_state
        return state


def _has_outcome(card: Any) -> bool:
    return "recalled" in card or "rating" in card


def _as_predicted(card: Any) -> Any:
    """Return a card without what only `schedule` accepts."""
    return {name: value for name, value in card.items() if name != "last_review_at"}


def _as_sent(options: Options) -> dict[str, Any]:
    """Return the options that were given; None means "not given", but a state of None is sent."""
    sent: dict[str, Any] = plain(options)
    return sent | {STATE: options[STATE]} if STATE in options else sent


def _urgency(card: RankedCard) -> float:
    return card.recall_probability if card.expected_loss is None else -card.expected_loss
