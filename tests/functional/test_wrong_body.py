"""A wrong body, content type or size is refused before any field; nothing breaks the service."""

import base64
import json

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from http_kit.request import MAXIMUM_BODY_BYTES
from inference.fields import EXAMPLE
from inference.routes import ROUTES
from recall.features import FEATURE_NAMES

from .calls import CARD, error_of, load_event, post, refused

MALFORMED = {
    "none": None,
    "form": "days=3",
    "cut off": json.dumps(CARD)[:-1],
    "something behind it": json.dumps(CARD) + "\x00",
    "nested without end": '{"a":' * 100_000,
    "two byte order marks": "\ufeff\ufeff" + json.dumps(CARD),
    "surrogate": "\ud800",
    "no number of JSON": '{"difficulty": 05}',
    "cut off in a long number": '{"difficulty": ' + "9" * 5000,
}


@pytest.mark.parametrize("body", MALFORMED.values(), ids=MALFORMED)
def test_body_that_is_no_json_is_malformed(send, body):
    assert refused(send(load_event("predict_single", body=body))) == (
        "malformed_body",
        f"body must be JSON in UTF-8, such as {EXAMPLE}",
        "body",
    )


def test_byte_order_mark_is_passed_over(send):
    text = "\ufeff" + json.dumps(CARD)

    for event in (post(text), load_event("predict_base64", body=base64.b64encode(text.encode()).decode())):
        assert send(event).body == send(post(CARD)).body


@pytest.mark.parametrize("body", [json.dumps([CARD]), "null", "9" * 5000], ids=lambda body: body[:9])
def test_json_that_is_no_object_is_refused(send, body):
    assert refused(send(post(body))) == (
        "invalid_input",
        f"body must be a JSON object, such as {EXAMPLE}",
        "body",
    )


@pytest.mark.parametrize(
    "body", ["{}=", "e30", "é", "/////w=="], ids=["no base64", "no padding", "no ASCII", "no UTF-8"]
)  # fmt: skip
def test_encoded_body_that_is_no_base64_of_utf8_is_malformed(send, body):
    assert refused(send(load_event("predict_base64", body=body)))[::2] == ("malformed_body", "body")


@pytest.mark.parametrize(
    "headers",
    [
        {"Accept": "application/json"},
        {"Content-Type": "application/jsonp"},
        {"Content-Type": "application/json; charset=utf-16"},
        {"Content-Type": "application/json, text/plain"},
    ],
    ids=str,
)
def test_other_content_type_is_unsupported(send, headers):
    assert refused(send(load_event("predict_single", headers=headers)), 415) == (
        "unsupported_media_type",
        "Content-Type must be application/json, in UTF-8",
        "Content-Type",
    )


@pytest.mark.parametrize(
    "headers",
    [
        {"CONTENT-TYPE": "Application/JSON"},
        {"Content-Type": 'application/json ; charset="utf-8"'},
        {"Content-Type": "application/json;charset=UTF-8"},
        {"Content-Type": "application/json; version=1"},
        {"Content-Type": "application/json; version=1; charset=utf-8;"},
    ],
    ids=str,
)
def test_json_content_type_in_any_spelling_is_accepted(send, headers):
    assert send(load_event("predict_single", headers=headers)).status == 200


@pytest.mark.parametrize("form", ["text", "base64"])
def test_body_may_have_3_mb_and_no_more(send, form):
    card = json.dumps(CARD)
    largest = card + " " * (MAXIMUM_BODY_BYTES - len(card))

    assert send(sent_as(form, largest)).status == 200
    assert refused(send(sent_as(form, largest + " ")), 413) == (
        "body_too_large",
        "body must be at most 3000000 bytes, decompressed; send fewer cards or texts per call",
        "body",
    )


def sent_as(form, body):
    if form == "text":
        return post(body)
    return load_event("predict_base64", body=base64.b64encode(body.encode()).decode())


# Any JSON, with a taste for what the service knows.
NUMBERS = st.integers() | st.floats()
KEYS = st.sampled_from([*FEATURE_NAMES, "cards", ""]) | st.text(max_size=5)
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)
NEAR_CARDS = st.fixed_dictionaries({}, optional=dict.fromkeys(CARD, st.integers(0, 11) | JSON_VALUES))
BODIES = JSON_VALUES | NEAR_CARDS | st.fixed_dictionaries({"cards": st.lists(NEAR_CARDS | JSON_VALUES)})


@given(BODIES.map(json.dumps) | st.text(), st.booleans())
def test_no_body_breaks_the_service_and_every_refusal_names_a_field(send, body, encoded):
    response = send(post(body) | {"isBase64Encoded": encoded})

    assert response.status in {200, 400}
    assert response.status == 200 or error_of(response)[2]


@given(st.text(), st.text())
def test_no_path_and_no_method_breaks_the_service(send, method, path):
    assume(path not in ROUTES)  # hypothesis reads string constants in the code, and tries them
    response = send(load_event("unknown_path", httpMethod=method, path=path))

    assert refused(response, 404)[2] == "path"
