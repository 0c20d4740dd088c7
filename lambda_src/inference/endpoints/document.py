"""``GET /v1/openapi.json``: the API's document, with this deployment's URL in it."""

from __future__ import annotations

import json

from http_kit.response import Response

TYPE_CHECKING = False  # `typing` itself costs a cold start 2 ms
if TYPE_CHECKING:
    from typing import Any

    from http_kit.request import Request
    from inference.model_store import ModelStore

DOCUMENT = __file__.rpartition("/")[0] + "/../openapi.json"


def document(request: Request, _store: ModelStore) -> Response:
    """Answer the document."""
    return Response(200, json.dumps(document_of(request.event), ensure_ascii=False))


def document_of(event: dict[str, Any]) -> dict[str, Any]:
    """Return the document with the URL at which the event's sender reached the API."""
    with open(DOCUMENT, "rb") as file:  # noqa: PTH123 - pathlib costs milliseconds, as everywhere here
        read: dict[str, Any] = json.loads(file.read())
    url = base_url(event)
    if url:
        read["servers"] = [{"url": url, "description": "This deployment"}]
    return read


def base_url(event: dict[str, Any]) -> str | None:
    """Return the URL that the paths of the document continue, where API Gateway says which it is."""
    context = event.get("requestContext") or {}
    domain, full, path = context.get("domainName"), context.get("path"), event.get("path")
    if not domain or not full or not path or not full.endswith(path):
        return None
    return f"https://{domain}{full.removesuffix(path)}"
