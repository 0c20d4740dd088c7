"""A hostile value at any place of a good request: refused by the name of that place, or answered right."""

import json
from itertools import chain, product

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from .bodies import examples, named, places, with_token, with_twin
from .gateway import DOCUMENT
from .responses import checked

pytestmark = pytest.mark.slow

EXAMPLES = examples()
LEAVES = [
    (path, body, place)
    for path, body in EXAMPLES
    for place, value in places(body)
    if not isinstance(value, dict | list)
]
KNOWN = {
    name for schema in DOCUMENT["components"]["schemas"].values() for name in schema.get("properties", ())
}
NEW_LEARNER = ("learner_state",), "null"
OPAQUE = {"event_id", "learner", "card", "model_version"}
TEXTS = {"texts", "among"}
NAMES = ["", "Cards", "__class__", "rating ", "\x00", "\ud800", "a\nb", "\u202e", "a" * 10_000]
# JSON text, or what some writers take for it.
NOWHERE_ALLOWED = {
    "numbers out of all bounds": [
        "NaN", "Infinity", "-Infinity", "1e308", "1e400", "-1e308", "9" * 5000,
    ],
    "other types": ["null", "{}", "[]", "[[[[]]]]", '"3"', '""'],
    "text that is no time and no number": [
        r'"\ud800"',  # half a character
        r'"2026-11-12T08:15:00Z\u0000"',
        '"２０２６-11-12T08:15:00Z"',
        f'"{"9" * 100_000}"',
        '"2026-11-12T08:15:00"',
        '"2026-02-30T08:15:00Z"',
        '"2016-12-31T23:59:60Z"',  # a leap second
        '"0000-01-01T00:00:00Z"',
    ],
    "deep nesting": ["[" * 900 + "]" * 900, '{"a":' * 900 + "1" + "}" * 900],
}  # fmt: skip
ANYTHING = st.sampled_from(
    [
        *chain(*NOWHERE_ALLOWED.values()),
        "true",
        "false",
        "-0.0",
        "0",
        "1",
        "1.0",
        "1e-320",
        "5e-324",
        "0.1e1",
        "4.5",
        "-1",
    ]
) | st.one_of(st.integers(), st.floats(), st.text(), st.datetimes().map(str)).map(json.dumps)


@pytest.mark.parametrize("tokens", NOWHERE_ALLOWED.values(), ids=NOWHERE_ALLOWED)
def test_value_that_is_allowed_nowhere_is_refused_by_the_name_of_its_place(service, post, tokens):
    for token, (path, body, place) in product(tokens, LEAVES):
        response = checked(service, post(path, with_token(body, place, token)))

        # A list in place of a target's number is a list of targets; an id or a card's text may be any text.
        targets = place == ("target_recall",) and token.startswith("[")
        opaque = (
            (place[-1] in OPAQUE or place[0] in TEXTS)
            and response.status in {200, 202}
            and token.startswith('"')
        )
        if not targets and not opaque and (place, token) != NEW_LEARNER:
            assert (response.status, response.field) == (400, named(place)), token[:40]


def test_boolean_is_no_number_and_no_time(service, post):
    for token, (path, body, place) in product(["true", "false"], LEAVES):
        if place[-1] not in {"recalled", "for_each_rating"}:
            response = checked(service, post(path, with_token(body, place, token)))

            assert (response.status, response.field) == (400, named(place)), token


@given(st.sampled_from(EXAMPLES), ANYTHING, st.data())
def test_anything_at_any_place_gets_a_response_that_the_document_allows(service, post, example, token, data):
    path, body = example
    place = data.draw(st.sampled_from([(), *(place for place, _ in places(body))]))
    response = checked(service, post(path, with_token(body, place, token)))

    assert response.status in {200, 202, 400}


@given(st.sampled_from(EXAMPLES), st.data())
def test_name_that_is_given_twice_is_refused_wherever_it_is(service, post, example, data):
    path, body = example
    named_places = [place for place, _ in places(body) if isinstance(place[-1], str)]
    place = data.draw(st.sampled_from(named_places))
    response = checked(service, post(path, with_twin(body, place)))

    assert response.status == 400
    assert response.field.endswith(place[-1])


@given(
    st.sampled_from(EXAMPLES),
    st.text() | st.sampled_from(NAMES),
    st.data(),
)
def test_unknown_name_is_refused_wherever_it_is(service, post, example, name, data):
    path, body = example
    objects = [(), *(place for place, value in places(body) if isinstance(value, dict))]
    place = data.draw(st.sampled_from(objects))
    owner = body
    for key in place:
        owner = owner[key]
    assume(name not in KNOWN)
    text = with_token(body, place, f"{{{json.dumps(owner)[1:-1]}, {json.dumps(name)}: 1}}")
    response = checked(service, post(path, text))

    assert response.status == 400
    assert response.field.startswith(named(place))
