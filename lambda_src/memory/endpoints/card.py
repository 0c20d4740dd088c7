"""``/v1/learners/{learner}/cards/{card}``: what is known of a card, and the end of it."""

from __future__ import annotations

from http_kit.response import Response, encode
from inference.cards import curves_of
from memory.card import RememberedCard
from memory.changes import unknown_card, unknown_learner
from memory.request import CARD, FOR_EACH_RATING, query_choice, read_path_id
from memory.reviews import as_sent
from memory.schedule import describe, for_each_rating, schedules
from memory.service import learner_of
from recall.features import SECONDS_PER_DAY

TYPE_CHECKING = False  # `typing` itself costs a cold start 2 ms
if TYPE_CHECKING:
    from typing import Any

    from http_kit.request import Request
    from memory.card import Card
    from memory.learner import Learner
    from memory.service import Memory
    from recall.card_history import CardHistory


def read_card(request: Request, memory: Memory) -> Response:
    """Answer a card's recall now, when it is due, what is known of it, and all of its reviews."""
    name, card_id = learner_of(request, memory), read_path_id(request, CARD)
    with_ratings = (
        query_choice(request.query((FOR_EACH_RATING,)), FOR_EACH_RATING, ("false", "true")) == "true"
    )
    model = memory.models.current()
    learner, card = _load(memory, name, card_id)
    history = card.history
    if history is None:
        raise unknown_card()
    now = memory.clock() / SECONDS_PER_DAY
    state, target = learner.state(model.artifact), learner.target
    remembered = RememberedCard(history, now)
    curves = curves_of(model, [remembered], state)
    (schedule,) = schedules(curves, [remembered], target)
    body: dict[str, Any] = {
        "card": card_id,
        "recall_probability": curves.recall([remembered.inputs[0]])[0],
        **describe(schedule, target),
        "state": _state(history),
        "reviews": [as_sent(review) | {"recall_probability": review.probability} for review in card.reviews],
        "model": remembered.model_part(model.artifact),
        "model_version": model.version,
    }
    if with_ratings:
        shift = learner.known.shift
        body[FOR_EACH_RATING] = for_each_rating(model, history, state, target, now, shift)
    return Response(200, encode(body), facts={"model_version": model.version})


def delete_card(request: Request, memory: Memory) -> Response:
    """Delete a card with all of its reviews."""
    name, card_id = learner_of(request, memory), read_path_id(request, CARD)
    deleted = memory.changes.delete_card(name, card_id)
    return Response(200, encode({"card": card_id, "reviews": deleted}))


def _load(memory: Memory, name: str, card_id: str) -> tuple[Learner, Card]:
    learner, cards = memory.table.load(name, [card_id])
    if learner is None:
        raise unknown_learner()
    if card_id not in cards:
        raise unknown_card()
    return learner, cards[card_id]


def _state(history: CardHistory) -> dict[str, Any]:
    return {
        "stability_days": history.memory.stability,
        "difficulty": history.memory.difficulty,
        "reviews": history.reviews,
        "failures": history.failures,
        "review_days": history.review_days,
    }
