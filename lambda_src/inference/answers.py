"""What goes back to the caller, whether it went well or not."""

from __future__ import annotations

import json

from inference.errors import STATUS_AND_CODE, MethodNotAllowedError, UnavailableError
from recall.errors import InvalidInputError

TYPE_CHECKING = False  # `typing` itself costs a cold start 2 ms
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from recall.errors import RecallError

HEADERS = {
    "Content-Type": "application/json",
    "Cache-Control": "no-store",
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "X-Request-Id, Retry-After",
}
PACKED_FROM_BYTES = 1_400  # less than that is one packet anyway
# Made once: json.dumps() looks for cycles, and these answers have none.
encode = json.JSONEncoder(check_circular=False, allow_nan=False).encode


class Answer:
    """An answer, and what the log is to say of it.

    Parameters
    ----------
    status : int
        Of HTTP.
    body : str
        JSON.
    model_version : str, optional
        The model that answered.
    predictions : int
        How many cards it was asked for.
    headers : mapping of str to str
        Beside those that every answer has.
    """

    __slots__ = ("body", "headers", "model_version", "predictions", "status")

    def __init__(
        self,
        status: int,
        body: str,
        *,
        model_version: str | None = None,
        predictions: int = 0,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.status = status
        self.body = body
        self.model_version = model_version
        self.predictions = predictions
        self.headers = headers or {}

    def as_response(self, request_id: str, asked: Mapping[str, str]) -> dict[str, Any]:
        """Return what API Gateway takes from a proxy integration.

        Parameters
        ----------
        request_id : str
            Of the request.
        asked : mapping of str to str
            Its headers: a long answer is packed with gzip for who takes that.
        """
        headers = {**HEADERS, "X-Request-Id": request_id}
        if self.headers:
            headers.update(self.headers)
        if len(self.body) >= PACKED_FROM_BYTES:
            from inference.packing import packed, takes_gzip  # noqa: PLC0415 - a short answer needs no zlib

            headers["Vary"] = "Accept-Encoding"
            if takes_gzip(asked):
                headers["Content-Encoding"] = "gzip"
                return {
                    "statusCode": self.status,
                    "headers": headers,
                    "body": packed(self.body),
                    "isBase64Encoded": True,
                }
        return {"statusCode": self.status, "headers": headers, "body": self.body}


def error_answer(error: RecallError, request_id: str) -> Answer:
    """Return the answer to a request that was refused."""
    status, code = STATUS_AND_CODE[type(error)]
    field = error.field if isinstance(error, InvalidInputError) else None
    message = f"{field} {error.problem}" if isinstance(error, InvalidInputError) else str(error)
    headers = {}
    if isinstance(error, UnavailableError):
        headers["Retry-After"] = str(error.retry_after)
    if isinstance(error, MethodNotAllowedError):
        headers["Allow"] = ", ".join(error.allowed)
    return Answer(status, _error_body(code, message, field, request_id), headers=headers)


def unexpected_error_answer(request_id: str) -> Answer:
    """Return the answer to a request that broke something here; the log has the rest."""
    return Answer(500, _error_body("internal_error", "something broke here", None, request_id))


def _error_body(code: str, message: str, field: str | None, request_id: str) -> str:
    return encode({"error": {"code": code, "message": message, "field": field}, "request_id": request_id})
