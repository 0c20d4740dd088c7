"""What each call does, as work for a client: its requests, and its answer from theirs."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from recall_client.answers import (
    Curve,
    Health,
    Model,
    Prediction,
    Predictions,
    Quality,
    RankedCard,
    Ranking,
    Schedule,
)
from recall_client.batches import CARDS_PER_RANKING, Part, body_of, placed, split
from recall_client.cards import Card, History, ThreeInputs, as_json, text_of
from recall_client.errors import ApiError
from recall_client.exchange import Retries, Work, exchange

PREDICT, SCHEDULE, CURVE, RANK = "/v1/predict", "/v1/schedule", "/v1/curve", "/v1/rank"
OFFSET, NEXT_OFFSET = "learner_offset", "next_learner_offset"
Options = Mapping[str, Any]


def predict(
    retries: Retries, cards: Card | Iterable[Card], options: Options
) -> Work[Prediction | Predictions]:
    """Predict one card, or several."""
    given = as_json(options)
    if isinstance(cards, ThreeInputs | History):
        return Prediction.from_json((yield from _post_one(retries, PREDICT, cards, given)))
    return (yield from _predict_all(retries, list(cards), given))


def schedule(
    retries: Retries, cards: Card | Iterable[Card], options: Options
) -> Work[Schedule | tuple[Schedule, ...]]:
    """Schedule one card, or several."""
    given = as_json(options)
    if isinstance(cards, ThreeInputs | History):
        return Schedule.from_json((yield from _post_one(retries, SCHEDULE, cards, given)))
    results: list[Schedule] = []
    for part in split(placed(cards), given):
        answer = yield from _post(retries, SCHEDULE, part, given)
        results += map(Schedule.from_json, answer["results"])
    return tuple(results)


def curve(retries: Retries, card: Card, options: Options) -> Work[Curve]:
    """Sample one card's curve."""
    return Curve.from_json((yield from _post_one(retries, CURVE, card, as_json(options))))


def rank(retries: Retries, cards: Iterable[Card], options: Options) -> Work[Ranking]:
    """Rank a deck: the rankings of its parts, merged."""
    given = as_json(options)
    limit = given.get("limit")
    if limit is not None and limit > CARDS_PER_RANKING:
        del given["limit"]  # no part has as many cards
    rankings, version = [], ""
    for part in split(placed(cards), given, CARDS_PER_RANKING):
        answer = yield from _post(retries, RANK, part, given)
        version = answer["model_version"]
        ranked = map(RankedCard.from_json, answer["ranking"])
        rankings.append([replace(card, index=part[card.index].position) for card in ranked])
    # Each is in order already, and of equals the earlier part's comes first, as in a single ranking.
    return Ranking(tuple(heapq.merge(*rankings, key=_urgency))[:limit], version)


def model(retries: Retries) -> Work[Model]:
    """Ask which model answers."""
    return Model.from_json((yield from exchange(retries, "GET", "/v1/model")))


def health(retries: Retries) -> Work[Health]:
    """Ask whether the service can answer."""
    return Health.from_json((yield from exchange(retries, "GET", "/v1/health")))


def quality(retries: Retries) -> Work[Quality]:
    """Ask how right the predictions were."""
    return Quality.from_json((yield from exchange(retries, "GET", "/v1/quality")))


def _predict_all(retries: Retries, cards: list[Card], given: Options) -> Work[Predictions]:
    """Answer what a single call would, however many it takes.

    That is: all predictions by the offset that was given, and the outcomes one after the other, each moving
    the offset that the one before left. A later part can't do both, so outcomes go into parts of their own.
    """
    parts = split(placed(cards), given)
    if len(parts) == 1:
        answer = yield from _post(retries, PREDICT, parts[0], given)
        return Predictions(tuple(map(Prediction.from_json, answer["results"])), answer.get(NEXT_OFFSET))
    results: list[Prediction] = []
    for part in split(placed(replace(card, recalled=None) for card in cards), given):
        answer = yield from _post(retries, PREDICT, part, given)
        results += map(Prediction.from_json, answer["results"])
    told = [one for one, card in zip(placed(cards), cards, strict=True) if card.recalled is not None]
    offset = None
    for part in split(told, given) if told else ():
        moved = given if offset is None else {**given, OFFSET: offset}
        offset = (yield from _post(retries, PREDICT, part, moved))[NEXT_OFFSET]
    return Predictions(tuple(results), offset)


def _post_one(retries: Retries, path: str, card: Card, given: Options) -> Work[Any]:
    return exchange(retries, "POST", path, text_of({**as_json(card), **given}))


def _post(retries: Retries, path: str, part: Part, given: Options) -> Work[Any]:
    try:
        return (yield from exchange(retries, "POST", path, body_of(part, given)))
    except ApiError as error:
        error.renumber([card.position for card in part])
        raise


def _urgency(card: RankedCard) -> float:
    return card.recall_probability if card.expected_loss is None else -card.expected_loss
