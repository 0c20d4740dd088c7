"""MiniStack with two things of AWS's REST APIs that it lacks.

Values in a path reach the function percent-encoded, as they were sent, so that an id may hold a slash; and
the function is told the id of the API key that was sent, so that it knows the tenant.

Run by the Python of ``.venv-cloud``, in the place of the program ``ministack``.
"""

import sys
from contextvars import ContextVar
from typing import Any

import ministack.app
from ministack.services import apigateway_v1

_raw_path: ContextVar[str | None] = ContextVar("raw_path", default=None)
_handle_request = ministack.app._handle_execute_api_request
_execute = apigateway_v1.handle_execute
_build_event = apigateway_v1._build_lambda_event_v1


async def handle_request(*arguments: Any, raw_path: str | None = None, **options: Any) -> Any:
    """Keep the path as it was sent while a request of any API is handled."""
    _raw_path.set(raw_path)
    return await _handle_request(*arguments, raw_path=raw_path, **options)


async def execute(api_id: str, stage: str, method: str, path: str, *request: Any) -> Any:
    """Call a REST API with the path as it was sent; what is before it has no escapes, and the same length."""
    raw = _raw_path.get()
    if raw is not None:
        path = raw.partition("?")[0].partition(f"/{stage}")[2] or path
    return await _execute(api_id, stage, method, path, *request)


def build_event(*arguments: Any, **options: Any) -> dict[str, Any]:
    """Return the event of a request, with the id of its API key: not the key, which the log would show."""
    event: dict[str, Any] = _build_event(*arguments, **options)
    key = apigateway_v1._resolve_api_key(apigateway_v1._api_key_from_request(event["headers"]))
    event["requestContext"]["identity"]["apiKeyId"] = key["id"] if key else None
    return event


ministack.app._handle_execute_api_request = handle_request
apigateway_v1.handle_execute = execute
apigateway_v1._build_lambda_event_v1 = build_event

if __name__ == "__main__":
    sys.exit(ministack.app.main())
