"""``POST /v1/curve``: a card's recall over a span of days, ready to plot."""

from __future__ import annotations

from http_kit.response import Response, encode
from inference.forgetting import curves_of
from inference.learner import Learner
from inference.out_of_range import fixed_inputs_out_of_range
from inference.requests.curve import CurveRequest
from inference.validation import EXAMPLE

TYPE_CHECKING = False  # `typing` itself costs a cold start 2 ms
if TYPE_CHECKING:
    from http_kit.request import Request
    from inference.model_store import ModelStore


def curve(request: Request, store: ModelStore) -> Response:
    """Answer the days since the last review, and the recall probability at each."""
    body = request.json(EXAMPLE)
    asked = CurveRequest(body)
    model = store.current()
    learner = Learner(body, model)
    card = asked.card
    shown = {
        "days": asked.days,
        "recall_probability": curves_of(model, [card], learner.state).along(asked.days),
        "model": card.model_part(model.artifact),
        "model_version": model.version,
    }
    names = fixed_inputs_out_of_range(card, model.ranges)
    if names:
        shown["out_of_range"] = names
    return Response(
        200, encode(shown | learner.after([], [])), facts={"predictions": 1, "model_version": model.version}
    )
