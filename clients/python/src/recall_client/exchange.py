"""One request and its response, without any I/O: what is sent, what a response means, when to try again."""

from __future__ import annotations

import gzip
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar

import httpx
import msgspec

from recall_client.errors import ApiError, ConnectionFailedError, RecallError
from recall_client.failures import error_of, foreign

GZIP_FROM_BYTES = 1_400  # a body that fits into one packet gains nothing
T = TypeVar("T")
Reader = Callable[[Any], T]
"""Turns a response's JSON into what a method returns; a `msgspec.ValidationError` where it is another's."""


class Request(NamedTuple):
    """What is sent.

    Parameters
    ----------
    method : {"GET", "POST", "DELETE"}
        HTTP method.
    path : str
        Path below the endpoint, such as ``/v1/predict``.
    content : bytes, optional
        The body, compressed where that pays.
    headers : dict of str to str
        Headers that describe the body.
    """

    method: str
    path: str
    content: bytes | None
    headers: dict[str, str]

    @classmethod
    def of(cls, path: str, body: str | None = None) -> Request:
        """Return the GET of a path, or the POST of a body."""
        if body is None:
            return cls("GET", path, None, {})
        content, headers = body.encode(), {"Content-Type": "application/json"}
        if len(content) >= GZIP_FROM_BYTES:
            content, headers["Content-Encoding"] = gzip.compress(content, 5, mtime=0), "gzip"
        return cls("POST", path, content, headers)

    @classmethod
    def deleting(cls, path: str) -> Request:
        """Return the DELETE of a path."""
        return cls("DELETE", path, None, {})


class Deadline:
    """The moment at which a call must be complete, with all its parts, attempts and pauses.

    Parameters
    ----------
    seconds : float
        From now on.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._end = time.monotonic() + seconds

    def left(self) -> float:
        """Return the seconds that are left; negative when it has passed."""
        return self._end - time.monotonic()


@dataclass(frozen=True, slots=True, kw_only=True)
class Retries:
    """How often and how fast a call is tried again.

    It is after 429, 500, 502, 503 and 504, and when no whole response came.

    Parameters
    ----------
    attempts : int
        Number of attempts, the first one included.
    first_pause : float
        Seconds. The pause after the first attempt is random, up to this; the limit doubles with each attempt.
    longest_pause : float
        Seconds, beyond which that limit doesn't grow. ``Retry-After`` is waited for in addition; when that is
        longer than the call's time, the error is raised at once.
    """

    attempts: int = 4
    first_pause: float = 0.25
    longest_pause: float = 10.0

    def pause_after(self, attempt: int, error: RecallError) -> float | None:
        """Return the seconds to wait after the attempt with this number, or None if it was the last one."""
        if not error.passing or attempt >= self.attempts:
            return None
        retry_after = (error.retry_after or 0.0) if isinstance(error, ApiError) else 0.0
        longest = min(self.longest_pause, self.first_pause * 2 ** (attempt - 1))
        # Random, so that clients that failed at the same time don't return at the same time.
        return retry_after + random.uniform(0.0, longest)  # noqa: S311 - nothing secret depends on it


def result_of(
    response: httpx.Response, read: Reader[T], decode: Callable[[bytes], Any] = msgspec.json.decode
) -> T:
    """Return what a response holds.

    Parameters
    ----------
    response : httpx.Response
        As it came.
    read : callable
        What to make of its JSON.
    decode : callable
        Turns its body into JSON; a `msgspec.DecodeError` where it is cut off.

    Raises
    ------
    ApiError
        If it isn't a success, or not the service's own.
    ConnectionFailedError
        If it was cut off.
    """
    if not response.is_success:
        raise error_of(response)
    try:
        return read(decode(response.content))
    except msgspec.ValidationError as error:
        raise foreign(response, f"not a response of this call ({error})") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        if "json" in response.headers.get("Content-Type", ""):
            raise ConnectionFailedError("the response was cut off: its JSON has no end") from error
        raise foreign(response, "not JSON") from error
