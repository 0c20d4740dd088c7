"""The errors of a call.

RecallError
├── ConnectionFailedError     no response came: network, TLS, timeout
└── ApiError                  the service responded with an error; `status`, `code`, `field`, `request_id`
    ├── InvalidInputError     400: `field` names the wrong input
    ├── ForbiddenError        403: no valid API key
    ├── BodyTooLargeError     413: one card alone is larger than a call may be
    ├── ThrottledError        429: too fast, or the day's quota is used up; `retry_after`
    └── UnavailableError      503: no model can be loaded, or no review stored, now; `retry_after`
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from email.utils import parsedate_to_datetime

import httpx

_PLACE = re.compile(r"^(cards|reviews)\[(\d+)\]")


class RecallError(Exception):
    """Base class of this package's errors."""


class ConnectionFailedError(RecallError):
    """No response came, in none of the attempts."""


class ApiError(RecallError):
    """The service responded with an error.

    Parameters
    ----------
    message : str
        What is wrong, as text for people.
    status : int
        HTTP status, 400 to 599; another one if it isn't the service that responded.
    code : str
        Stable name of the error for programs, such as ``invalid_input``.
    field : str, optional
        Name of the input that is wrong, such as ``cards[3].difficulty``.
    request_id : str, optional
        Id by which the service's operator finds the call in the log.
    retry_after : float, optional
        Seconds to wait before another call.
    """

    def __init__(
        self,
        message: str,
        *,
        status: int,
        code: str,
        field: str | None = None,
        request_id: str | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.status = status
        self.code = code
        self.field = field
        self.request_id = request_id
        self.retry_after = retry_after

    def renumber(self, positions: Sequence[int]) -> None:
        """Name a card or review by its position in the caller's list.

        Parameters
        ----------
        positions : sequence of int
            For each element of the part that was sent, its position in the caller's list.
        """
        if self.field and (place := _PLACE.match(self.field)):
            listed = f"{place[1]}[{positions[int(place[2])]}]"
            self.field = self.field.replace(place[0], listed, 1)
            self.message = self.message.replace(place[0], listed, 1)
            self.args = (self.message,)


class InvalidInputError(ApiError):
    """A field is missing, unknown, of the wrong type or out of range."""


class ForbiddenError(ApiError):
    """The API key isn't a valid one."""


class BodyTooLargeError(ApiError):
    """One card alone is larger than a call may be."""


class ThrottledError(ApiError):
    """Too many calls: in a short time, or for the day."""


class UnavailableError(ApiError):
    """The service can't load a model, or can't store reviews, at the moment."""


_BY_STATUS = {
    400: InvalidInputError,
    403: ForbiddenError,
    413: BodyTooLargeError,
    429: ThrottledError,
    503: UnavailableError,
}


def error_of(response: httpx.Response) -> ApiError:
    """Return the exception for a response that isn't a success, or isn't JSON."""
    try:
        body = response.json()
        error, request_id = body["error"], body["request_id"]
        message, code, field = error["message"], error["code"], error["field"]
    except (ValueError, KeyError, TypeError):
        # The response of a proxy or of another service.
        message, code, field = (
            f"status {response.status_code}, not in the service's own shape",
            "unknown",
            None,
        )
        request_id = response.headers.get("X-Request-Id")
    return _BY_STATUS.get(response.status_code, ApiError)(
        message,
        status=response.status_code,
        code=code,
        field=field,
        request_id=request_id,
        retry_after=retry_after_of(response),
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
