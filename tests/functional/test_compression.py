"""Compressed bodies in both directions, and the limit that also holds for what is decompressed."""

import base64
import gzip
import json
import tracemalloc
import zlib

import pytest

from http_kit.request import MAXIMUM_BODY_BYTES
from http_kit.service import COMPRESSED_FROM_BYTES

from .calls import CARD, load_event, post, refused

CARDS = {"cards": [CARD] * 30}
HEADERS = {"Content-Type": "application/json", "Content-Encoding": "gzip"}


def compressed_post(data, encoding="gzip"):
    """Return the event of a body of bytes, as API Gateway sends it."""
    body = base64.b64encode(data).decode()
    event = load_event("predict_single", body=body, isBase64Encoded=True)
    return event | {"headers": HEADERS | {"Content-Encoding": encoding}}


def test_compressed_body_gets_the_response_of_a_plain_one(send):
    data = gzip.compress(json.dumps(CARDS).encode())

    assert send(compressed_post(data)).body == send(post(CARDS)).body


def test_body_that_the_gateway_has_decompressed_is_read_as_it_is(send):
    assert send(compressed_post(json.dumps(CARD).encode())).body == send(post(CARD)).body
    assert send(post(CARD) | {"headers": HEADERS}).body == send(post(CARD)).body


def test_limit_holds_for_the_body_as_sent_and_decompressed(send):
    card = json.dumps(CARD).encode()
    largest = card + b" " * (MAXIMUM_BODY_BYTES - len(card))

    assert send(compressed_post(gzip.compress(largest))).status == 200
    for too_large in (gzip.compress(largest + b" "), gzip.compress(largest, compresslevel=0)):
        assert refused(send(compressed_post(too_large)), 413)[::2] == ("body_too_large", "body")


def test_bomb_is_not_decompressed_beyond_the_limit(send):
    bomb = gzip.compress(bytes(100 << 20), compresslevel=1)
    event = compressed_post(bomb)
    tracemalloc.start()
    response = send(event)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert refused(response, 413)[0] == "body_too_large"
    assert peak < 4 * MAXIMUM_BODY_BYTES


DAMAGED = {
    "cut off": gzip.compress(b"{}")[:-4],
    "something behind it": gzip.compress(b"{}") + b"x",
    "no deflate inside": gzip.compress(b"{}")[:10] + b"\xff\xff",
    "no UTF-8 inside": gzip.compress(b"\xff\xfe"),
    "compressed twice": gzip.compress(gzip.compress(b"{}")),
    "no gzip": zlib.compress(b"{}"),
}


@pytest.mark.parametrize("data", DAMAGED.values(), ids=DAMAGED)
def test_damaged_or_doubly_compressed_body_is_malformed(send, data):
    assert refused(send(compressed_post(data)))[::2] == ("malformed_body", "body")


@pytest.mark.parametrize("encoding", ["deflate", "gzip, gzip"])
def test_other_encoding_is_named(send, encoding):
    response = send(compressed_post(zlib.compress(json.dumps(CARD).encode()), encoding))

    assert refused(response, 415) == (
        "unsupported_media_type",
        "Content-Encoding must be gzip, or left out",
        "Content-Encoding",
    )


def post_with(headers, body=CARDS):
    return post(body) | {"headers": {"Content-Type": "application/json", **headers}}


@pytest.mark.parametrize(
    "headers",
    [
        {"accept": "application/json", "accept-encoding": "br, GZIP;q=0.5"},
        {"Accept": "*/*", "Accept-Encoding": "*"},
        {"Accept": "*/*", "Accept-Encoding": "*;q=0, gzip"},  # the coding's own weight goes first
        {"Accept": "*/*", "Accept-Encoding": "x-gzip;q=0.5, identity;q=0.1"},
    ],
)
def test_long_response_is_compressed_for_callers_who_accept_gzip(send, headers):
    response = send(post_with(headers))

    assert (response.headers["Content-Encoding"], response.headers["Vary"]) == ("gzip", "Accept-Encoding")
    assert response.body == send(post(CARDS)).body


@pytest.mark.parametrize(
    "headers",
    [
        {"Accept": "*/*"},
        {"Accept": "*/*", "Accept-Encoding": "identity"},
        {"Accept": "*/*", "Accept-Encoding": "br, gzip; q = 0.000"},
        {"Accept": "*/*", "Accept-Encoding": "gzip;q=0;x=1, *"},
        {"Accept": "*/*", "Accept-Encoding": "gzip;q=0.5, identity"},
        {"Accept": "*/*", "Accept-Encoding": "gzip;q=high"},
        {"Accept-Encoding": "gzip"},  # without Accept, API Gateway would pass on base64
    ],
)
def test_long_response_stays_plain_for_other_callers(send, headers):
    assert "Content-Encoding" not in send(post_with(headers)).headers


def test_short_response_stays_plain(send):
    response = send(post_with({"Accept": "*/*", "Accept-Encoding": "gzip"}, CARD))

    assert len(json.dumps(response.body)) < COMPRESSED_FROM_BYTES
    assert "Content-Encoding" not in response.headers
