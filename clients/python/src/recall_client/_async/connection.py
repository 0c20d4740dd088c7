"""Calls of a service: attempts and the pauses between them, within a deadline."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import count
from typing import Any, TypeVar

import httpx

from recall_client.batches import Part, body_of
from recall_client.errors import PASSING_ERRORS, ApiError, ConnectionFailedError, RecallError, TimedOutError
from recall_client.exchange import Deadline, Reader, Request, Retries, result_of
from recall_client.pages import Page, page_of
from recall_client.sending import async_pause, async_send, timeouts, without_proxy

T = TypeVar("T")
ReadsResponse = Callable[[httpx.Response], T]
ATTEMPT_SECONDS = 30.0  # API Gateway itself gives up after 29


class AsyncConnection:
    """The connections to a service.

    Parameters
    ----------
    endpoint : str
        Base URL of the API, ending with the stage.
    headers : dict of str to str
        Headers of each request.
    timeout : float
        Seconds that a call may take.
    retries : Retries
        How often and how fast an attempt is repeated.
    transport : httpx.AsyncBaseTransport, optional
        In place of httpx's own.
    """

    def __init__(
        self,
        endpoint: str,
        headers: dict[str, str],
        timeout: float,
        retries: Retries,
        transport: httpx.AsyncBaseTransport | None,
    ) -> None:
        self.timeout = timeout
        self._retries = retries
        self._http = httpx.AsyncClient(
            base_url=endpoint, headers=headers, transport=transport, mounts=without_proxy(endpoint)
        )

    async def call(self, request: Request, read: Reader[T], deadline: Deadline | None = None) -> T:
        """Send a request, again where that helps, and return what the response holds.

        Raises
        ------
        ApiError, ConnectionFailedError
            The error of the last attempt.
        """
        return await self._tried(request, partial(result_of, read=read), deadline or Deadline(self.timeout))

    async def page(self, path: str, kind: type[T]) -> Page[T]:
        """Return a page of JSON lines; errors are those of `call`."""
        return await self._tried(Request.of(path), partial(page_of, kind=kind), Deadline(self.timeout))

    async def post(
        self, path: str, name: str, part: Part, options: dict[str, Any], read: Reader[T], deadline: Deadline
    ) -> T:
        """Send a part of a list; an error names what is wrong by its position in the caller's list."""
        try:
            return await self.call(Request.of(path, body_of(name, part, options)), read, deadline)
        except ApiError as error:
            error.renumber([element.position for element in part])
            raise

    async def aclose(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def _tried(self, request: Request, read: ReadsResponse[T], deadline: Deadline) -> T:
        for attempt in count(1):
            try:
                return await self._attempt(request, read, deadline)
            except RecallError as error:
                error.attempts = attempt
                pause = self._retries.pause_after(attempt, error)
                if pause is None or pause >= deadline.left():
                    raise
            await async_pause(pause)
        raise AssertionError("unreachable: the loop has no end of its own")

    async def _attempt(self, request: Request, read: ReadsResponse[T], deadline: Deadline) -> T:
        seconds = min(ATTEMPT_SECONDS, deadline.left())
        late = f"the call wasn't complete within its {deadline.seconds:g} s"
        if seconds <= 0:
            raise TimedOutError(late, passing=False)
        sent = self._http.build_request(
            request.method,
            request.path,
            content=request.content,
            headers=request.headers,
            timeout=timeouts(seconds),
        )
        try:
            response = await async_send(self._http, sent, seconds)
        except httpx.RequestError as error:
            if deadline.left() <= 0:
                raise TimedOutError(late, passing=False) from error
            text = f"no whole response from the service: {type(error).__name__}: {error}"
            raise ConnectionFailedError(text, passing=isinstance(error, PASSING_ERRORS)) from error
        return read(response)
