"""The handler accepts exactly what the document's schemas accept, and answers as they say."""

import base64
import json
import math
import re
from zoneinfo import available_timezones

import numpy as np
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from http_kit import timestamps
from http_kit.request import MAXIMUM_BODY_BYTES
from http_kit.service import COMPRESSED_FROM_BYTES
from inference import cards, histories, wrong_reviews
from inference.endpoints import curve, rank, schedule
from inference.fields import MAXIMUM_CARDS
from inference.routes import ROUTES
from memory import fields, sent_reviews
from memory.routes import ROUTES as MEMORY_ROUTES
from recall.curve import SHORTEST_INTERVAL, SHORTEST_RELEARNING_INTERVAL
from recall.features import FEATURES
from recall.learner_text import LENGTH
from text import texts
from text.encoder import DIMENSION
from text.endpoints import embed, similar, topics
from text.routes import ROUTES as TEXT_ROUTES

from .bodies import bodies
from .calls import CARD, response_of
from .openapi import (
    DOCUMENT,
    JSON_LINES,
    MEMORY,
    OPERATIONS,
    REVIEWS,
    TEXT,
    event_of,
    examples,
    examples_of,
    lines_of,
    new_deployment,
    parameters_of,
    request_validator,
    resolved,
    respond_to,
    response_validator,
    success,
    validator,
)
from .texts import text_service

pytestmark = pytest.mark.slow

SCHEMAS = DOCUMENT["components"]["schemas"]
ROUNDING = 2e-6  # of 32-bit floats, added up in another order


def is_beyond_schemas(body):
    """Whether a request breaks a rule that the schemas can't express."""
    if not isinstance(body, dict):
        return False
    most, least = body.get("max_interval", math.inf), body.get("min_interval")
    shortest = min(most, max(1, body.get("min_relearning_interval", 0))) if least is None else least
    if not body.get("min_relearning_interval", 0) <= shortest <= most:
        return True
    cards = body.get("cards", [body])
    if body.get("for_each_rating"):
        targets = body.get("target_recall")
        if isinstance(targets, list) and len(targets) > schedule.MAXIMUM_TARGETS_EACH:
            return True
        if not all("reviews" in card and "rating" not in card for card in cards):
            return True
    return body.get("time_zone", "UTC") not in available_timezones()


def agree(call, path, body):
    valid = request_validator(path).is_valid(body)
    assume(not valid or not is_beyond_schemas(body))
    response = call(path, body)

    assert response.status == (200 if valid else 400)
    assert response_validator(path, status=str(response.status)).is_valid(response.body)
    assert valid or response.body["error"]["field"]


@given(bodies("/v1/predict"))
@example(CARD)
@example(CARD | {"cards": [CARD]})
@example({"cards": []})
@example(None)
def test_predict_accepts_what_the_schema_accepts(call, body):
    agree(call, "/v1/predict", body)


@given(bodies("/v1/schedule"))
@example({"review_count": 4, "difficulty": 5, "target_recall": [0.9] * 11})
def test_schedule_accepts_what_the_schema_accepts(call, body):
    agree(call, "/v1/schedule", body)


@given(bodies("/v1/curve"))
@example({"cards": [{"review_count": 4, "difficulty": 5}]})
def test_curve_accepts_what_the_schema_accepts(call, body):
    agree(call, "/v1/curve", body)


@given(bodies("/v1/rank"))
@example(CARD)
def test_rank_accepts_what_the_schema_accepts(call, body):
    agree(call, "/v1/rank", body)


@pytest.fixture(scope="module")
def ask():
    """Give the call of the text function with a stand-in for its model."""
    service = text_service()
    return lambda path, body: response_of(service.respond(event_of(path, body=body)))


@pytest.mark.parametrize("path", TEXT)
@given(data=st.data())
def test_text_function_accepts_what_the_schema_accepts(ask, path, data):
    agree(ask, path, data.draw(bodies(path)))


def test_document_has_the_routes_of_the_functions():
    served = {(path, method) for path, methods in ROUTES.items() for method in methods}
    remembered = {(path, method) for path, methods in MEMORY_ROUTES.items() for method in methods}

    texts_read = {(path, method) for path, methods in TEXT_ROUTES.items() for method in methods}

    assert served == set(OPERATIONS)  # where a function isn't there, it says so
    assert remembered == {one for one in OPERATIONS if one[0] in (*MEMORY, *REVIEWS)}
    assert texts_read == {one for one in OPERATIONS if one[0] in TEXT}


def test_schemas_are_valid_and_every_reference_leads_somewhere():
    for schema in SCHEMAS.values():
        assert Draft202012Validator(Draft202012Validator.META_SCHEMA).is_valid(schema)
    components = DOCUMENT["components"]
    defined = {f"#/components/{kind}/{name}" for kind, names in components.items() for name in names}
    assert set(re.findall(r'"\$ref": "([^"]+)"', json.dumps(DOCUMENT))) <= defined


def test_limits_are_those_of_the_function():
    for feature in FEATURES:
        name = feature.name.title().replace("_", "")
        kind = "integer" if feature.integer else "number"
        assert (SCHEMAS[name]["type"], SCHEMAS[name]["minimum"], SCHEMAS[name]["maximum"]) == (
            kind,
            feature.minimum,
            feature.maximum,
        )
    assert SCHEMAS["LearnerState"]["pattern"] == f"^[A-Za-z0-9_-]{{{LENGTH}}}$"
    assert SCHEMAS["TimeZone"]["pattern"] == f"^{histories.ZONE}$"
    assert SCHEMAS["DayStartsAt"]["pattern"] == f"^{histories.DAY_START}$"
    hour, minute = map(int, SCHEMAS["DayStartsAt"]["default"].split(":"))
    assert hour * 60 + minute == histories.DEFAULT_DAY_START
    assert SCHEMAS["Duration"]["maximum"] == wrong_reviews.MAXIMUM_DURATION
    assert SCHEMAS["MinInterval"]["default"] == SHORTEST_INTERVAL
    assert SCHEMAS["MinRelearningInterval"]["default"] == SHORTEST_RELEARNING_INTERVAL
    assert SCHEMAS["PredictCards"]["properties"]["cards"]["maxItems"] == MAXIMUM_CARDS
    assert SCHEMAS["ScheduleCards"]["properties"]["cards"]["maxItems"] == MAXIMUM_CARDS
    assert SCHEMAS["RankRequest"]["properties"]["cards"]["maxItems"] == rank.MAXIMUM_DECK
    assert SCHEMAS["Reviews"]["maxItems"] == histories.MAXIMUM_REVIEWS
    assert SCHEMAS["TargetRecalls"]["oneOf"][1]["maxItems"] == schedule.MAXIMUM_TARGETS
    assert SCHEMAS["TargetRecalls"]["default"] == schedule.DEFAULT_TARGET
    assert (SCHEMAS["Span"]["default"], SCHEMAS["Points"]["default"]) == (
        curve.DEFAULT_SPAN,
        curve.DEFAULT_POINTS,
    )
    assert SCHEMAS["Points"]["maximum"] == curve.MAXIMUM_POINTS
    assert SCHEMAS["ReviewsRequest"]["properties"]["reviews"]["maxItems"] == sent_reviews.MAXIMUM_REVIEWS
    assert SCHEMAS["OpaqueId"]["maxLength"] == fields.LONGEST_ID
    assert f"{SCHEMAS['OpaqueId']['not']['pattern'][1:-1]}" in fields.ID
    assert SCHEMAS["Timestamp"]["pattern"] == f"^{timestamps.TIMESTAMP}$"
    assert DOCUMENT["x-limits"] == {
        "body_bytes": MAXIMUM_BODY_BYTES,
        "reviews_per_request": cards.MAXIMUM_REVIEWS_OF_ALL,
        "tokens_per_request": texts.MAXIMUM_TOKENS,
        "compressed_from_bytes": COMPRESSED_FROM_BYTES,
    }


def test_limits_are_those_of_the_text_function():
    fields = {name: SCHEMAS[f"{name}Request"]["properties"] for name in ("Embed", "Similar", "Topics")}

    assert SCHEMAS["CardText"]["maxLength"] == texts.LONGEST_TEXT
    assert fields["Embed"]["texts"]["maxItems"] == embed.MAXIMUM_TEXTS
    assert fields["Similar"]["texts"]["maxItems"] == similar.MAXIMUM_TEXTS
    assert fields["Similar"]["among"]["maxItems"] == similar.MAXIMUM_TEXTS
    assert fields["Topics"]["texts"]["maxItems"] == topics.MAXIMUM_TEXTS
    assert fields["Topics"]["texts"]["minItems"] == topics.FEWEST_TEXTS
    assert SCHEMAS["PairLimit"]["default"] == similar.DEFAULT_PAIRS
    assert SCHEMAS["PairLimit"]["maximum"] == similar.MAXIMUM_PAIRS
    assert SCHEMAS["EmbedResponse"]["properties"]["dimension"]["enum"] == [DIMENSION]
    assert SCHEMAS["Language"]["enum"] == [texts.LANGUAGE]


@pytest.fixture(scope="module")
def deployment():
    """Give a deployment in which nothing was published yet."""
    return new_deployment()


@pytest.mark.parametrize("case", list(examples()), ids=lambda case: f"{case.path} {case.name}")
def test_example_fits_the_schemas(case):
    operation = OPERATIONS[case.path, case.method]
    value = case.response["value"]
    in_lines = JSON_LINES in operation["responses"][success(operation)]["content"]
    if "requestBody" in operation:
        request_validator(case.path).validate(case.body)
    for place, sent in (("path", case.parameters), ("query", case.query)):
        declared = parameters_of(operation, place)
        assert {name for name, parameter in declared.items() if parameter.get("required")} <= set(sent)
        for name, value_sent in sent.items():
            validator(declared[name]["schema"]).validate(typed(declared[name], value_sent))
    response_validator(case.path, case.method).validate(lines_of(value) if in_lines else value)


def typed(parameter, text):
    """Return a parameter's text as the JSON value that its schema is about."""
    return json.loads(text) if parameter["schema"].get("type") in {"integer", "boolean"} else text


def paths_with_examples():
    """Yield each path; those of texts need the text layer, which is built from the package index."""
    for path in dict.fromkeys(case.path for case in examples()):
        yield pytest.param(path, marks=[pytest.mark.slow] if path in TEXT else [])


@pytest.mark.parametrize("path", list(paths_with_examples()))
def test_examples_of_a_path_are_real_responses(deployment, tables, path):
    for case in examples():
        if case.path == path:
            # When the default model has changed: python -m tests.functional.openapi
            found = respond_to(case, deployment, tables).body
            assert decoded(found) == alike(decoded(case.response["value"]))


def decoded(body):
    """Return a body in which vectors are numbers, not base64; another one as it is."""
    if not isinstance(body, dict) or "embeddings" not in body:
        return body
    vectors = [
        np.frombuffer(base64.b64decode(each), "<f4").tolist() if isinstance(each, str) else each
        for each in body["embeddings"]
    ]
    return body | {"embeddings": vectors}


def alike(body):
    """Return what equals a body whose vectors and pairs another processor rounded."""
    if not isinstance(body, dict):
        return body
    names = {"embeddings", "pairs"} & body.keys()
    return body | {name: [pytest.approx(each, abs=ROUNDING) for each in body[name]] for name in names}


def test_every_example_of_a_request_has_one_of_its_response():
    for operation in OPERATIONS.values():
        responses = set(examples_of(operation["responses"][success(operation)]))
        if "requestBody" in operation:
            assert responses == set(examples_of(operation["requestBody"]))
        for parameter in (resolved(declared) for declared in operation.get("parameters", ())):
            assert set(parameter.get("examples", ())) <= responses


def test_document_itself_is_served_with_the_deployments_url(deployment):
    event = event_of("/v1/openapi.json", "GET")
    event["requestContext"] |= {"domainName": "api.example", "path": "/prod/v1/openapi.json"}
    served = deployment(event)

    assert served.status == 200
    assert served.body == DOCUMENT | {
        "servers": [{"url": "https://api.example/prod", "description": "This deployment"}]
    }


@pytest.mark.parametrize("context", [None, {"domainName": "x", "path": "/elsewhere"}])
def test_document_without_a_known_url_stays_relative(deployment, context):
    assert deployment(event_of("/v1/openapi.json", "GET") | {"requestContext": context}).body == DOCUMENT
