"""The handler accepts exactly what a JSON Schema made from the features accepts."""

import math

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from inference.validation import MAXIMUM_CARDS
from recall.features import FEATURES
from recall.offset import OFFSET_LIMIT

from .calls import CARD, post

CARD_SCHEMA = {
    "type": "object",
    "properties": {
        f.name: {"type": "integer" if f.integer else "number", "minimum": f.minimum, "maximum": f.maximum}
        for f in FEATURES
    }
    | {"recalled": {"type": "boolean"}},
    "required": [f.name for f in FEATURES],
    "additionalProperties": False,
}
LEARNER_OFFSET = {"learner_offset": {"type": "number", "minimum": -OFFSET_LIMIT, "maximum": OFFSET_LIMIT}}
SCHEMA = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$defs": {"card": CARD_SCHEMA},
    "oneOf": [
        CARD_SCHEMA | {"properties": CARD_SCHEMA["properties"] | LEARNER_OFFSET},
        {
            "type": "object",
            "properties": {
                "cards": {
                    "type": "array",
                    "minItems": 1,
                    "maxItems": MAXIMUM_CARDS,
                    "items": {"$ref": "#/$defs/card"},
                }
            }
            | LEARNER_OFFSET,
            "required": ["cards"],
            "additionalProperties": False,
        },
    ],
}
VALIDATOR = Draft202012Validator(SCHEMA)


def near(feature):
    """Mostly right values of a feature, those at its bounds and just beyond, and other JSON values."""
    low, high = feature.minimum, feature.maximum
    edges = [low, high, math.nextafter(low, -1), math.nextafter(high, math.inf), low + 0.5, low - 1, high + 1]
    return st.one_of(
        right(feature),
        st.floats(low, high),
        st.sampled_from(edges),
        st.floats(allow_nan=False, allow_infinity=False),
        NO_NUMBERS,
    )


def right(feature):
    """Whole numbers of a feature's range, also written as floats."""
    whole = st.integers(feature.minimum, feature.maximum)
    return whole | whole.map(float)


NO_NUMBERS = st.one_of(st.none(), st.booleans(), st.text(max_size=2), st.lists(st.integers(), max_size=1))
UNKNOWN = {"ease": st.integers(), "cards": st.none()}
# Right or nearly: whoever sends "recalled": 1 means something.
OUTCOMES = st.one_of(st.booleans(), st.booleans(), st.sampled_from([0, 1, 1.0]), NO_NUMBERS)
OFFSETS = st.one_of(
    st.floats(-5, 5),
    st.integers(-6, 6),
    st.sampled_from([math.nextafter(-5, -6), math.nextafter(5, 6)]),
    NO_NUMBERS,
)
OPTIONAL = {"recalled": OUTCOMES, "learner_offset": OFFSETS}
RIGHT_CARDS = st.fixed_dictionaries(
    {f.name: right(f) for f in FEATURES}, optional={"recalled": st.booleans()}
)
NEAR_CARDS = st.one_of(
    st.fixed_dictionaries({f.name: near(f) for f in FEATURES}),
    st.fixed_dictionaries({f.name: right(f) for f in FEATURES}, optional=OPTIONAL),
    st.fixed_dictionaries({}, optional={f.name: near(f) for f in FEATURES} | UNKNOWN),
)
BODIES = st.one_of(
    RIGHT_CARDS,
    NEAR_CARDS,
    st.fixed_dictionaries({"cards": st.lists(RIGHT_CARDS | NEAR_CARDS)}, optional={"x": st.none()}),
    st.fixed_dictionaries({"cards": st.lists(RIGHT_CARDS, min_size=1, max_size=4)}, optional=OPTIONAL),
    st.fixed_dictionaries({"cards": st.lists(RIGHT_CARDS, max_size=4) | st.integers() | RIGHT_CARDS}),
    st.lists(RIGHT_CARDS, max_size=2),
    st.one_of(st.none(), st.integers(), st.booleans()),
)


def test_schema_is_valid_in_its_draft():
    assert list(Draft202012Validator(Draft202012Validator.META_SCHEMA).iter_errors(SCHEMA)) == []


@given(BODIES)
@example(CARD)
@example(CARD | {"cards": [CARD]})
@example({"cards": [CARD] * 1000})
@example({"cards": [CARD] * 1001})
@example({"cards": []})
def test_handler_accepts_what_the_schema_accepts(send, body):
    assert send(post(body)).status == (200 if VALIDATOR.is_valid(body) else 400)


@pytest.mark.parametrize(
    ("body", "valid"),
    [
        (CARD, True),
        (CARD | {"review_count": 4.5}, False),
        (CARD | {"recalled": False, "learner_offset": -5}, True),
        (CARD | {"recalled": 1}, False),
        ({"cards": [CARD | {"recalled": True}], "learner_offset": 5}, True),
        ({"cards": [CARD | {"learner_offset": 0}]}, False),
        ({"cards": [CARD], "learner_offset": 5.1}, False),
    ],
)
def test_schema_itself_tells_right_from_wrong(body, valid):
    assert VALIDATOR.is_valid(body) is valid
