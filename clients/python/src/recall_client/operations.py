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
    RatedSchedule,
    RatedSchedules,
    Schedule,
    Schedules,
)
from recall_client.batches import CARDS_PER_RANKING, Part, body_of, placed, split
from recall_client.cards import Card, History, PredictOptions, ThreeInputs, as_json, json_of
from recall_client.errors import ApiError
from recall_client.exchange import Retries, Work, exchange

PREDICT, SCHEDULE, CURVE, RANK = "/v1/predict", "/v1/schedule", "/v1/curve", "/v1/rank"
STATE = "learner_state"
Options = Mapping[str, Any]


def predict(
    retries: Retries, cards: Card | Iterable[Card], options: Options
) -> Work[Prediction | Predictions]:
    """Predict one card, or several."""
    if isinstance(cards, ThreeInputs | History):
        return Prediction.from_json((yield from _post_one(retries, PREDICT, cards, options)))
    results, state = yield from _results(retries, PREDICT, list(cards), options)
    return Predictions(tuple(map(Prediction.from_json, results)), state)


def schedule(retries: Retries, cards: Card | Iterable[Card], options: Options) -> Work[Schedule | Schedules]:
    """Schedule one card, or several."""
    if isinstance(cards, ThreeInputs | History):
        return Schedule.from_json((yield from _post_one(retries, SCHEDULE, cards, options)))
    results, state = yield from _results(retries, SCHEDULE, list(cards), options)
    return Schedules(tuple(map(Schedule.from_json, results)), state)


def schedule_each_rating(
    retries: Retries, cards: Card | Iterable[Card], options: Options
) -> Work[RatedSchedule | RatedSchedules]:
    """Schedule one card, or several, for each answer that could be given now."""
    given = {**options, "for_each_rating": True}
    if isinstance(cards, ThreeInputs | History):
        return RatedSchedule.from_json((yield from _post_one(retries, SCHEDULE, cards, given)))
    results, state = yield from _results(retries, SCHEDULE, list(cards), given)
    return RatedSchedules(tuple(map(RatedSchedule.from_json, results)), state)


def curve(retries: Retries, card: Card, options: Options) -> Work[Curve]:
    """Sample one card's curve."""
    return Curve.from_json((yield from _post_one(retries, CURVE, card, options)))


def rank(retries: Retries, cards: Iterable[Card], options: Options) -> Work[Ranking]:
    """Rank a deck: the rankings of its parts, merged."""
    deck, given = list(cards), _as_sent(options)
    limit = given.get("limit")
    if limit is not None and limit > CARDS_PER_RANKING:
        del given["limit"]  # no part has as many cards
    answers = yield from _post_parts(retries, RANK, split(placed(deck), given, CARDS_PER_RANKING), given)
    rankings = [
        [
            replace(card, index=part[card.index].position)
            for card in map(RankedCard.from_json, answer["ranking"])
        ]
        for part, answer in answers
    ]
    state = yield from _state_after(retries, deck, given, answers)
    # Each is in order already, and of equals the earlier part's comes first, as in a single ranking.
    merged = tuple(heapq.merge(*rankings, key=_urgency))[:limit]
    return Ranking(merged, answers[-1][1]["model_version"], state)


def model(retries: Retries) -> Work[Model]:
    """Ask which model answers."""
    return Model.from_json((yield from exchange(retries, "GET", "/v1/model")))


def health(retries: Retries) -> Work[Health]:
    """Ask whether the service can answer."""
    return Health.from_json((yield from exchange(retries, "GET", "/v1/health")))


def quality(retries: Retries) -> Work[Quality]:
    """Ask how right the predictions were."""
    return Quality.from_json((yield from exchange(retries, "GET", "/v1/quality")))


def _results(
    retries: Retries, path: str, cards: list[Card], options: Options
) -> Work[tuple[list[Any], str | None]]:
    """Return the answers to a list of cards, and the learner's state after it, in one call or several."""
    given = _as_sent(options)
    answers = yield from _post_parts(retries, path, split(placed(cards), given), given)
    state = yield from _state_after(retries, cards, given, answers)
    return [result for _, answer in answers for result in answer["results"]], state


def _state_after(
    retries: Retries, cards: list[Card], given: Options, answers: list[tuple[Part, Any]]
) -> Work[str | None]:
    """Return the learner's state after all outcomes, as a single call would.

    All parts are answered for the learner as given, so none of them knows the outcomes of those before. They
    are sent once more, one part after the other, each with the state that the one before left.
    """
    state: str | None = answers[-1][1].get(STATE)
    if len(answers) == 1:
        return state
    learned_from = [
        card for card in placed(map(_with_outcome_only, cards)) if _has_outcome(cards[card.position])
    ]
    beside = {name: value for name, value in given.items() if name in PredictOptions.__annotations__}
    for number, part in enumerate(split(learned_from, beside) if learned_from else ()):
        moved = beside if number == 0 else {**beside, STATE: state}
        state = (yield from _post(retries, PREDICT, part, moved))[STATE]
    return state


def _has_outcome(card: Card) -> bool:
    return card.recalled is not None or card.rating is not None


def _with_outcome_only(card: Card) -> Card:
    """Return a card as `predict` takes it."""
    return replace(card, last_review_at=None) if isinstance(card, ThreeInputs) else card


def _as_sent(options: Options) -> dict[str, Any]:
    """Return options as JSON values; only a learner's state is sent as null."""
    given: dict[str, Any] = as_json(options)
    return given | {STATE: options[STATE]} if STATE in options else given


def _post_one(retries: Retries, path: str, card: Card, options: Options) -> Work[Any]:
    return exchange(retries, "POST", path, json_of({**as_json(card), **_as_sent(options)}))


def _post_parts(
    retries: Retries, path: str, parts: list[Part], given: Options
) -> Work[list[tuple[Part, Any]]]:
    answers = []
    for part in parts:
        answer = yield from _post(retries, path, part, given)
        answers.append((part, answer))
    return answers


def _post(retries: Retries, path: str, part: Part, given: Options) -> Work[Any]:
    try:
        return (yield from exchange(retries, "POST", path, body_of(part, given)))
    except ApiError as error:
        error.renumber([card.position for card in part])
        raise


def _urgency(card: RankedCard) -> float:
    return card.recall_probability if card.expected_loss is None else -card.expected_loss
