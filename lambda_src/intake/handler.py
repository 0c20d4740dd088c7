"""The intake function's entry: an API Gateway REST proxy event in, its response out."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from typing import Any

import boto3
from botocore.config import Config

from http_kit.errors import STATUS_AND_CODE, ReviewsUnavailableError
from http_kit.request import Request
from http_kit.response import Response, encode, error_response, unexpected_error_response
from http_kit.service import for_gateway
from intake.inbox import Inbox
from intake.observability import Observability
from intake.quality import PATH as QUALITY_PATH
from intake.quality import Quality
from intake.request import EXAMPLE, REVIEWS, ReviewsRequest
from recall.errors import InvalidInputError, RecallError

# Within the function's own timeout, and so that the caller gets its 503 rather than the gateway's 504.
S3_CONFIG = Config(connect_timeout=1, read_timeout=3, retries={"total_max_attempts": 2, "mode": "standard"})


class Intake:
    """One execution environment's intake.

    Parameters
    ----------
    environment : mapping of str to str
        ``METRICS_NAMESPACE`` and ``STAGE``.
    inbox : Inbox
        Where reviews go.
    quality : Quality
        What came of them.
    clock : callable
        Tells the seconds since 1970.
    """

    def __init__(
        self,
        environment: Mapping[str, str],
        inbox: Inbox,
        quality: Quality,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._observability = Observability(environment["METRICS_NAMESPACE"], environment["STAGE"])
        self._inbox = inbox
        self._quality = quality
        self._clock = clock

    def respond(self, event: dict[str, Any]) -> dict[str, Any]:
        """Answer a request; every outcome is an answer, and is logged once."""
        started = time.perf_counter()
        request = Request(event)
        asks = request.path == QUALITY_PATH
        counts: dict[str, int] = {}
        try:
            if asks:
                answer = Response(200, self._quality.read())
            else:
                answer, counts = self._store(request)
        except RecallError as error:
            if isinstance(error, ReviewsUnavailableError):
                self._observability.failed(request.id, "quality_not_read" if asks else "reviews_not_stored")
            answer = error_response(error, request.id)
        except Exception:  # noqa: BLE001 - the caller gets an answer without a trace, the log gets the trace
            self._observability.failed(request.id, "unexpected_error")
            answer = unexpected_error_response(request.id)
        latency_ms = (time.perf_counter() - started) * 1000
        if asks:
            self._observability.asked(answer, request.id, QUALITY_PATH, latency_ms)
        else:
            self._observability.request(answer, counts, request.id, request.path, latency_ms)
        return for_gateway(request, answer)

    def _store(self, request: Request) -> tuple[Response, dict[str, int]]:
        now = self._clock()
        sent_now = ReviewsRequest(request.json(f'{{"{REVIEWS}": [{EXAMPLE}]}}'), now)
        new = self._inbox.store(sent_now.reviews, now)
        sent = len(sent_now.reviews)
        counts = {
            "accepted": sent if new else 0,
            "repeated": sent_now.repeated + (0 if new else sent),
            "rejected": len(sent_now.rejected),
        }
        rejected = [{"index": index, "error": _told(error)} for index, error in sent_now.rejected]
        return Response(202, encode({**counts, "rejected": rejected})), counts


def _told(error: InvalidInputError) -> dict[str, str]:
    code = STATUS_AND_CODE[type(error)][1]
    return {"code": code, "message": f"{error.field} {error.problem}", "field": error.field}


_intake: Intake | None = None


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Answer one invocation with the intake that this environment keeps."""
    global _intake  # noqa: PLW0603 - Lambda's own way to keep something between calls
    if _intake is None:
        client, bucket = boto3.client("s3", config=S3_CONFIG), os.environ["LAKE_BUCKET"]
        _intake = Intake(os.environ, Inbox(client, bucket), Quality(client, bucket))
    return _intake.respond(event)
