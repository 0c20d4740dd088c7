"""Request bodies made from the document's schemas: right ones, and right ones with something changed."""

import math

from hypothesis import strategies as st

from recall.learner import START
from recall.learner_text import encode_state

from .openapi import DOCUMENT, POSTS, json_of

NOW = "2026-11-20T09:00:00Z"
# Long ago, so that they are before any clock's now too.
TIMES = ("2019-03-01T08:15:00Z", "2020-02-29T23:59:59.5+01:00", "2019-12-31t20:00:00z")
NO_TIMES = ("2019-02-29T08:00:00Z", "2019-03-01", "2019-03-01 08:15:00Z", "2019-03-01T08:15:00", "")
EDGES = (0, 1, 2, 4, 5, 10, 500, 10_000, 36_500)
NUMBERS = [n for edge in EDGES for n in (edge, edge + 0.5, edge - 1, edge + 1, float(edge))]
NUMBERS += [math.nextafter(edge, side) for edge in EDGES for side in (-math.inf, math.inf)]
JUNK = st.one_of(
    st.sampled_from([*NUMBERS, *NO_TIMES, None, True, False, [], {}, [{}], "loss", 1e308, 10**30]),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=3),
)
KEYS = st.sampled_from(["recalled", "cards", "reviews", "now", "days", "at", "days_ago", "limit", "ease", ""])


def bodies(path):
    """Return bodies for a path: a third are right, the others have one or two places changed."""
    right = right_values(json_of(POSTS[path]["requestBody"])["schema"])
    return st.one_of(right, changed(right), changed(changed(right)))


def right_values(schema):
    """Return values that a schema allows, of those that make sense whatever the time is."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return NAMED[name] if name in NAMED else right_values(DOCUMENT["components"]["schemas"][name])
    if "oneOf" in schema:
        return st.one_of([right_values(form) for form in schema["oneOf"]])
    if "allOf" in schema:
        return right_values(schema["allOf"][0])
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    return KINDS[schema["type"]](schema)


def _numbers(schema):
    low = schema.get("minimum", schema.get("exclusiveMinimum"))
    high = schema.get("maximum", schema.get("exclusiveMaximum"))
    open_ends = {"exclude_min": "exclusiveMinimum" in schema, "exclude_max": "exclusiveMaximum" in schema}
    if schema["type"] == "integer":
        return st.integers(low, high) | st.integers(low, high).map(float)
    return st.floats(low, high, **open_ends)


def _objects(schema):
    fields = {name: right_values(field) for name, field in schema["properties"].items()}
    # The order of the bounds is more than a schema can say.
    fields |= {name: st.floats(*ends) for name, ends in BOUNDS.items() if name in fields}
    always = [*schema.get("required", ()), *(name for name in fields if name == "now")]
    optional = {name: field for name, field in fields.items() if name not in always}
    return st.fixed_dictionaries({name: fields[name] for name in always}, optional=optional)


BOUNDS = {"min_relearning_interval": (0.001, 1), "min_interval": (1, 100), "max_interval": (100, 36_500)}
# Of these, only some values that fit the schema are right.
NAMED = {
    "Now": st.just(NOW),
    "TimeZone": st.sampled_from(["UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires", "Etc/GMT+5"]),
    "DayStartsAt": st.sampled_from(["00:00", "04:00", "23:59"]),
    "CardText": st.text(min_size=1, max_size=9).map(lambda text: f"a{text}"),
    "LearnerState": st.sampled_from([None, encode_state(START, 7)]),
}
KINDS = {
    "number": _numbers,
    "integer": _numbers,
    "boolean": lambda _schema: st.booleans(),
    "string": lambda _schema: st.sampled_from(TIMES),
    "array": lambda schema: st.lists(right_values(schema["items"]), min_size=schema["minItems"], max_size=3),
    "object": _objects,
}


@st.composite
def changed(draw, values):
    """Change one place of a value: another value there, a key less, or one more."""
    value = draw(values)
    if isinstance(value, dict) and value:
        key = draw(st.sampled_from(sorted(value)))
        deed = draw(st.sampled_from(["inside", "inside", "other", "less", "more"]))
        if deed == "inside":
            return value | {key: draw(changed(st.just(value[key])))}
        if deed == "other":
            return value | {key: draw(JUNK)}
        if deed == "less":
            return {name: kept for name, kept in value.items() if name != key}
        return value | {draw(KEYS): draw(JUNK)}
    if isinstance(value, list) and value:
        index = draw(st.integers(0, len(value) - 1))
        return [*value[:index], draw(changed(st.just(value[index]))), *value[index + 1 :]]
    return draw(JUNK)
