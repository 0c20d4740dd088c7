"""The clients, called alike: each call gives its result, or its error, as JSON."""

import asyncio
import json
import subprocess
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
from recall_client import AsyncClient, Client, RecallError, Retries
from recall_client.errors import ApiError

from tests.robustness.gateway import API_KEY


class Outcome(NamedTuple):
    """What a call gave.

    Parameters
    ----------
    result : JSON value
        What it returned, in the field names of the API.
    error : str, optional
        Name of the class of its error.
    status : int, optional
        HTTP status of the error.
    field : str, optional
        Name of the wrong input.
    stored : mapping, optional
        What the error says was stored.
    """

    result: Any = None
    error: str | None = None
    status: int | None = None
    field: str | None = None
    stored: Any = None


def call_blocking(
    endpoint: str,
    method: str,
    *cards: Any,
    learner: str | None = None,
    timeout: float = 60,
    **options: Any,
) -> Outcome:
    """Call a method of `Client`, or of a learner of it; an export gives a list."""
    with Client(endpoint, API_KEY, timeout=timeout, retries=Retries(first_pause=0.01)) as client:
        target = client if learner is None else client.learner(learner)
        try:
            result = getattr(target, method)(*cards, **options)
            return Outcome(_json(list(result) if isinstance(result, Iterator) else result))
        except RecallError as error:
            return _failure(error)


def call_awaited(
    endpoint: str,
    method: str,
    *cards: Any,
    learner: str | None = None,
    timeout: float = 60,
    **options: Any,
) -> Outcome:
    """Call a method of `AsyncClient`, or of a learner of it; an export gives a list."""

    async def call() -> Outcome:
        retries = Retries(first_pause=0.01)
        async with AsyncClient(endpoint, API_KEY, timeout=timeout, retries=retries) as client:
            target = client if learner is None else client.learner(learner)
            try:
                result = getattr(target, method)(*cards, **options)
                listed = isinstance(result, AsyncIterator)
                return Outcome(_json([one async for one in result] if listed else await result))
            except RecallError as error:
                return _failure(error)

    return asyncio.run(call())


class Node:
    """Calls methods of the TypeScript client in a Node process that stays.

    Parameters
    ----------
    key : str
        The API key.
    """

    def __init__(self, key: str = API_KEY) -> None:
        self._key = key
        self._process = subprocess.Popen(
            ["node", Path(__file__).with_name("node_caller.mjs")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __call__(
        self,
        endpoint: str,
        method: str,
        *cards: Any,
        learner: str | None = None,
        timeout: float = 60,
        **options: Any,
    ) -> Outcome:
        """Call a method of `Client`, or of a learner of it; names are those of the Python client's."""
        first, *words = method.split("_")
        call = {
            "endpoint": endpoint,
            "key": self._key,
            "learner": learner,
            "method": first + "".join(word.title() for word in words),
            "args": [*cards, options] if options else cards,
            "timeoutMs": timeout * 1000,
        }
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(call) + "\n")
        self._process.stdin.flush()
        return outcome_of(json.loads(self._process.stdout.readline()))

    def close(self) -> None:
        """End the process."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()


def outcome_of(got: dict[str, Any]) -> Outcome:
    """Return what the TypeScript client gave."""
    return Outcome(**{name: given(value) for name, value in got.items()})


def _failure(error: RecallError) -> Outcome:
    status, field = (error.status, error.field) if isinstance(error, ApiError) else (None, None)
    return Outcome(None, type(error).__name__, status, field, error.stored and _json(error.stored))


def _json(value: Any) -> Any:
    return given(json.loads(msgspec.json.encode(value)))


def given(value: Any) -> Any:
    """Return JSON without what is null, empty or false: one client leaves it out, another one writes it."""
    if isinstance(value, dict):
        return {
            name: given(part) for name, part in value.items() if part not in (None, []) and part is not False
        }
    return [given(part) for part in value] if isinstance(value, list) else value
