"""``POST /v1/schedule``: the days from the last review until recall falls to a target."""

from __future__ import annotations

from http_kit.response import Response, encode
from http_kit.timestamps import as_timestamp
from inference.forgetting import curves_of
from inference.learner import Learner
from inference.out_of_range import fixed_inputs_out_of_range
from inference.requests.schedule import ScheduleRequest
from inference.validation import EXAMPLE
from recall.features import SECONDS_PER_DAY
from recall.memory_state import AGAIN, EASY, GOOD, HARD

TYPE_CHECKING = False  # `typing` itself costs a cold start 2 ms
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from http_kit.request import Request
    from inference.cards import Card
    from inference.loaded_model import LoadedModel
    from inference.model_store import ModelStore
    from recall.learner import LearnerState


RATING_NAMES = {"again": AGAIN, "hard": HARD, "good": GOOD, "easy": EASY}


def schedule(request: Request, store: ModelStore) -> Response:
    """Answer when each card is due, or would be after each of the four answers.

    All intervals are for the learner as sent: so an answer leads to what ``for_each_rating`` said of it.
    """
    body = request.json(EXAMPLE)
    asked = ScheduleRequest(body)
    model = store.current()
    learner = Learner(body, model)
    describe = _for_each_rating if asked.for_each_rating else _for_each_card
    results = describe(asked, model, learner.state)
    learned = learner.after(asked.cards, asked.outcomes)
    if asked.batch:
        shown: dict[str, Any] = {"results": results, "model_version": model.version, **learned}
    else:
        shown = results[0] | learned
    return Response(200, encode(shown), facts={"predictions": len(results), "model_version": model.version})


def _for_each_card(request: ScheduleRequest, model: LoadedModel, state: LearnerState) -> list[dict[str, Any]]:
    results = _results(request, model, state, request.due_cards)
    return [result | _about(model, card) for result, card in zip(results, request.due_cards, strict=True)]


def _for_each_rating(
    request: ScheduleRequest, model: LoadedModel, state: LearnerState
) -> list[dict[str, Any]]:
    with_reviews: list[Any] = request.cards  # the request has refused three inputs
    answered = [card.answered(rating) for card in with_reviews for rating in RATING_NAMES.values()]
    results = iter(_results(request, model, state, answered))
    return [
        {name: next(results) for name in RATING_NAMES} | _about(model, card, hypothetical=True)
        for card in request.cards
    ]


def _about(model: LoadedModel, card: Card, *, hypothetical: bool = False) -> dict[str, Any]:
    """Return what is said of a card beside its intervals."""
    about: dict[str, Any] = {"model": card.model_part(model.artifact), "model_version": model.version}
    if card.new:
        return about if hypothetical else about | {"new": True}
    names = fixed_inputs_out_of_range(card, model.ranges)
    return about | {"out_of_range": names} if names else about


def _results(
    request: ScheduleRequest, model: LoadedModel, state: LearnerState, cards: Sequence[Card]
) -> list[dict[str, Any]]:
    """Return the interval of each card for the target, or all of them for several targets."""
    curves = curves_of(model, cards, state)
    bounds, (_, trained_days) = request.bounds, model.ranges[0]
    highest = curves.recall([bounds.of_card(card)[0] for card in cards])
    results = []
    for card, most, intervals in zip(cards, highest, curves.intervals(request.targets), strict=True):
        found = []
        for target, reached in zip(request.targets, intervals, strict=True):
            days, bound = bounds.choose(card, reached, reachable=most >= target)
            result = _described(card, target, days, bound, most)
            if days > trained_days:
                result["extrapolated"] = True
            found.append(result)
        results.append({"intervals": found} if request.listed else found[0])
    return results


def _described(card: Card, target: float, days: float, bound: str | None, highest: float) -> dict[str, Any]:
    """Return an interval of a card as JSON values; `highest` is recall after the shortest one."""
    reachable = highest >= target
    result: dict[str, Any] = {"interval_days": days, "target_recall": target, "reachable": reachable}
    if not reachable:
        result["highest_recall"] = highest
    if card.last_review is not None:
        result["due_at"] = as_timestamp(card.last_review + days * SECONDS_PER_DAY)
    if bound is not None:
        result["bound_by"] = bound
    return result
