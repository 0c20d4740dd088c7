"""What each method of a client does: a generator of its requests, which returns what the method returns."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from recall_client.batches import CARDS_PER_RANKING, Part, elements, post, split
from recall_client.cards import Card, History, PredictOptions, ThreeInputs, as_json, json_of
from recall_client.exchange import Retries, Work, exchange
from recall_client.responses import Curve, Json, Prediction, Predictions, RankedCard, Ranking
from recall_client.schedules import RatedSchedule, RatedSchedules, Schedule, Schedules
from recall_client.service import Health, Model, Quality

PREDICT, SCHEDULE, CURVE, RANK = "/v1/predict", "/v1/schedule", "/v1/curve", "/v1/rank"
STATE = "learner_state"
Options = Mapping[str, Any]
One = TypeVar("One")
Several = TypeVar("Several")


def predict(
    retries: Retries, cards: Card | Iterable[Card], options: Options
) -> Work[Prediction | Predictions]:
    """Predict one card, or several."""
    return _one_or_several(retries, PREDICT, cards, options, Prediction.from_json, Predictions)


def schedule(retries: Retries, cards: Card | Iterable[Card], options: Options) -> Work[Schedule | Schedules]:
    """Schedule one card, or several."""
    return _one_or_several(retries, SCHEDULE, cards, options, Schedule.from_json, Schedules)


def schedule_each_rating(
    retries: Retries, cards: Card | Iterable[Card], options: Options
) -> Work[RatedSchedule | RatedSchedules]:
    """Schedule one card, or several, for each rating that could be given now."""
    for_each = {**options, "for_each_rating": True}
    return _one_or_several(retries, SCHEDULE, cards, for_each, RatedSchedule.from_json, RatedSchedules)


def curve(retries: Retries, card: Card, options: Options) -> Work[Curve]:
    """Sample the curve of one card."""
    return Curve.from_json((yield from _post_one(retries, CURVE, card, options)))


def rank(retries: Retries, cards: Iterable[Card], options: Options) -> Work[Ranking]:
    """Rank a deck: the rankings of its parts, merged."""
    deck, sent = list(cards), _as_sent(options)
    limit = sent.get("limit")
    if limit is not None and limit > CARDS_PER_RANKING:
        del sent["limit"]  # no part has as many cards
    responses = yield from _post_parts(retries, RANK, split(elements(deck), sent, CARDS_PER_RANKING), sent)
    rankings = [
        [
            replace(card, index=part[card.index].position)
            for card in map(RankedCard.from_json, response["ranking"])
        ]
        for part, response in responses
    ]
    state = yield from _state_after(retries, deck, sent, responses)
    # Each ranking is sorted, and among equals the earlier part's card comes first, as in a single ranking.
    merged = tuple(heapq.merge(*rankings, key=_urgency))[:limit]
    return Ranking(merged, responses[-1][1]["model_version"], state)


def model(retries: Retries) -> Work[Model]:
    """Get the description of the model."""
    return Model.from_json((yield from exchange(retries, "GET", "/v1/model")))


def health(retries: Retries) -> Work[Health]:
    """Get whether the service can predict."""
    return Health.from_json((yield from exchange(retries, "GET", "/v1/health")))


def quality(retries: Retries) -> Work[Quality]:
    """Get how right the predictions were."""
    return Quality.from_json((yield from exchange(retries, "GET", "/v1/quality")))


def _one_or_several(
    retries: Retries,
    path: str,
    cards: Card | Iterable[Card],
    options: Options,
    read: Callable[[Json], One],
    collect: Callable[[tuple[One, ...], str | None], Several],
) -> Work[One | Several]:
    """Send one card by itself, or a list in as many calls as its length requires."""
    if isinstance(cards, ThreeInputs | History):
        return read((yield from _post_one(retries, path, cards, options)))
    listed, sent = list(cards), _as_sent(options)
    responses = yield from _post_parts(retries, path, split(elements(listed), sent), sent)
    state = yield from _state_after(retries, listed, sent, responses)
    return collect(tuple(read(result) for _, response in responses for result in response["results"]), state)


def _state_after(
    retries: Retries, cards: list[Card], sent: Options, responses: list[tuple[Part, Any]]
) -> Work[str | None]:
    """Return the learner's state after all outcomes, as a single call would.

    Every part is predicted with the state that the caller gave, whatever the outcomes in another part. So the
    cards with outcomes are sent once more, one part after the other, each with the state that the part before
    returned.
    """
    state: str | None = responses[-1][1].get(STATE)
    if len(responses) == 1:
        return state
    with_outcome = [
        card for card in elements(map(_as_predicted, cards)) if _has_outcome(cards[card.position])
    ]
    options = {name: value for name, value in sent.items() if name in PredictOptions.__annotations__}
    for number, part in enumerate(split(with_outcome, options) if with_outcome else ()):
        moved = options if number == 0 else {**options, STATE: state}
        state = (yield from post(retries, PREDICT, "cards", part, moved))[STATE]
    return state


def _has_outcome(card: Card) -> bool:
    return card.recalled is not None or card.rating is not None


def _as_predicted(card: Card) -> Card:
    """Return a card without what only `schedule` accepts."""
    return replace(card, last_review_at=None) if isinstance(card, ThreeInputs) else card


def _as_sent(options: Options) -> dict[str, Any]:
    """Return options as JSON values; None means "not given", but a state of None is sent."""
    sent: dict[str, Any] = as_json(options)
    return sent | {STATE: options[STATE]} if STATE in options else sent


def _post_one(retries: Retries, path: str, card: Card, options: Options) -> Work[Any]:
    return exchange(retries, "POST", path, json_of({**as_json(card), **_as_sent(options)}))


def _post_parts(
    retries: Retries, path: str, parts: list[Part], sent: Options
) -> Work[list[tuple[Part, Any]]]:
    responses = []
    for part in parts:
        response = yield from post(retries, path, "cards", part, sent)
        responses.append((part, response))
    return responses


def _urgency(card: RankedCard) -> float:
    return card.recall_probability if card.expected_loss is None else -card.expected_loss
