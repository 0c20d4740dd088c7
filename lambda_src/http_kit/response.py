"""A response, whether the request went well or not."""

from __future__ import annotations

import json
from binascii import b2a_base64

from http_kit.errors import STATUS_AND_CODE, MethodNotAllowedError, UnavailableError
from recall.errors import InvalidInputError

TYPE_CHECKING = False  # `typing` itself costs a cold start 2 ms
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from recall.errors import RecallError

# Numbers and repeated names: higher levels take twice the time for a few percent.
COMPRESSION_LEVEL = 1
# Made once: json.dumps() looks for cycles, and these responses have none.
encode = json.JSONEncoder(check_circular=False, allow_nan=False).encode


class Response:
    """A response, and what the log has of it.

    Parameters
    ----------
    status : int
        HTTP's code.
    body : str
        JSON, unless the headers name another content type.
    headers : Mapping of str to str, optional
        Beside those that every response has; the same name replaces.
    facts : Mapping of str to JSON value, optional
        Such as ``{"predictions": 3}``; see `http_kit.service.Service`.
    """

    __slots__ = ("body", "facts", "headers", "status")

    def __init__(
        self,
        status: int,
        body: str,
        headers: Mapping[str, str] | None = None,
        facts: Mapping[str, Any] | None = None,
    ) -> None:
        self.status, self.body, self.headers, self.facts = status, body, headers, facts


def takes_gzip(headers: Mapping[str, str]) -> bool:
    """Tell whether a request's headers ask for gzip, by RFC 9110's rules for weights.

    Without ``Accept``, API Gateway wouldn't turn base64 back into bytes.
    """
    lower = {name.lower(): value for name, value in headers.items()}
    if not lower.get("accept"):
        return False
    weights = {}
    for part in lower.get("accept-encoding", "").lower().split(","):
        coding, *parameters = part.replace(" ", "").replace("\t", "").split(";")
        weights[coding] = _weight(parameters)
    gzip = weights.get("gzip", weights.get("x-gzip", weights.get("*", 0.0)))
    return 0.0 < gzip >= weights.get("identity", 0.0)


def _weight(parameters: list[str]) -> float:
    """Return the weight among a coding's parameters, from 0 (refused) to 1; 0 if it can't be read."""
    weight = next((text.removeprefix("q=") for text in parameters if text.startswith("q=")), "1")
    return float(weight) if weight.replace(".", "", 1).isdecimal() else 0.0


def compressed(text: str) -> str:
    """Return text in UTF-8 as gzip in base64."""
    import zlib  # noqa: PLC0415 - a shared library of its own; only a long response needs it

    # 16: with gzip's header, without a time in it
    stream = zlib.compressobj(COMPRESSION_LEVEL, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    return b2a_base64(stream.compress(text.encode()) + stream.flush(), newline=False).decode()


def error_response(error: RecallError, request_id: str) -> Response:
    """Return the response to a request that was refused, or can't be answered now."""
    headers = {}
    if isinstance(error, UnavailableError):
        headers["Retry-After"] = str(error.retry_after)
    if isinstance(error, MethodNotAllowedError):
        headers["Allow"] = ", ".join(error.allowed)
    status, _code = STATUS_AND_CODE[type(error)]
    return Response(status, _error_body(describe_error(error), request_id), headers=headers)


def describe_error(error: RecallError) -> dict[str, str | None]:
    """Return the code, message and field of an error, as callers get them."""
    _status, code = STATUS_AND_CODE[type(error)]
    if isinstance(error, InvalidInputError):
        return {"code": code, "message": f"{error.field} {error.problem}", "field": error.field}
    return {"code": code, "message": str(error), "field": None}


def unexpected_error_response(request_id: str) -> Response:
    """Return the response to a request that broke something here; the log has the rest."""
    error = {"code": "internal_error", "message": "something broke here", "field": None}
    return Response(500, _error_body(error, request_id))


def _error_body(error: dict[str, str | None], request_id: str) -> str:
    return encode({"error": error, "request_id": request_id})
