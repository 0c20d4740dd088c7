"""A request, from the event of an API Gateway REST proxy integration to the JSON values of its body.

A body is checked for its content type, its size, base64, gzip, UTF-8, and that no key is given twice.
"""

from __future__ import annotations

import json
from binascii import a2b_base64

from http_kit.errors import BodyTooLargeError, MalformedBodyError, UnsupportedMediaTypeError
from http_kit.problems import given_twice, unknown
from recall.errors import InvalidInputError

TYPE_CHECKING = False  # `typing` itself costs a cold start 2 ms
if TYPE_CHECKING:
    from typing import Any

# Lambda takes 6 MB with everything around the body, which arrives in base64: a third longer.
MAXIMUM_BODY_BYTES = 3_000_000
LONGEST_BASE64 = 4 * (MAXIMUM_BODY_BYTES // 3 + 1)
BYTE_ORDER_MARK = "\ufeff"  # RFC 8259 lets a parser ignore it; some editors and Windows' tools write it
UTF_8 = {"utf-8", "utf8", "us-ascii"}  # ASCII is a part of it
GZIP_MAGIC = b"\x1f\x8b"


class Request:
    """A request.

    Parameters
    ----------
    event : dict
        What API Gateway's REST proxy integration sends; in tests, parts of it may be missing.

    Attributes
    ----------
    id : str
        API Gateway's id of the request; empty without one.
    method, path : str
        Such as ``POST`` and ``/v1/predict``, without the stage.
    headers : mapping of str to str
        The request's headers; names keep the caller's case.
    """

    __slots__ = ("event", "headers", "id", "method", "path")

    def __init__(self, event: dict[str, Any]) -> None:
        self.event = event
        self.id: str = (event.get("requestContext") or {}).get("requestId") or ""
        self.method: str = event.get("httpMethod") or ""
        self.path: str = event.get("path") or ""
        self.headers: dict[str, str] = event.get("headers") or {}

    @property
    def resource(self) -> str:
        """The path as the API declares it, such as ``/v1/training/runs/{name}``."""
        return self.event.get("resource") or ""

    @property
    def parameters(self) -> dict[str, str]:
        """The values of the path's parameters, such as ``{"name": "after-the-exams"}``."""
        return self.event.get("pathParameters") or {}

    def query(self, known: tuple[str, ...]) -> dict[str, str]:
        """Return the values of the query's parameters.

        Parameters
        ----------
        known : tuple of str
            Names of those that this path has.

        Raises
        ------
        InvalidInputError
            Naming the first one that is unknown, or given twice.
        """
        given: dict[str, str] = self.event.get("queryStringParameters") or {}
        every: dict[str, list[str]] = self.event.get("multiValueQueryStringParameters") or {}
        for name in given:
            if name not in known:
                raise unknown(name, known, "")
            if len(every.get(name, ())) > 1:
                raise InvalidInputError(name, "is given twice in the query; send it once")
        return given

    @property
    def key_id(self) -> str | None:
        """Id of the API key that the request was sent with; None where the gateway doesn't say."""
        identity = (self.event.get("requestContext") or {}).get("identity") or {}
        return identity.get("apiKeyId")

    @property
    def caller(self) -> str | None:
        """ARN of the IAM identity that signed the request; None where the API takes unsigned requests."""
        identity = (self.event.get("requestContext") or {}).get("identity") or {}
        return identity.get("userArn")

    def json(self, example: str) -> Any:
        """Return the body, parsed.

        Parameters
        ----------
        example : str
            A body as it should be, which the error shows.

        Raises
        ------
        UnsupportedMediaTypeError, BodyTooLargeError, MalformedBodyError
            Each naming the header or the body.
        """
        headers = self.headers
        if headers.get("Content-Type") != "application/json":
            _check_content_type(headers)
        body = self.event.get("body") or ""
        try:
            if self.event.get("isBase64Encoded"):
                body = _decompressed(body).decode()
            elif len(body) > MAXIMUM_BODY_BYTES // 4 and len(body.encode()) > MAXIMUM_BODY_BYTES:
                raise _too_large()
            return _decode(body.removeprefix(BYTE_ORDER_MARK))
        except (ValueError, RecursionError) as error:
            _check_content_encoding(headers)
            raise MalformedBodyError("body", f"must be JSON in UTF-8, such as {example}") from error


def _decompressed(body: str) -> bytes:
    """Undo base64 and gzip, never beyond the limit.

    What begins like gzip is gzip, whatever the headers say: no JSON begins so, and API Gateway passes the
    header on even where it has decompressed the body itself.
    """
    if len(body) > LONGEST_BASE64:
        raise _too_large()
    data = a2b_base64(body, strict_mode=True)
    if data.startswith(GZIP_MAGIC):
        data = _gunzipped(data)
    if len(data) > MAXIMUM_BODY_BYTES:
        raise _too_large()
    return data


def _gunzipped(data: bytes) -> bytes:
    import zlib  # noqa: PLC0415 - a shared library of its own; only a compressed body needs it

    stream = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)  # 16: with gzip's header
    try:
        plain = stream.decompress(data, MAXIMUM_BODY_BYTES + 1)
    except zlib.error as error:
        raise ValueError("damaged gzip") from error
    if len(plain) <= MAXIMUM_BODY_BYTES and (not stream.eof or stream.unused_data):
        raise ValueError("truncated gzip, or something behind it")
    return plain


def _too_large() -> BodyTooLargeError:
    problem = f"must be at most {MAXIMUM_BODY_BYTES} bytes, decompressed; send fewer cards or texts per call"
    return BodyTooLargeError("body", problem)


def _decode(body: str) -> Any:
    try:
        if '"reviews"' not in body:  # with reviews, the count below would rarely do
            value = _PLAIN_DECODER.decode(body)
            if _has_each_key_once(value, body):
                return value
        return _DECODER.decode(body)
    except json.JSONDecodeError:
        raise
    except ValueError:
        # JSON allows whole numbers of thousands of digits, Python's int() doesn't.
        return _DECODER_OF_LONG_NUMBERS.decode(body)


def _has_each_key_once(value: Any, body: str) -> bool:
    """Tell cheaply, for a card or a list of cards, that no key was given twice; False when it isn't sure.

    Every key in the text has a colon behind it, so as many keys as colons are all the keys there were.
    """
    if type(value) is not dict:
        return False
    keys = len(value)
    cards = value.get("cards")
    if type(cards) is list and set(map(type, cards)) == {dict}:
        keys += sum(map(len, cards))
    return body.count(":") == keys


def _check_content_type(headers: dict[str, str]) -> None:
    media_type, *parameters = _header(headers, "content-type").lower().split(";")
    charsets = {text.strip()[8:].strip('"') for text in parameters if text.strip().startswith("charset=")}
    if media_type.strip() != "application/json" or not charsets <= UTF_8:
        raise UnsupportedMediaTypeError("Content-Type", "must be application/json, in UTF-8")


def _check_content_encoding(headers: dict[str, str]) -> None:
    """Refuse a body in another compression than gzip by naming the header."""
    if _header(headers, "content-encoding").strip().lower() not in {"", "gzip", "x-gzip", "identity"}:
        raise UnsupportedMediaTypeError("Content-Encoding", "must be gzip, or left out")


def _header(headers: dict[str, str], name: str) -> str:
    return next((value for key, value in headers.items() if key.lower() == name), "")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise given_twice(pairs)
    return result


# Made once: json.loads() with these arguments would make them anew in every call. NaN and Infinity aren't
# JSON, but become floats that no field's range holds: so they are refused by the field's name.
_PLAIN_DECODER = json.JSONDecoder(parse_constant=float)
_DECODER = json.JSONDecoder(parse_constant=float, object_pairs_hook=_unique)
_DECODER_OF_LONG_NUMBERS = json.JSONDecoder(parse_int=float, parse_constant=float, object_pairs_hook=_unique)
