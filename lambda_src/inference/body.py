"""An event's body becomes JSON values: content type, size, base64, gzip, UTF-8, no key given twice."""

from __future__ import annotations

import base64
import json

from inference.errors import BodyTooLargeError, MalformedBodyError, UnsupportedMediaTypeError

TYPE_CHECKING = False  # `typing` itself costs a cold start 2 ms
if TYPE_CHECKING:
    from typing import Any

# Lambda takes 6 MB with everything around the body, which arrives in base64: a third longer.
MAXIMUM_BODY_BYTES = 3_000_000
LONGEST_BASE64 = 4 * (MAXIMUM_BODY_BYTES // 3 + 1)
GZIP_MAGIC = b"\x1f\x8b"
EXAMPLE = '{"days_since_last_review": 3, "review_count": 4, "difficulty": 5.5}'


def parse_body(event: dict[str, Any], example: str = EXAMPLE) -> Any:
    """Decode an API Gateway event's JSON body; `example` is one, for who sends something else.

    Raises
    ------
    UnsupportedMediaTypeError, BodyTooLargeError, MalformedBodyError
        Each naming the header or the body.
    """
    headers = event.get("headers") or {}
    if headers.get("Content-Type") != "application/json":
        _check_content_type(headers)
    body = event.get("body") or ""
    try:
        if event.get("isBase64Encoded"):
            body = _unpacked(body).decode()
        elif len(body) > MAXIMUM_BODY_BYTES // 4 and len(body.encode()) > MAXIMUM_BODY_BYTES:
            raise _too_large()
        return _decode(body)
    except (ValueError, RecursionError) as error:
        _check_content_encoding(headers)
        raise MalformedBodyError("body", f"must be JSON in UTF-8, such as {example}") from error


def _unpacked(body: str) -> bytes:
    """Undo base64 and gzip, never beyond the limit.

    What begins like gzip is gzip, whatever the headers say: no JSON begins so, and API Gateway passes the
    header on even where it has unpacked the body itself.
    """
    if len(body) > LONGEST_BASE64:
        raise _too_large()
    data = base64.b64decode(body, validate=True)
    if data.startswith(GZIP_MAGIC):
        data = _gunzipped(data)
    if len(data) > MAXIMUM_BODY_BYTES:
        raise _too_large()
    return data


def _gunzipped(data: bytes) -> bytes:
    import zlib  # noqa: PLC0415 - only for who packs

    unpacking = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)  # 16: with gzip's header
    try:
        plain = unpacking.decompress(data, MAXIMUM_BODY_BYTES + 1)
    except zlib.error as error:
        raise ValueError("damaged gzip") from error
    if len(plain) <= MAXIMUM_BODY_BYTES and (not unpacking.eof or unpacking.unused_data):
        raise ValueError("torn gzip, or something behind it")
    return plain


def _too_large() -> BodyTooLargeError:
    problem = f"must be at most {MAXIMUM_BODY_BYTES} bytes, unpacked; send fewer cards per call"
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
    content_type = _header(headers, "content-type")
    media_type, _, parameters = content_type.lower().partition(";")
    charset = parameters.strip().removeprefix("charset=").strip('"')
    if media_type.strip() != "application/json" or charset not in {"", "utf-8"}:
        raise UnsupportedMediaTypeError("Content-Type", "must be application/json, in UTF-8")


def _check_content_encoding(headers: dict[str, str]) -> None:
    """Tell who has packed a body otherwise that this is the reason why it can't be read."""
    if _header(headers, "content-encoding").strip().lower() not in {"", "gzip", "x-gzip", "identity"}:
        raise UnsupportedMediaTypeError("Content-Encoding", "must be gzip, or left out")


def _header(headers: dict[str, str], name: str) -> str:
    return next((value for key, value in headers.items() if key.lower() == name), "")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        from inference.requests.problems import given_twice  # noqa: PLC0415 - only for a wrong request

        raise given_twice(pairs)
    return result


# Made once: json.loads() with these arguments would make them anew in every call. NaN and Infinity aren't
# JSON, but become floats that no field's range holds: so they are refused by the field's name.
_PLAIN_DECODER = json.JSONDecoder(parse_constant=float)
_DECODER = json.JSONDecoder(parse_constant=float, object_pairs_hook=_unique)
_DECODER_OF_LONG_NUMBERS = json.JSONDecoder(parse_int=float, parse_constant=float, object_pairs_hook=_unique)
