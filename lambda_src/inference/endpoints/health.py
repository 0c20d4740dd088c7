"""``GET /v1/health``: whether predictions can be answered."""

from __future__ import annotations

from http_kit.response import Response, encode

TYPE_CHECKING = False  # `typing` itself costs a cold start 2 ms
if TYPE_CHECKING:
    from http_kit.request import Request
    from inference.model_store import ModelStore


def health(_request: Request, store: ModelStore) -> Response:
    """``GET /v1/health``: 200 when predictions can be answered, else the 503 that they get too.

    Degraded while the lake's newest model can't be loaded and the last good one answers.
    """
    version = store.current().version
    failure = store.failure
    found = {"status": "ok", "model_version": version, "degraded": failure is not None}
    if failure is not None:
        found |= {"reason": failure.reason, "since": failure.since}
    return Response(200, encode(found), facts={"model_version": version})
