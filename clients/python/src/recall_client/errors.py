"""The errors of a call.

RecallError
├── ConnectionFailedError     no whole response came: network, TLS, a response that was cut off
│   └── TimedOutError         not within the call's `timeout`
└── ApiError                  the service responded with an error; `status`, `code`, `field`, `request_id`
    ├── InvalidInputError     400: `field` names the wrong input
    ├── ForbiddenError        403: no valid API key
    ├── NotFoundError         404: no such learner, card or review, or the call isn't on in this service
    ├── BodyTooLargeError     413: one card alone is larger than a call may be
    ├── ThrottledError        429: too fast, or the day's quota is used up; `retry_after`
    ├── UnavailableError      503: no model can be loaded, or the store doesn't respond, now; `retry_after`
    └── ForeignResponseError  any other status, or 200: it isn't a Recall service that responded
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import httpx

from recall_client.reviews import StoredReviews

_PLACE = re.compile(r"^(cards|reviews|texts)\[(\d+)\]")
PASSING_STATUSES = {429, 500, 502, 503, 504}
# httpx's other errors are mistakes of the caller, which another attempt would repeat.
PASSING_ERRORS = (
    httpx.TimeoutException,
    httpx.NetworkError,
    httpx.RemoteProtocolError,
    httpx.ProxyError,
    httpx.DecodingError,
)


class RecallError(Exception):
    """Base class of this package's errors.

    Attributes
    ----------
    stored : StoredReviews, optional
        Of an error of `send_reviews`, `study` or `import_cards`: what became of the parts of the list that
        the service responded to.
    passing : bool
        Whether another attempt may succeed.
    attempts : int
        Number of attempts that the request took, the last one included.
    """

    stored: StoredReviews | None = None
    passing = False
    attempts = 1


class ConnectionFailedError(RecallError):
    """No whole response came, in none of the attempts.

    Parameters
    ----------
    message : str
        What went wrong, as text for people.
    passing : bool
        Whether another attempt may succeed.
    """

    def __init__(self, message: str, *, passing: bool = True) -> None:
        super().__init__(message)
        self.passing = passing


class TimedOutError(ConnectionFailedError):
    """The call wasn't complete within its `timeout`."""


class ApiError(RecallError):
    """The service responded with an error.

    Parameters
    ----------
    message : str
        What is wrong, as text for people.
    status : int
        HTTP status, 400 to 599; another one if it isn't the service that responded.
    code : str
        Stable name of the error for programs, such as ``invalid_input``; ``unknown`` if it isn't the service
        that responded.
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
        self.passing = status in PASSING_STATUSES

    def renumber(self, positions: Sequence[int]) -> None:
        """Name a card, review or text by its position in the caller's list.

        Parameters
        ----------
        positions : sequence of int
            For each element of the part that was sent, its position in the caller's list.
        """
        if self.field and (place := _PLACE.match(self.field)) and int(place[2]) < len(positions):
            listed = f"{place[1]}[{positions[int(place[2])]}]"
            self.field = self.field.replace(place[0], listed, 1)
            self.message = self.message.replace(place[0], listed, 1)
            self.args = (self.message,)


class InvalidInputError(ApiError):
    """A field is missing, unknown, of the wrong type or out of range."""


class ForbiddenError(ApiError):
    """The API key isn't a valid one."""


class NotFoundError(ApiError):
    """The service knows no such learner, card or review, or has this call turned off."""


class BodyTooLargeError(ApiError):
    """One card alone is larger than a call may be."""


class ThrottledError(ApiError):
    """Too many calls: in a short time, or for the day."""


class UnavailableError(ApiError):
    """The service can't load a model, or can't reach its store, at the moment."""


class ForeignResponseError(ApiError):
    """The response isn't one that a Recall service gives: check the endpoint."""
