"""One request and its response, with retries, and without any I/O.

A call is a generator that yields steps: send a request, or pause. The client takes each step, blocking or
awaiting, and sends back the response or the error: `Client` and `AsyncClient` share everything but the I/O.
"""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Generator
from dataclasses import dataclass
from itertools import count
from typing import Any, NamedTuple, TypeVar

import httpx

from recall_client.errors import ConnectionFailedError, error_of, retry_after_of

GZIP_FROM_BYTES = 1_400  # a body that fits into one packet gains nothing
RETRIED_STATUSES = {429, 503}
# httpx's other errors are mistakes of the caller, which another attempt would repeat.
RETRIED_ERRORS = (httpx.TimeoutException, httpx.NetworkError, httpx.RemoteProtocolError, httpx.ProxyError)


class Send(NamedTuple):
    """A step: send this request; the generator gets the response, or the error that came instead."""

    method: str
    path: str
    content: bytes | None
    headers: dict[str, str]


class Pause(NamedTuple):
    """A step: wait for some seconds."""

    seconds: float


Received = httpx.Response | httpx.RequestError | None
T = TypeVar("T")
Work = Generator[Send | Pause, Received, T]


@dataclass(frozen=True, slots=True, kw_only=True)
class Retries:
    """How often and how fast a call is tried again, after 429, 503, or when no response came.

    Parameters
    ----------
    attempts : int
        Number of attempts, the first one included.
    first_pause : float
        Seconds. The pause after the first attempt is random, up to this; the limit doubles with each attempt.
    longest_pause : float
        Seconds, beyond which that limit doesn't grow. When ``Retry-After`` is longer, the error is raised at
        once.
    """

    attempts: int = 4
    first_pause: float = 0.25
    longest_pause: float = 10.0

    def pause_after(self, attempt: int, received: Received) -> float | None:
        """Return the seconds to wait after the attempt with this number, or None if it was the last one."""
        if isinstance(received, httpx.Response):
            worth_it = received.status_code in RETRIED_STATUSES
            retry_after = retry_after_of(received) or 0.0
        else:
            worth_it, retry_after = isinstance(received, RETRIED_ERRORS), 0.0
        if not worth_it or attempt >= self.attempts or retry_after > self.longest_pause:
            return None
        longest = min(self.longest_pause, self.first_pause * 2 ** (attempt - 1))
        # Random, so that clients that failed at the same time don't return at the same time.
        return retry_after + random.uniform(0.0, longest)  # noqa: S311 - nothing secret depends on it


def exchange(retries: Retries, method: str, path: str, body: str | None = None) -> Work[Any]:
    """Send a request, again where that helps, and return the response's JSON.

    Raises
    ------
    ApiError, ConnectionFailedError
        The error of the last attempt.
    """
    request = _request(method, path, body)
    for attempt in count(1):
        received = yield request
        pause = retries.pause_after(attempt, received)
        if pause is None:
            break
        yield Pause(pause)
    if not isinstance(received, httpx.Response):
        raise ConnectionFailedError(
            f"no response from the service: {type(received).__name__}: {received}"
        ) from received
    if not received.is_success:
        raise error_of(received)
    try:
        return json.loads(received.content)
    except ValueError as error:
        raise error_of(received) from error


def _request(method: str, path: str, body: str | None) -> Send:
    if body is None:
        return Send(method, path, None, {})
    content, headers = body.encode(), {"Content-Type": "application/json"}
    if len(content) >= GZIP_FROM_BYTES:
        content, headers["Content-Encoding"] = gzip.compress(content, 5, mtime=0), "gzip"
    return Send(method, path, content, headers)
