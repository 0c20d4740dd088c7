"""``POST /v1/schedule``: the days from the last review until recall falls to a target."""

from __future__ import annotations

from inference.answers import Answer, encode
from inference.body import parse_body
from inference.forgetting import curves_of, which_model
from inference.requests.schedule import ScheduleRequest
from inference.requests.timestamps import SECONDS_PER_DAY, as_timestamp
from recall.curve import MAXIMUM_INTERVAL
from recall.offset import shifted

TYPE_CHECKING = False  # `typing` itself costs a cold start 2 ms
if TYPE_CHECKING:
    from typing import Any

    from inference.model_store import LoadedModel, ModelStore
    from inference.validation import Card

    Event = dict[str, Any]

SHORTEST, LONGEST = "min_interval", "max_interval"


def schedule(event: Event, store: ModelStore) -> Answer:
    """Answer when each card is due.

    With a learner's offset, the interval is the exact inverse of the moved curve: that of the target moved
    back.
    """
    request = ScheduleRequest(parse_body(event))
    model = store.current()
    # What the model's own curve must fall to, for the moved one to fall to the target.
    own_targets = [shifted(target, -request.learner_offset) for target in request.targets]
    curves = curves_of(model, [card for card, _ in request.cards], to_schedule=True)
    results = [
        _result(request, model, card, last_review, intervals)
        for (card, last_review), intervals in zip(request.cards, curves.intervals(own_targets), strict=True)
    ]
    body = {"results": results, "model_version": model.version} if request.batch else results[0]
    return Answer(200, encode(body), model_version=model.version, predictions=len(results))


def _result(
    request: ScheduleRequest,
    model: LoadedModel,
    card: Card,
    last_review: float | None,
    intervals: list[float],
) -> dict[str, Any]:
    answers = []
    for target, own in zip(request.targets, intervals, strict=True):
        interval, bound = bounded(own, request.shortest, request.longest)
        answer: dict[str, Any] = {"interval_days": interval, "target_recall": target}
        if last_review is not None:
            answer["due_at"] = as_timestamp(last_review + interval * SECONDS_PER_DAY)
        if bound:
            answer["bound_by"] = bound
        answers.append(answer)
    of = {"model": which_model(model, card), "model_version": model.version}
    return {"intervals": answers, **of} if request.listed else answers[0] | of


def bounded(interval: float, shortest: float, longest: float) -> tuple[float, str | None]:
    """Return an interval within its bounds, and the name of the bound that made it, if one did.

    0 days mean that recall is below the target from the start, and 36,500 that it is still above it then: no
    interval reaches the target.
    """
    if interval < shortest or interval == 0.0:
        return shortest, SHORTEST
    if interval > longest or interval == MAXIMUM_INTERVAL:
        return longest, LONGEST
    return interval, None
