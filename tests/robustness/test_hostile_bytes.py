"""Bytes that aren't JSON in UTF-8, and bodies made to cost: refused by name, in bounded time and memory."""

import gzip
import json
import random
import tracemalloc
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from .answers import checked
from .bodies import examples
from .gateway import DOCUMENT

EXAMPLES = examples()
PATHS = sorted({path for path, _ in EXAMPLES})
FIRST = {path: json.dumps(body).encode() for path, body in reversed(EXAMPLES)}
LIMIT = DOCUMENT["x-limits"]["body_bytes"]
MEGA = 1_000_000
TEXTS = {
    "nothing": b"",
    "null byte": b"\x00",
    "byte order mark": b"\xef\xbb\xbf{}",
    "half a character": b'{"a": "\xc3"}',
    "lone surrogate in CESU": b'{"a": "\xed\xa0\x80"}',
    "overlong slash": b'{"a": "\xc0\xaf"}',
    "latin-1": '{"schlüssel": 1}'.encode("latin-1"),
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
}


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("body", TEXTS.values(), ids=TEXTS)
def test_body_that_is_no_json_is_refused(service, post, path, body):
    assert checked(service, post(path, body))[:2] == (400, "body")


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp500"])
def test_body_in_another_encoding_is_refused(service, post, path, encoding):
    assert checked(service, post(path, FIRST[path].decode().encode(encoding)))[:2] == (400, "body")


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "content_type",
    [
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
    ],
    ids=lambda text: repr(text)[:30],
)
def test_other_content_type_is_refused(service, post, path, content_type):
    assert checked(service, post(path, FIRST[path], Content_Type=content_type))[:2] == (415, "Content-Type")


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("encoding", ["br", "deflate", "zstd", "gzip, deflate", "x", "\x00"])
def test_body_that_is_packed_otherwise_is_refused(service, post, path, encoding):
    body = zlib.compress(FIRST[path])

    assert checked(service, post(path, body, Content_Encoding=encoding))[:2] == (415, "Content-Encoding")


def _wrong_sum(packed):
    return packed[:-8] + bytes(byte ^ 0xFF for byte in packed[-8:-4]) + packed[-4:]


BROKEN = {
    "nothing": lambda _: b"",
    "cut off": lambda body: gzip.compress(body)[:-9],
    "head only": lambda body: gzip.compress(body)[:10],
    "wrong sum": lambda body: _wrong_sum(gzip.compress(body)),
    "packed twice": lambda body: gzip.compress(gzip.compress(body)),
    "with a tail": lambda body: gzip.compress(body) + b"tail",
    "zlib": zlib.compress,
}


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("pack", BROKEN.values(), ids=BROKEN)
def test_broken_gzip_is_refused(service, post, path, pack):
    assert checked(service, post(path, pack(FIRST[path]), Content_Encoding="gzip"))[:2] == (400, "body")


@pytest.mark.parametrize("path", PATHS)
def test_packed_body_is_the_same_request(service, post, path):
    plain = checked(service, post(path, FIRST[path]))
    packed = checked(service, post(path, gzip.compress(FIRST[path]), Content_Encoding="gzip"))

    assert plain.status in {200, 202}
    assert packed.body == plain.body


@pytest.mark.parametrize("path", PATHS)
def test_body_that_the_gateway_has_unpacked_already_is_the_same_request(service, post, path):
    plain = checked(service, post(path, FIRST[path]))

    assert checked(service, post(path, FIRST[path], Content_Encoding="gzip")).body == plain.body


@pytest.mark.parametrize("text", ["{}=", "!!!!", "e3\n0=", "é", "=", "e30", "e30==="])
@pytest.mark.parametrize("path", PATHS)
def test_broken_base64_is_refused(service, post, path, text):
    event = post(path, b"") | {"body": text, "isBase64Encoded": True}

    assert checked(service, event)[:2] == (400, "body")


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


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("make", LARGE.values(), ids=LARGE)
def test_body_of_10_megabytes_is_too_large_whatever_it_holds(service, post, path, make):
    body = make(10 * MEGA)

    assert checked(service, post(path, body))[:2] == (413, "body")
    assert checked(service, post(path, gzip.compress(body, 1), Content_Encoding="gzip"))[:2] == (413, "body")


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("make", LARGE.values(), ids=LARGE)
def test_body_just_within_the_limit_is_answered_in_bounded_time(service, post, path, make):
    answer = checked(service, post(path, make(LIMIT - 1000)))

    assert answer.status in {200, 202, 400}


@pytest.fixture(scope="module")
def bomb():
    """Give 600 megabytes, packed within the limit."""
    packer = zlib.compressobj(1, wbits=31)
    return b"".join(packer.compress(b" " * MEGA) for _ in range(600)) + packer.flush()


@pytest.mark.parametrize("path", PATHS)
def test_gzip_bomb_is_refused_before_it_goes_off(service, post, path, bomb):
    event = post(path, bomb, Content_Encoding="gzip")
    assert len(bomb) < LIMIT
    tracemalloc.start()
    answer = checked(service, event)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert answer[:2] == (413, "body")
    assert peak < 10 * LIMIT


MUTATION = st.tuples(st.integers(0, 10_000), st.integers(0, 5), st.binary(max_size=5))


@given(st.sampled_from(EXAMPLES), st.lists(MUTATION, max_size=4), st.booleans(), st.booleans())
def test_changed_bytes_get_an_answer_that_the_document_allows(
    service, post, example, mutations, packed, as_text
):
    path, body = example
    data = json.dumps(body).encode()
    for where, cut, inserted in mutations:
        start = where % (len(data) + 1)
        data = data[:start] + inserted + data[start + cut :]
    headers = {"Content_Encoding": "gzip"} if packed else {}
    if as_text:
        answer = checked(service, post(path, data.decode("utf-8", "surrogateescape")))
    else:
        answer = checked(service, post(path, gzip.compress(data) if packed else data, **headers))

    assert answer.status in {200, 202, 400}


@given(st.sampled_from(PATHS), st.dictionaries(st.text(), st.text()), st.text(), st.booleans())
def test_any_headers_and_any_text_get_an_answer_that_the_document_allows(
    service, post, path, headers, body, encoded
):
    event = post(path, b"") | {"headers": headers, "body": body, "isBase64Encoded": encoded}

    assert checked(service, event).status in {400, 415}
