"""Packed bodies in both directions, and the limit that also holds for what is unpacked."""

import base64
import gzip
import json
import tracemalloc
import zlib

import pytest

from inference.answers import PACKED_FROM_BYTES
from inference.body import MAXIMUM_BODY_BYTES

from .calls import CARD, load_event, post, refused

CARDS = {"cards": [CARD] * 30}
PACKED = {"Content-Type": "application/json", "Content-Encoding": "gzip"}


def packed_post(data, **headers):
    """Return the event of a body of bytes, as API Gateway sends it."""
    body = base64.b64encode(data).decode()
    event = load_event("predict_single", body=body, isBase64Encoded=True)
    return event | {"headers": PACKED | {name.replace("_", "-"): value for name, value in headers.items()}}


def test_packed_body_is_answered_like_a_plain_one(send):
    data = gzip.compress(json.dumps(CARDS).encode())

    assert send(packed_post(data)).body == send(post(CARDS)).body


def test_body_that_the_gateway_has_unpacked_is_read_as_it_is(send):
    assert send(packed_post(json.dumps(CARD).encode())).body == send(post(CARD)).body
    assert send(post(CARD) | {"headers": PACKED}).body == send(post(CARD)).body


@pytest.mark.parametrize("level", [0, 9])
def test_limit_holds_for_the_unpacked_body(send, level):
    card = json.dumps(CARD).encode()
    largest = card + b" " * (MAXIMUM_BODY_BYTES - len(card))

    # Stored rather than packed, it is over the limit as it was sent.
    assert send(packed_post(gzip.compress(largest, level))).status == (200 if level else 413)
    assert refused(send(packed_post(gzip.compress(largest + b" ", level))), 413) == (
        "body_too_large",
        "body must be at most 3000000 bytes, unpacked; send fewer cards per call",
        "body",
    )


def test_bomb_is_not_unpacked_beyond_the_limit(send):
    packing = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    zeros = bytes(1 << 20)
    bomb = b"".join(packing.compress(zeros) for _ in range(100)) + packing.flush()
    event = packed_post(bomb)
    tracemalloc.start()
    answer = send(event)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert refused(answer, 413)[0] == "body_too_large"
    assert peak < 4 * MAXIMUM_BODY_BYTES


@pytest.mark.parametrize(
    "data",
    [
        gzip.compress(b"{}")[:-4],
        gzip.compress(b"{}") + b"x",
        gzip.compress(b"{}") + gzip.compress(b"{}"),
        b"\x1f\x8b\x08\x00garbage",
        b"\x1f\x8b",
        gzip.compress(b"\xff\xfe"),
        gzip.compress(gzip.compress(b"{}")),
        zlib.compress(b"{}"),
        b"\x00\x01\x02",
    ],
)
def test_damaged_or_doubly_packed_body_is_malformed(send, data):
    assert refused(send(packed_post(data)))[::2] == ("malformed_body", "body")


@pytest.mark.parametrize("coding", ["br", "deflate", "zstd", "gzip, gzip"])
def test_other_coding_is_named(send, coding):
    answer = send(packed_post(zlib.compress(json.dumps(CARD).encode()), Content_Encoding=coding))

    assert refused(answer, 415) == (
        "unsupported_media_type",
        "Content-Encoding must be gzip, or left out",
        "Content-Encoding",
    )


def asking(headers, body=CARDS):
    return post(body) | {"headers": {"Content-Type": "application/json", **headers}}


@pytest.mark.parametrize(
    "headers",
    [
        {"Accept": "*/*", "Accept-Encoding": "gzip"},
        {"accept": "application/json", "accept-encoding": "br, GZIP;q=0.5"},
        {"Accept": "*/*", "Accept-Encoding": "*"},
    ],
)
def test_long_answer_is_packed_for_who_takes_gzip(send, headers):
    answer = send(asking(headers))

    assert (answer.headers["Content-Encoding"], answer.headers["Vary"]) == ("gzip", "Accept-Encoding")
    assert answer.body == send(post(CARDS)).body


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Accept": "*/*"},
        {"Accept": "*/*", "Accept-Encoding": "identity"},
        {"Accept": "*/*", "Accept-Encoding": "br, gzip;q=0"},
        {"Accept": "*/*", "Accept-Encoding": "br, gzip; q = 0.000"},
        {"Accept-Encoding": "gzip"},
    ],
)
def test_answer_stays_plain_for_who_does_not(send, headers):
    assert "Content-Encoding" not in send(asking(headers)).headers


def test_short_answer_stays_plain(send):
    answer = send(asking({"Accept": "*/*", "Accept-Encoding": "gzip"}, CARD))

    assert len(json.dumps(answer.body)) < PACKED_FROM_BYTES
    assert "Content-Encoding" not in answer.headers
