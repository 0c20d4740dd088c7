"""One request and its answer, with retries, and without any I/O.

What is to be done is a generator that yields steps. Whoever drives it takes each step, waiting or awaiting,
and sends back what came of it: so the client and the asynchronous client share everything but that.
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

GZIP_FROM_BYTES = 1_400  # what fits into one packet gains nothing
RETRIED_STATUSES = {429, 503}
# The others are mistakes of this side, which another attempt would repeat.
RETRIED_ERRORS = (httpx.TimeoutException, httpx.NetworkError, httpx.RemoteProtocolError, httpx.ProxyError)


class Send(NamedTuple):
    """A step: send this, and send back the response, or the error that came instead."""

    method: str
    path: str
    content: bytes | None
    headers: dict[str, str]


class Pause(NamedTuple):
    """A step: let so much time pass."""

    seconds: float


Outcome = httpx.Response | httpx.RequestError | None
T = TypeVar("T")
Work = Generator[Send | Pause, Outcome, T]


@dataclass(frozen=True, slots=True, kw_only=True)
class Retries:
    """How often and how fast a call is tried again, after 429, 503, or when no answer came.

    Parameters
    ----------
    attempts : int
        In all, the first one included.
    first_pause : float
        Seconds; a pause is random up to that, and up to twice as much after each attempt.
    longest_pause : float
        Seconds. When ``Retry-After`` asks for more, the error is raised at once.
    """

    attempts: int = 4
    first_pause: float = 0.25
    longest_pause: float = 10.0

    def pause_after(self, attempt: int, outcome: Outcome) -> float | None:
        """Return the seconds to wait after the attempt with this number, None when there is no other."""
        if isinstance(outcome, httpx.Response):
            again = outcome.status_code in RETRIED_STATUSES
            asked_for = retry_after_of(outcome) or 0.0
        else:
            again, asked_for = isinstance(outcome, RETRIED_ERRORS), 0.0
        if not again or attempt >= self.attempts or asked_for > self.longest_pause:
            return None
        longest = min(self.longest_pause, self.first_pause * 2 ** (attempt - 1))
        # Random, so that clients that failed together don't come back together.
        return asked_for + random.uniform(0.0, longest)  # noqa: S311 - nothing secret depends on it


def exchange(retries: Retries, method: str, path: str, body: str | None = None) -> Work[Any]:
    """Send a request, again where that helps, and return the answer's JSON.

    Raises
    ------
    ApiError, ConnectionFailedError
        What the last attempt gave.
    """
    request = _request(method, path, body)
    for attempt in count(1):
        outcome = yield request
        pause = retries.pause_after(attempt, outcome)
        if pause is None:
            break
        yield Pause(pause)
    if not isinstance(outcome, httpx.Response):
        raise ConnectionFailedError(
            f"no answer from the service: {type(outcome).__name__}: {outcome}"
        ) from outcome
    if not outcome.is_success:
        raise error_of(outcome)
    try:
        return json.loads(outcome.content)
    except ValueError as error:
        raise error_of(outcome) from error


def _request(method: str, path: str, body: str | None) -> Send:
    if body is None:
        return Send(method, path, None, {})
    content, headers = body.encode(), {"Content-Type": "application/json"}
    if len(content) >= GZIP_FROM_BYTES:
        content, headers["Content-Encoding"] = gzip.compress(content, 5, mtime=0), "gzip"
    return Send(method, path, content, headers)
