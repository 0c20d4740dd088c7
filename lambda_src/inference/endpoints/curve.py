"""``POST /v1/curve``: a card's recall over a span of days, ready to plot."""

from __future__ import annotations

from inference.answers import Answer, encode
from inference.body import parse_body
from inference.forgetting import curves_of, which_model
from inference.requests.curve import CurveRequest
from recall.offset import shifted

TYPE_CHECKING = False  # `typing` itself costs a cold start 2 ms
if TYPE_CHECKING:
    from typing import Any

    from inference.model_store import ModelStore


def curve(event: dict[str, Any], store: ModelStore) -> Answer:
    """Answer the days since the last review, and the recall probability at each."""
    request = CurveRequest(parse_body(event))
    model = store.current()
    own = curves_of(model, [request.card], to_schedule=True).along(request.days)
    body = {
        "days": request.days,
        "recall_probability": [shifted(p, request.learner_offset) for p in own],
        "model": which_model(model, request.card),
        "model_version": model.version,
    }
    return Answer(200, encode(body), model_version=model.version, predictions=1)
