"""The clients, called alike: each call gives its result, or its error, as JSON."""

import asyncio
import json
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


def call_blocking(endpoint: str, method: str, *cards: Any, timeout: float = 60, **options: Any) -> Outcome:
    """Call a method of `Client`."""
    with Client(endpoint, API_KEY, timeout=timeout, retries=Retries(first_pause=0.01)) as client:
        try:
            return Outcome(_json(getattr(client, method)(*cards, **options)))
        except RecallError as error:
            return _failure(error)


def call_awaited(endpoint: str, method: str, *cards: Any, timeout: float = 60, **options: Any) -> Outcome:
    """Call a method of `AsyncClient`."""

    async def call() -> Outcome:
        retries = Retries(first_pause=0.01)
        async with AsyncClient(endpoint, API_KEY, timeout=timeout, retries=retries) as client:
            try:
                return Outcome(_json(await getattr(client, method)(*cards, **options)))
            except RecallError as error:
                return _failure(error)

    return asyncio.run(call())


def _failure(error: RecallError) -> Outcome:
    status, field = (error.status, error.field) if isinstance(error, ApiError) else (None, None)
    return Outcome(None, type(error).__name__, status, field, error.stored and _json(error.stored))


def _json(value: Any) -> Any:
    """Return a result as JSON, without what isn't given."""
    return _given(json.loads(msgspec.json.encode(value)))


def _given(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _given(part) for name, part in value.items() if part not in (None, [], False)}
    return [_given(part) for part in value] if isinstance(value, list) else value
