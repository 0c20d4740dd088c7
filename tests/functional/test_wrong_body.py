"""A wrong body, content type or size is refused before any field; nothing breaks the service."""

import base64
import json

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from inference.body import EXAMPLE, MAXIMUM_BODY_BYTES
from inference.routes import ROUTES
from recall.features import FEATURE_NAMES

from .calls import CARD, error_of, load_event, post, refused


@pytest.mark.parametrize(
    "body",
    [
        None,
        "",
        " ",
        "days=3",
        "{",
        json.dumps(CARD)[:-1],
        json.dumps(CARD) + "}",
        str(CARD),
        "[" * 100_000,
        '{"a":' * 100_000,
        "[" * 100_000 + "]" * 100_000,
        "\x00",
        json.dumps(CARD) + "\x00",
        '{"a\x00": 1}',
        "\ufeff" + json.dumps(CARD),
        "\ud800",
        '{"difficulty": 0x5}',
        '{"difficulty": .5}',
        '{"difficulty": 05}',
        '{"difficulty": ' + "9" * 5000,
    ],
    ids=lambda body: repr(body)[:30],
)
def test_body_that_is_no_json_is_malformed(send, body):
    answer = send(load_event("predict_single", body=body))

    assert refused(answer) == (
        "malformed_body",
        f"body must be JSON in UTF-8, such as {EXAMPLE}",
        "body",
    )


@pytest.mark.parametrize("body", ["[]", json.dumps([CARD]), "null", "true", "1", "NaN", '"text"', "9" * 5000])
def test_json_that_is_no_object_is_refused(send, body):
    code, message, field = refused(send(post(body)))

    assert (code, field) == ("invalid_input", "body")
    assert message.startswith("body must be a JSON object, such as {")


@pytest.mark.parametrize(
    "body", ["{}=", "!!!!", "e30", "e3\n0=", "é", "/////w==", "77u/e30="],
    ids=["no base64", "punctuation", "no padding", "line break", "no ASCII", "no UTF-8", "BOM"],
)  # fmt: skip
def test_encoded_body_that_is_no_base64_of_utf8_json_is_malformed(send, body):
    answer = send(load_event("predict_base64", body=body))

    assert refused(answer)[::2] == ("malformed_body", "body")


@pytest.mark.parametrize(
    "content_type",
    [
        "",
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/jsonp",
        "application/json; charset=latin-1",
        "application/json; charset=utf-16",
        "application/json, text/plain",
    ],
)
def test_other_content_type_is_unsupported(send, content_type):
    answer = send(load_event("predict_single", headers={"Content-Type": content_type}))

    assert refused(answer, 415) == (
        "unsupported_media_type",
        "Content-Type must be application/json, in UTF-8",
        "Content-Type",
    )


@pytest.mark.parametrize(
    "headers",
    [
        {"CONTENT-TYPE": "application/json"},
        {"content-type": "Application/JSON"},
        {"Content-Type": 'application/json ; charset="utf-8"'},
        {"Content-Type": "application/json;charset=UTF-8"},
    ],
)
def test_json_content_type_in_any_spelling_is_accepted(send, headers):
    assert send(load_event("predict_single", headers=headers)).status == 200


@pytest.mark.parametrize("headers", [None, {}, {"Accept": "application/json"}])
def test_missing_content_type_is_unsupported(send, headers):
    assert refused(send(load_event("predict_single", headers=headers)), 415)[2] == "Content-Type"


def test_body_may_have_3_mb_and_no_more(send):
    card = json.dumps(CARD)
    largest = card + " " * (MAXIMUM_BODY_BYTES - len(card))

    assert send(post(largest)).status == 200
    assert refused(send(post(largest + " ")), 413) == (
        "body_too_large",
        "body must be at most 3000000 bytes, unpacked; send fewer cards per call",
        "body",
    )


def test_limit_is_on_the_decoded_body(send):
    card = json.dumps(CARD).encode()
    largest = card + b" " * (MAXIMUM_BODY_BYTES - len(card))

    assert send(load_event("predict_base64", body=base64.b64encode(largest).decode())).status == 200
    too_large = load_event("predict_base64", body=base64.b64encode(largest + b" ").decode())
    assert refused(send(too_large), 413)[0] == "body_too_large"


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
    answer = send(post(body) | {"isBase64Encoded": encoded})

    assert answer.status in {200, 400}
    assert answer.status == 200 or error_of(answer)[2]


@given(st.text(), st.text())
def test_no_path_and_no_method_breaks_the_service(send, method, path):
    assume(path not in ROUTES)  # hypothesis reads string constants in the code, and tries them
    answer = send(load_event("unknown_path", httpMethod=method, path=path))

    assert refused(answer, 404)[2] == "path"
