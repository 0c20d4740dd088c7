"""A function that is killed at a call of the store, as Lambda kills one whose time is over."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from memory.dynamodb import DynamoDB


class KilledError(BaseException):
    """The function's process has ended: nothing of the function's own catches this."""


@contextmanager
def killed_at(call: int, *, done: bool) -> Iterator[None]:
    """Kill the function at a call of DynamoDB's.

    Parameters
    ----------
    call : int
        Which one, counted from 1; with fewer calls nobody is killed.
    done : bool
        Whether DynamoDB still does what that call wants.
    """
    calls = 0
    original = DynamoDB.call

    def counted(self: DynamoDB, operation: str, body: dict[str, Any]) -> dict[str, Any]:
        nonlocal calls
        calls += 1
        if calls != call:
            return original(self, operation, body)
        if done:
            original(self, operation, body)
        raise KilledError

    with patch.object(DynamoDB, "call", counted):
        yield
