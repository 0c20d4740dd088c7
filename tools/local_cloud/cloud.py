"""MiniStack, whose REST APIs leave the values in a path percent-encoded, as AWS does: an id may hold a slash.

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


ministack.app._handle_execute_api_request = handle_request
apigateway_v1.handle_execute = execute

if __name__ == "__main__":
    sys.exit(ministack.app.main())
