"""The Lambda function's entry: an API Gateway REST proxy event in, its response out."""

from __future__ import annotations

import os
import time

from inference.answers import error_answer, unexpected_error_answer
from inference.model_store import FileSource, LakeSource, ModelStore
from inference.observability import Observability
from inference.routes import find_route
from inference.settings import Settings
from recall.errors import RecallError

TYPE_CHECKING = False  # `typing` itself costs a cold start 2 ms
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from inference.model_store import ModelSource


class Service:
    """One execution environment's service: its model and its log, kept between calls."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        settings = Settings(environment)
        self._observability = Observability(settings.metrics_namespace, settings.stage)
        self._store = ModelStore(
            _source(settings, environment), settings.refresh_seconds, self._observability.model_load_failed
        )

    def respond(self, event: dict[str, Any]) -> dict[str, Any]:
        """Answer a request; every outcome is an answer, and is logged once."""
        started = time.perf_counter()
        request_id = (event.get("requestContext") or {}).get("requestId") or ""
        method, path = event.get("httpMethod") or "", event.get("path") or ""
        try:
            answer = find_route(method, path)(event, self._store)
        except RecallError as error:
            answer = error_answer(error, request_id)
        except Exception:  # noqa: BLE001 - the caller gets an answer without a trace, the log gets the trace
            self._observability.unexpected(request_id)
            answer = unexpected_error_answer(request_id)
        latency_ms = (time.perf_counter() - started) * 1000
        self._observability.request(answer, request_id, method[:10], path[:100], latency_ms)
        return answer.as_response(request_id, event.get("headers") or {})


def _source(settings: Settings, environment: Mapping[str, str]) -> ModelSource:
    if settings.model_file:
        return FileSource(settings.model_file)
    from inference.s3 import S3Reader  # noqa: PLC0415 - http.client and OpenSSL take 20 ms; a file needs neither

    return LakeSource(S3Reader(settings.model_bucket, environment))


_service: Service | None = None


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Answer one invocation with the service that this environment keeps."""
    global _service  # noqa: PLW0603 - Lambda's own way to keep something between calls
    if _service is None:
        _service = Service(os.environ)
    return _service.respond(event)
