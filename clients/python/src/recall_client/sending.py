"""Sending a request within a time that holds whatever the server does; both ways of waiting have it.

httpx limits the time of each read. A server that sends a byte now and then, or a name server that is silent,
would exceed any sum of these.
"""

from __future__ import annotations

import asyncio
import time
from contextvars import copy_context
from ipaddress import ip_address
from queue import Empty, SimpleQueue
from threading import Thread

import httpx

CONNECT_SECONDS = 5.0

async_pause = asyncio.sleep
sync_pause = time.sleep


async def async_send(http: httpx.AsyncClient, request: httpx.Request, seconds: float) -> httpx.Response:
    """Send a request and return its whole response.

    Parameters
    ----------
    http : httpx.AsyncClient
        The connections.
    request : httpx.Request
        What to send.
    seconds : float
        Time for all of it.

    Raises
    ------
    httpx.RequestError
        If no whole response came; a `httpx.TimeoutException` if it didn't in time.
    """
    try:
        async with asyncio.timeout(seconds):
            return await http.send(request)
    except TimeoutError as error:
        raise _late(request, seconds) from error


def sync_send(http: httpx.Client, request: httpx.Request, seconds: float) -> httpx.Response:
    """Send a request and return its whole response; parameters and errors are those of `async_send`.

    Another thread sends it: nothing else can end the wait for a name server, or for headers that trickle in.
    """
    received: SimpleQueue[httpx.Response | BaseException] = SimpleQueue()

    def send() -> None:
        try:
            received.put(http.send(request))
        except BaseException as error:  # noqa: BLE001 - raised in the caller's thread
            received.put(error)

    Thread(target=copy_context().run, args=(send,), name="recall-client", daemon=True).start()
    try:
        response = received.get(timeout=seconds)
    except Empty:
        raise _late(request, seconds) from None
    if isinstance(response, BaseException):
        raise response
    return response


def timeouts(seconds: float) -> httpx.Timeout:
    """Return httpx's own limits for a request that may take so many seconds."""
    return httpx.Timeout(seconds, connect=min(CONNECT_SECONDS, seconds))


def without_proxy(endpoint: str) -> dict[str, None]:
    """Return httpx's mounts that keep an endpoint on this machine away from the environment's proxy."""
    host = httpx.URL(endpoint).host
    try:
        address = ip_address(host)
    except ValueError:
        return {f"all://{host}": None} if host == "localhost" or host.endswith(".localhost") else {}
    name = f"[{host}]" if address.version == 6 else host  # noqa: PLR2004 - of the protocol
    return {f"all://{name}": None} if address.is_loopback else {}


def _late(request: httpx.Request, seconds: float) -> httpx.TimeoutException:
    return httpx.ReadTimeout(f"no whole response within {seconds:.3g} s", request=request)
