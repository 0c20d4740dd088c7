"""``/v1/operations/reviews``, ``alarms`` and ``cost``: how a stage is doing."""

from __future__ import annotations

from http_kit.request import Request
from http_kit.response import Response, encode
from operations.stage import Stage


def reviews(_request: Request, stage: Stage) -> Response:
    """``GET /v1/operations/reviews``: the reviews that were collected, and how right the predictions were."""
    return Response(200, encode(stage.reviews.reports()))


def alarms(_request: Request, stage: Stage) -> Response:
    """``GET /v1/operations/alarms``: each alarm and its state."""
    return Response(200, encode({"alarms": stage.alarms.all()}))


def cost(_request: Request, stage: Stage) -> Response:
    """``GET /v1/operations/cost``: this month's bill against the budget."""
    return Response(200, encode(stage.cost.this_month()))
