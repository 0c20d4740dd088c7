"""``GET /v1/model``: which model answers."""

from __future__ import annotations

from http_kit.response import Response, encode
from inference.fields import MAXIMUM_CARDS
from recall.artifact import describe_features

TYPE_CHECKING = False  # `typing` itself costs a cold start 2 ms
if TYPE_CHECKING:
    from http_kit.request import Request
    from inference.model_store import ModelStore


def describe_model(_request: Request, store: ModelStore) -> Response:
    """``GET /v1/model``: which model answers, what it was trained on, how good it was, what it takes."""
    model = store.current()
    description = {
        "model_version": model.version,
        "trained_at": model.trained_at,
        **model.description,
        "features": describe_features(),
        "maximum_cards": MAXIMUM_CARDS,
    }
    return Response(200, encode(description), facts={"model_version": model.version})
