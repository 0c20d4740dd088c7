"""The paths of reviews, learners and texts, where they come here: the deployment has no function for them."""

from __future__ import annotations

from http_kit.errors import UnknownPathError

TYPE_CHECKING = False  # `typing` itself costs a cold start 2 ms
if TYPE_CHECKING:
    from http_kit.request import Request
    from http_kit.response import Response
    from inference.model_store import ModelStore


def reviews(_request: Request, _store: ModelStore) -> Response:
    """``POST /v1/reviews``: say how to turn it on."""
    problem = "/v1/reviews is off; the deployment's owner sets reviews_retention_days in cdk.json to collect"
    raise UnknownPathError("path", problem)


def text(request: Request, _store: ModelStore) -> Response:
    """``/v1/embed``, ``/v1/similar``, ``/v1/topics``: without the text function; say how to turn it on."""
    problem = (
        f"{request.path} is off; the deployment's owner sets text to true in cdk.json to have texts read"
    )
    raise UnknownPathError("path", problem)


def quality(_request: Request, _store: ModelStore) -> Response:
    """``GET /v1/quality``: without reviews nobody knows it; say how to turn it on."""
    problem = "/v1/quality is off; the deployment's owner sets reviews_retention_days in cdk.json to measure"
    raise UnknownPathError("path", problem)


def memory(_request: Request, _store: ModelStore) -> Response:
    """``/v1/learners/…``: without the memory nobody is known; say how to turn it on."""
    problem = (
        "/v1/learners is off; the deployment's owner sets memory to true in cdk.json to remember learners"
    )
    raise UnknownPathError("path", problem)
