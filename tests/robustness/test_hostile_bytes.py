"""Bytes that aren't JSON in UTF-8, and bodies made to cost: refused by name, in bounded time and memory."""

import gzip
import json
import random
import tracemalloc
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from .bodies import examples
from .gateway import DOCUMENT
from .responses import checked

pytestmark = pytest.mark.slow

EXAMPLES = examples()
PATHS = sorted({path for path, _ in EXAMPLES})
# One path of each function: all paths of a function have their bodies decoded by the same code.
FUNCTIONS = ("/v1/predict", "/v1/reviews", "/v1/learners/{learner}/reviews", "/v1/similar")
FIRST = {path: json.dumps(body).encode() for path, body in reversed(EXAMPLES)}
LIMIT = DOCUMENT["x-limits"]["body_bytes"]
MEGA = 1_000_000
NO_JSON = {
    "nothing": b"",
    "null byte": b"\x00",
    "two byte order marks": b"\xef\xbb\xbf\xef\xbb\xbf{}",
    "half a character": b'{"a": "\xc3"}',
    "lone surrogate in CESU": b'{"a": "\xed\xa0\x80"}',
    "overlong slash": b'{"a": "\xc0\xaf"}',
    "nested lists": b"[" * 100_000,
    "nested lists, closed": b"[" * 100_000 + b"]" * 100_000,
    "nested objects": b'{"a":' * 100_000,
    "nested cards": b'{"cards":' * 100_000 + b"1" + b"}" * 100_000,
    "nested reviews": b'{"reviews":[' * 50_000 + b"]}" * 50_000,
    "two bodies": b"{}{}",
    "comment": b'{/* none */"a": 1}',
    "trailing comma": b'{"a": 1,}',
    "single quotes": b"{'a': 1}",
    "form": b"days_since_last_review=3&review_count=4",
    "XML": b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>',
} | {name: '{"schlüssel": 1}'.encode(name) for name in ("latin-1", "utf-16", "utf-16-le", "utf-32", "cp500")}


def outcomes(service, events):
    """Return status and field of the response to each event, by its name."""
    return {name: checked(service, event)[:2] for name, event in events.items()}


@pytest.mark.parametrize("path", FUNCTIONS)
def test_body_that_is_no_json_in_utf_8_is_refused(service, post, path):
    events = {name: post(path, body) for name, body in NO_JSON.items()}

    assert outcomes(service, events) == dict.fromkeys(NO_JSON, (400, "body"))


CONTENT_TYPES = [
    "",
    "text/json",
    "application/json; charset=utf-16",
    "application/json; charset=latin-1",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/jsonx",
    "application/json, application/json",
    "\x00",
    ";" * 100_000,
]


@pytest.mark.parametrize("path", FUNCTIONS)
def test_other_content_type_is_refused(service, post, path):
    events = {kind: post(path, FIRST[path], Content_Type=kind) for kind in CONTENT_TYPES}

    assert outcomes(service, events) == dict.fromkeys(CONTENT_TYPES, (415, "Content-Type"))


@pytest.mark.parametrize("path", FUNCTIONS)
def test_other_content_encoding_is_refused(service, post, path):
    encodings = ["br", "deflate", "zstd", "gzip, deflate", "x", "\x00"]
    body = zlib.compress(FIRST[path])
    events = {name: post(path, body, Content_Encoding=name) for name in encodings}

    assert outcomes(service, events) == dict.fromkeys(encodings, (415, "Content-Encoding"))


def _wrong_sum(data):
    return data[:-8] + bytes(byte ^ 0xFF for byte in data[-8:-4]) + data[-4:]


BROKEN_GZIP = {
    "nothing": lambda _: b"",
    "cut off": lambda body: gzip.compress(body)[:-9],
    "head only": lambda body: gzip.compress(body)[:10],
    "wrong sum": lambda body: _wrong_sum(gzip.compress(body)),
    "compressed twice": lambda body: gzip.compress(gzip.compress(body)),
    "with a tail": lambda body: gzip.compress(body) + b"tail",
    "zlib": zlib.compress,
}


@pytest.mark.parametrize("path", FUNCTIONS)
def test_broken_gzip_is_refused(service, post, path):
    events = {
        name: post(path, make(FIRST[path]), Content_Encoding="gzip") for name, make in BROKEN_GZIP.items()
    }

    assert outcomes(service, events) == dict.fromkeys(BROKEN_GZIP, (400, "body"))


@pytest.mark.parametrize("path", FUNCTIONS)
@pytest.mark.parametrize("sent", [gzip.compress, bytes], ids=["compressed", "decompressed by the gateway"])
def test_body_that_is_declared_as_gzip_is_the_same_request(service, post, path, sent):
    checked(service, post(path, FIRST[path]))  # what it stores is repeated in both
    plain = checked(service, post(path, FIRST[path]))
    declared = checked(service, post(path, sent(FIRST[path]), Content_Encoding="gzip"))

    assert plain.status in {200, 202}
    assert declared.body == plain.body


@pytest.mark.parametrize("path", FUNCTIONS)
def test_broken_base64_is_refused(service, post, path):
    texts = ["{}=", "!!!!", "e3\n0=", "é", "=", "e30", "e30==="]
    events = {text: post(path, b"") | {"body": text, "isBase64Encoded": True} for text in texts}

    assert outcomes(service, events) == dict.fromkeys(texts, (400, "body"))


CARD = b'{"days_since_last_review": 1, "review_count": 1, "difficulty": 1}'
LARGE = {
    "spaces": lambda size: CARD[:-1] + b" " * size + b"}",
    "digits": lambda size: b'{"review_count": ' + b"9" * size + b"}",
    "fraction": lambda size: b'{"days_since_last_review": 0.' + b"1" * size + b"}",
    "exponent": lambda size: b'{"difficulty": 1e' + b"9" * size + b"}",
    "string": lambda size: b'{"now": "' + b"2" * size + b'"}',
    "escapes": lambda size: b'{"now": "' + rb"\u0041" * (size // 6) + b'"}',
    "name": lambda size: b'{"' + b"a" * size + b'": 1}',
    "names": lambda size: b"{" + b", ".join(b'"%d": 1' % i for i in range(size // 14)) + b"}",
    "one name": lambda size: b"{" + b", ".join([b'"a": 1'] * (size // 8)) + b"}",
    "empty objects": lambda size: b'{"cards": [' + b", ".join([b"{}"] * (size // 4)) + b"]}",
    "cards": lambda size: b'{"cards": [' + b", ".join([CARD] * (size // 68)) + b"]}",
    "reviews": lambda size: (
        b'{"reviews": [' + b", ".join([b'{"days_ago": 1, "rating": 1}'] * (size // 30)) + b"]}"
    ),
    "lists": lambda size: b'{"cards": ' + b"[" * (size // 2) + b"]" * (size // 2) + b"}",
    "binary": lambda size: random.Random(5).randbytes(size),  # noqa: S311 - any bytes will do
}


@pytest.mark.parametrize("kind", LARGE)
def test_body_of_10_megabytes_is_too_large_whatever_it_holds(service, post, kind):
    body = LARGE[kind](10 * MEGA)
    compressed = gzip.compress(body, 1)
    for path in FUNCTIONS:
        events = {
            "plain": post(path, body),
            "compressed": post(path, compressed, Content_Encoding="gzip"),
        }
        assert outcomes(service, events) == dict.fromkeys(events, (413, "body"))


@pytest.mark.parametrize("path", PATHS)
def test_body_just_within_the_limit_is_answered_in_bounded_time(service, post, path):
    for make in LARGE.values():
        assert checked(service, post(path, make(LIMIT - 1000))).status in {200, 202, 400}


@pytest.mark.parametrize("path", FUNCTIONS)
def test_gzip_bomb_is_refused_before_it_goes_off(service, post, path):
    compressor = zlib.compressobj(1, wbits=31)
    bomb = b"".join(compressor.compress(b" " * MEGA) for _ in range(600)) + compressor.flush()
    event = post(path, bomb, Content_Encoding="gzip")
    assert len(bomb) < LIMIT
    tracemalloc.start()
    response = checked(service, event)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert response[:2] == (413, "body")
    assert peak < 10 * LIMIT


MUTATION = st.tuples(st.integers(0, 10_000), st.integers(0, 5), st.binary(max_size=5))


@given(st.sampled_from(EXAMPLES), st.lists(MUTATION, max_size=4), st.booleans(), st.booleans())
def test_changed_bytes_get_a_response_that_the_document_allows(
    service, post, example, mutations, compress, as_text
):
    path, body = example
    data = json.dumps(body).encode()
    for where, cut, inserted in mutations:
        start = where % (len(data) + 1)
        data = data[:start] + inserted + data[start + cut :]
    headers = {"Content_Encoding": "gzip"} if compress else {}
    if as_text:
        response = checked(service, post(path, data.decode("utf-8", "surrogateescape")))
    else:
        response = checked(service, post(path, gzip.compress(data) if compress else data, **headers))

    assert response.status in {200, 202, 400}


@given(st.sampled_from(PATHS), st.dictionaries(st.text(), st.text()), st.text(), st.booleans())
def test_any_headers_and_any_text_get_a_response_that_the_document_allows(
    service, post, path, headers, body, encoded
):
    event = post(path, b"") | {"headers": headers, "body": body, "isBase64Encoded": encoded}

    assert checked(service, event).status in {400, 415}
