"""The Lambda function's entry: an API Gateway REST proxy event in, its response out."""

from __future__ import annotations

import json
import os
import time

from inference.errors import STATUS_AND_CODE, ModelUnavailableError
from inference.model_store import FileSource, LakeSource, ModelStore
from inference.observability import Observability
from inference.routes import find_route
from inference.settings import Settings
from recall.errors import InvalidInputError, RecallError

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
        predictions = 0
        headers: dict[str, str] = {}
        try:
            answer, predictions = find_route(method, path)(event, self._store)
            # In here: a model's training record may hold what has no place in JSON, such as NaN.
            status, body = 200, _ENCODER.encode(answer)
        except RecallError as error:
            status, answer, headers = _error_answer(error, request_id)
            body = _ENCODER.encode(answer)
        except Exception:  # noqa: BLE001 - the caller gets an answer without a trace, the log gets the trace
            self._observability.unexpected(request_id)
            status, answer = 500, _error_body("internal_error", "something broke here", None, request_id)
            body = _ENCODER.encode(answer)
        self._observability.request(
            request_id=request_id,
            method=method[:10],
            path=path[:100],
            status=status,
            latency_ms=(time.perf_counter() - started) * 1000,
            predictions=predictions,
            model_version=answer.get("model_version"),
        )
        return _response(status, body, {"X-Request-Id": request_id, **headers})


def _source(settings: Settings, environment: Mapping[str, str]) -> ModelSource:
    if settings.model_file:
        return FileSource(settings.model_file)
    from inference.s3 import S3Reader  # noqa: PLC0415 - http.client and OpenSSL take 20 ms; a file needs neither

    return LakeSource(S3Reader(settings.model_bucket, environment))


def _error_answer(error: RecallError, request_id: str) -> tuple[int, dict[str, Any], dict[str, str]]:
    status, code = STATUS_AND_CODE[type(error)]
    if isinstance(error, InvalidInputError):
        message = f"{error.field} {error.problem}"
        return status, _error_body(code, message, error.field, request_id), {}
    headers = {"Retry-After": str(error.retry_after)} if isinstance(error, ModelUnavailableError) else {}
    return status, _error_body(code, str(error), None, request_id), headers


def _error_body(code: str, message: str, field: str | None, request_id: str) -> dict[str, Any]:
    return {"error": {"code": code, "message": message, "field": field}, "request_id": request_id}


# Made once: json.dumps() looks for cycles, and these answers have none.
_ENCODER = json.JSONEncoder(check_circular=False, allow_nan=False)


def _response(status: int, body: str, headers: dict[str, str]) -> dict[str, Any]:
    return {
        "statusCode": status,
        "headers": {
            "Content-Type": "application/json",
            "Cache-Control": "no-store",
            "Access-Control-Allow-Origin": "*",
            **headers,
        },
        "body": body,
    }


_service: Service | None = None


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Answer one invocation with the service that this environment keeps."""
    global _service  # noqa: PLW0603 - Lambda's own way to keep something between calls
    if _service is None:
        _service = Service(os.environ)
    return _service.respond(event)
