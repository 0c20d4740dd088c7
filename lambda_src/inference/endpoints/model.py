"""``GET /v1/model`` and ``/v1/model/parameters``: which model answers, and what it is made of."""

from __future__ import annotations

from http_kit.errors import RecordNotFoundError
from http_kit.response import Response, encode
from inference.fields import MAXIMUM_CARDS
from recall.artifact import as_document, describe_features

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


def describe_parameters(_request: Request, store: ModelStore) -> Response:
    """``GET /v1/model/parameters``: the model as it is stored, for who evaluates its formulas.

    Raises
    ------
    RecordNotFoundError
        If the model is the owner's own: there are no formulas of it.
    """
    model = store.current()
    if model.artifact is None:
        raise RecordNotFoundError(
            "model",
            "is the owner's own and has no parameters to send; request its predictions, such as /v1/curve",
        )
    parameters = {"model_version": model.version} | as_document(model.artifact)
    return Response(200, encode(parameters), facts={"model_version": model.version})
