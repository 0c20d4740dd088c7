"""A transport between a client and the real handler, which records requests and injects faults."""

import asyncio
import gzip
import json
from collections import deque
from collections.abc import AsyncIterator, Iterator

import httpx
from recall_client import AsyncClient, Client, Retries

from tests.robustness.gateway import API_KEY, STAGE, Gateway

ENDPOINT = f"https://a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com{STAGE}"
RETRIES = Retries()


class Wire(httpx.MockTransport):
    """A transport to the real handler.

    Parameters
    ----------
    gateway : Gateway
        The service.
    faults : httpx.Response or Exception, optional
        What the first requests get in place of the handler's response, one each; None for that response.
    """

    def __init__(self, gateway: Gateway, *faults: httpx.Response | Exception | None) -> None:
        super().__init__(self._carry)
        self._gateway = gateway
        self._faults = deque(faults)
        self.requests: list[httpx.Request] = []

    @property
    def bodies(self):
        """Return what was sent, as JSON."""
        return [json.loads(_decompressed(request)) for request in self.requests]

    def _carry(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        if fault := self._faults.popleft() if self._faults else None:
            if isinstance(fault, Exception):
                raise fault
            # A copy: the client leaves its own stream in what it gets.
            return httpx.Response(fault.status_code, headers=fault.headers, content=fault.content)
        path = request.url.raw_path.decode().removeprefix(STAGE)
        answer = self._gateway.respond(request.method, path, dict(request.headers), request.content)
        return httpx.Response(answer.status, headers=answer.headers, content=answer.body)


def _decompressed(request: httpx.Request) -> bytes:
    compressed = request.headers.get("Content-Encoding") == "gzip"
    return gzip.decompress(request.content) if compressed else request.content


def error_response(status: int, code: str, field: str | None = None, **headers: str) -> httpx.Response:
    """Return an error response in the service's shape; `headers` are written with _ for -."""
    body = {"error": {"code": code, "message": f"{field} is wrong", "field": field}, "request_id": "r-1"}
    return httpx.Response(
        status, json=body, headers={name.replace("_", "-"): value for name, value in headers.items()}
    )


def call_sync(wire, name, *cards, learner=None, retries=RETRIES, timeout=60, **options):
    """Call a client's method over a wire, or a learner's; an export gives a list."""
    with Client(ENDPOINT, API_KEY, transport=wire, retries=retries, timeout=timeout) as client:
        result = getattr(client.learner(learner) if learner else client, name)(*cards, **options)
        return list(result) if isinstance(result, Iterator) else result


def call_async(wire, name, *cards, learner=None, retries=RETRIES, timeout=60, **options):
    """Call an asynchronous client's method over a wire, or a learner's; an export gives a list."""

    async def method():
        async with AsyncClient(ENDPOINT, API_KEY, transport=wire, retries=retries, timeout=timeout) as client:
            result = getattr(client.learner(learner) if learner else client, name)(*cards, **options)
            return [one async for one in result] if isinstance(result, AsyncIterator) else await result

    return asyncio.run(method())
