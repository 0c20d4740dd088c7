"""What the right answer is: the model that the lake names, evaluated in this process, byte for byte."""

from __future__ import annotations

import hashlib
import json
import re
from functools import cache
from typing import TYPE_CHECKING, Any

from benchmarks.errors import BenchmarkError
from http_kit.request import Request
from http_kit.service import find_endpoint
from inference.lake_source import POINTER_KEY
from inference.loaded_model import portable
from inference.model_store import ModelStore
from inference.routes import ROUTES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from benchmarks.load import workloads
    from inference.loaded_model import LoadedModel

OK, TOO_MANY = 200, 429
SHOWN_BYTES = 40  # of a wrong answer, on both sides of where it begins


class Oracle:
    """Compares answers with those of a model in this process.

    Parameters
    ----------
    read : callable
        Return an object of the lake by its key.

    Raises
    ------
    BenchmarkError
        If what the lake holds isn't what its pointer says.
    """

    def __init__(self, read: Callable[[str], bytes]) -> None:
        pointer = json.loads(read(POINTER_KEY))
        stored = read(pointer["key"])
        if hashlib.sha256(stored).hexdigest() != pointer["sha256"]:
            raise BenchmarkError(f"{pointer['key']}: its sha256 isn't the pointer's; publish a model")
        model = portable(stored, pointer["version"], pointer.get("trained_at"))
        self._store = ModelStore(_Kept(model), float("inf"), print)
        self.expected = cache(self._expected)

    def _expected(self, request: workloads.Request) -> bytes:
        """Return the body of the right answer."""
        parsed = Request(request.as_event(""))
        return find_endpoint(ROUTES, parsed)(parsed, self._store).body.encode()

    def problem(self, request: workloads.Request, status: int, body: bytes) -> str | None:
        """Return what is wrong with an answer to a request that was not refused, if anything is."""
        if status != OK:
            return f"{request.path}: status {status}, {body[: 4 * SHOWN_BYTES]!r}"
        expected = self.expected(request)
        if body == expected:
            return None
        pairs = zip(body, expected, strict=False)
        start = next((i for i, (a, b) in enumerate(pairs) if a != b), min(len(body), len(expected)))
        around = slice(max(0, start - SHOWN_BYTES), start + SHOWN_BYTES)
        return f"{request.path}: wrong from byte {start} on: {body[around]!r}, not {expected[around]!r}"


class _Kept:
    """A source whose model never changes."""

    remote = False

    def __init__(self, model: LoadedModel) -> None:
        self._model = model

    def load(self, _known: LoadedModel | None) -> LoadedModel:
        return self._model


def refusal_problem(headers: Mapping[str, str], body: bytes) -> str | None:
    """Return what is wrong with the response 429 to a key that calls too fast, if anything is.

    Parameters
    ----------
    headers : mapping of str to str
        Of the answer, with names in lower case.
    body : bytes
        In the one shape of all errors; the request's id is that of the header ``X-Request-Id``.
    """
    if not re.fullmatch("[1-9][0-9]*", headers.get("retry-after", "")):
        return f"429 with Retry-After {headers.get('retry-after')!r}, not a whole number of seconds from 1 on"
    try:
        answer: Any = json.loads(body)
        error = answer["error"]
        right = set(answer) == {"error", "request_id"} and answer["request_id"] == headers["x-request-id"]
        right = right and list(error) == ["code", "message", "field"] and bool(error["message"])
        right = right and (error["code"], error["field"]) == ("throttled", None)
    except (ValueError, KeyError, TypeError):
        right = False
    return None if right else f"429 in another shape than the other errors: {body[: 4 * SHOWN_BYTES]!r}"
