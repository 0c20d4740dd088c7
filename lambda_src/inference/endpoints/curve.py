"""``POST /v1/curve``: a card's recall over a span of days, ready to plot."""

from __future__ import annotations

from inference.answers import Answer, encode
from inference.body import parse_body
from inference.forgetting import curves_of
from inference.learner import Learner
from inference.out_of_range import fixed_inputs_out_of_range
from inference.requests.curve import CurveRequest

TYPE_CHECKING = False  # `typing` itself costs a cold start 2 ms
if TYPE_CHECKING:
    from typing import Any

    from inference.model_store import ModelStore


def curve(event: dict[str, Any], store: ModelStore) -> Answer:
    """Answer the days since the last review, and the recall probability at each."""
    body = parse_body(event)
    request = CurveRequest(body)
    model = store.current()
    learner = Learner(body, model)
    card = request.card
    shown = {
        "days": request.days,
        "recall_probability": curves_of(model, [card], learner.state).along(request.days),
        "model": card.model_part(model.artifact),
        "model_version": model.version,
    }
    names = fixed_inputs_out_of_range(card, model.ranges)
    if names:
        shown["out_of_range"] = names
    return Answer(200, encode(shown | learner.after([], [])), model_version=model.version, predictions=1)
