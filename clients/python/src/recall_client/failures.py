"""The exceptions of responses that aren't what a call is for."""

from __future__ import annotations

from email.utils import parsedate_to_datetime
from typing import TypeVar

import httpx
import msgspec

from recall_client.errors import (
    ApiError,
    BodyTooLargeError,
    ForbiddenError,
    ForeignResponseError,
    InvalidInputError,
    NotFoundError,
    ThrottledError,
    UnavailableError,
)

T = TypeVar("T", bound=ApiError)
_BY_STATUS: dict[int, type[ApiError]] = {
    400: InvalidInputError,
    403: ForbiddenError,
    404: NotFoundError,
    413: BodyTooLargeError,
    429: ThrottledError,
    503: UnavailableError,
}


class _Described(msgspec.Struct):
    code: str
    message: str
    field: str | None


class _Body(msgspec.Struct):
    error: _Described
    request_id: str


def error_of(response: httpx.Response) -> ApiError:
    """Return the exception for a response that isn't a success."""
    retry_after = retry_after_of(response)
    try:
        body = msgspec.json.decode(response.content, type=_Body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        # The response of a proxy, of a load balancer or of another service.
        kind = _BY_STATUS.get(response.status_code, ForeignResponseError)
        return _foreign(response, "not in the service's own shape", kind, retry_after)
    return _BY_STATUS.get(response.status_code, ApiError)(
        body.error.message,
        status=response.status_code,
        code=body.error.code,
        field=body.error.field,
        request_id=body.request_id,
        retry_after=retry_after,
    )


def foreign(response: httpx.Response, problem: str) -> ForeignResponseError:
    """Return the exception for a success that a Recall service doesn't give."""
    return _foreign(response, problem, ForeignResponseError, None)


def _foreign(response: httpx.Response, problem: str, kind: type[T], retry_after: float | None) -> T:
    return kind(
        f"status {response.status_code}, {problem}: check the endpoint",
        status=response.status_code,
        code="unknown",
        request_id=response.headers.get("X-Request-Id"),
        retry_after=retry_after,
    )


def retry_after_of(response: httpx.Response) -> float | None:
    """Return the seconds that ``Retry-After`` asks for, as a number or as a date; None without it."""
    text = response.headers.get("Retry-After", "").strip()
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        until = parsedate_to_datetime(text)
        sent = parsedate_to_datetime(response.headers["Date"])
        return max(0.0, (until - sent).total_seconds())
    except (KeyError, TypeError, ValueError):
        return None
