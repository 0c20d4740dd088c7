"""The intake function's entry: an API Gateway REST proxy event in, its response out."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from typing import Any

import boto3
from botocore.config import Config

from inference.answers import Answer, encode, error_answer, unexpected_error_answer
from inference.body import parse_body
from inference.errors import STATUS_AND_CODE, ReviewsUnavailableError
from recall.errors import InvalidInputError, RecallError
from reviews.inbox import Inbox
from reviews.observability import Observability
from reviews.quality import PATH as QUALITY_PATH
from reviews.quality import Quality
from reviews.request import EXAMPLE, REVIEWS, ReviewsRequest

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
        request_id = (event.get("requestContext") or {}).get("requestId") or ""
        asks = event.get("path") == QUALITY_PATH
        counts: dict[str, int] = {}
        try:
            if asks:
                answer = Answer(200, self._quality.read())
            else:
                answer, counts = self._store(event)
        except RecallError as error:
            if isinstance(error, ReviewsUnavailableError):
                self._observability.failed(request_id, "quality_not_read" if asks else "reviews_not_stored")
            answer = error_answer(error, request_id)
        except Exception:  # noqa: BLE001 - the caller gets an answer without a trace, the log gets the trace
            self._observability.failed(request_id, "unexpected_error")
            answer = unexpected_error_answer(request_id)
        latency_ms = (time.perf_counter() - started) * 1000
        if asks:
            self._observability.asked(answer, request_id, QUALITY_PATH, latency_ms)
        else:
            self._observability.request(answer, counts, request_id, event.get("path") or "", latency_ms)
        return answer.as_response(request_id, event.get("headers") or {})

    def _store(self, event: dict[str, Any]) -> tuple[Answer, dict[str, int]]:
        now = self._clock()
        request = ReviewsRequest(parse_body(event, f'{{"{REVIEWS}": [{EXAMPLE}]}}'), now)
        new = self._inbox.store(request.reviews, now)
        sent = len(request.reviews)
        counts = {
            "accepted": sent if new else 0,
            "repeated": request.repeated + (0 if new else sent),
            "rejected": len(request.rejected),
        }
        rejected = [{"index": index, "error": _told(error)} for index, error in request.rejected]
        return Answer(202, encode({**counts, "rejected": rejected})), counts


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
