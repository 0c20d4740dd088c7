"""The client's types are the document's: names, kinds, what is required and what may be null."""

from typing import Any

import msgspec
import pytest
from recall_client import (
    CardState,
    Curve,
    DueCard,
    DueCards,
    DueDay,
    ExportedReview,
    Feature,
    ForgottenCard,
    ForgottenLearner,
    Health,
    History,
    ImportedCard,
    ImportedReview,
    InputDrift,
    Interval,
    Model,
    ModelParameters,
    Prediction,
    Quality,
    QualityDay,
    QualityFigures,
    RankedCard,
    RatedInterval,
    RatedIntervals,
    RatedSchedule,
    RememberedCard,
    RememberedLearner,
    RememberedReview,
    RetentionRange,
    Review,
    ReviewOutcome,
    Schedule,
    StudiedReview,
    StudyReview,
    ThreeInputs,
    UndoneReview,
)
from recall_client.cards import CurveOptions, PredictOptions, RankOptions, ScheduleOptions
from recall_client.imported import ImportedPart, RejectedInImport
from recall_client.responses import ListOfResults, RankingOfPart
from recall_client.reviews import RejectedInPart, StoredPart
from recall_client.studied import RejectedStudy, StudiedPart
from recall_client.study_requests import DueOptions, StudyDayOptions, StudyOptions

from tests.robustness.gateway import DOCUMENT

SCHEMAS = DOCUMENT["components"]["schemas"]
# Each type, with the schemas that it stands for.
RESPONSES = {
    Prediction: ("PredictOneResponse", "PredictResult"),
    Curve: ("CurveResponse",),
    RankedCard: ("Ranked",),
    RankingOfPart: ("RankResponse",),
    ListOfResults: ("PredictCardsResponse", "ScheduleCardsResponse"),
    Interval: ("Interval",),
    Schedule: ("ScheduleManyTargets",),
    RatedSchedule: ("ScheduleForEachRating",),
    StoredPart: ("ReviewsResponse",),
    RejectedInPart: ("RejectedReview",),
    Health: ("HealthResponse",),
    Model: ("ModelResponse",),
    ModelParameters: ("ModelParametersResponse",),
    Feature: ("Feature",),
    Quality: ("QualityResponse",),
    QualityDay: ("QualityDay",),
    QualityFigures: ("QualityFigures",),
    InputDrift: ("InputDrift",),
    StudiedPart: ("StudyResponse",),
    StudiedReview: ("StudyAccepted",),
    RejectedStudy: ("StudyRejected",),
    RatedIntervals: ("RatedIntervals",),
    RatedInterval: ("RatedInterval",),
    DueCards: ("DueResponse",),
    DueCard: ("DueCard",),
    DueDay: ("DueDay",),
    RememberedCard: ("RememberedCardResponse",),
    RememberedReview: ("RememberedReview",),
    CardState: ("CardState",),
    RememberedLearner: ("RememberedLearnerResponse",),
    RetentionRange: ("RetentionRange",),
    ForgottenCard: ("DeleteCardResponse",),
    ForgottenLearner: ("DeleteLearnerResponse",),
    UndoneReview: ("DeleteReviewResponse",),
    ExportedReview: ("ExportedReview",),
    ImportedPart: ("ImportResponse",),
    RejectedInImport: ("RejectedImport",),
}
# The client's own: what a repeated attempt can't say, as its first response was lost.
LOST = {(ForgottenCard, "reviews"), (UndoneReview, "card"), (UndoneReview, "reviews")}
REQUESTS = {
    ThreeInputs: ("PredictThreeInputs", "ScheduleThreeInputs", "RankThreeInputs"),
    History: ("PredictHistory", "ScheduleHistory", "RankHistory"),
    Review: ("ReviewAt", "ReviewDaysAgo"),
    ReviewOutcome: ("ReviewOutcome",),
    StudyReview: ("StudyReview",),
    ImportedReview: ("ImportedReview",),
    ImportedCard: ("ImportedCard",),
}
MADE = {(StudyReview, "event_id")}  # by the client
OPTIONS = {
    PredictOptions: ("PredictCards", set()),
    ScheduleOptions: ("ScheduleCards", {"for_each_rating"}),  # a method of its own
    CurveOptions: ("CurveHistory", set()),
    RankOptions: ("RankRequest", set()),
    StudyOptions: ("StudyRequest", set()),
    StudyDayOptions: ("ImportRequest", set()),
}
# The client makes a list of an interval that comes alone.
LISTED = {"#/components/schemas/AfterRating": SCHEMAS["Intervals"]["properties"]["intervals"]}
CARD_FIELDS = {"cards", "reviews"}


def resolved(schema: dict[str, Any]) -> dict[str, Any]:
    """Return a schema in place of the reference to it."""
    while "$ref" in schema or "allOf" in schema:
        reference = schema if "$ref" in schema else schema["allOf"][0]
        schema = SCHEMAS[reference["$ref"].rpartition("/")[2]]
    return schema


def kinds(schema: dict[str, Any], definitions: dict[str, Any]) -> set[str]:
    """Return the JSON types that a schema allows, and its literal values."""
    if "$ref" in schema and schema["$ref"].startswith("#/$defs/"):
        schema = definitions[schema["$ref"].rpartition("/")[2]]
    schema = resolved(schema)
    choices = schema.get("anyOf") or schema.get("oneOf") or []
    if choices:
        return set().union(*(kinds(choice, definitions) for choice in choices))
    named = schema.get("enum") or ([schema["const"]] if "const" in schema else [])
    if named and all(isinstance(name, str) for name in named):
        return {repr(name) for name in named}
    types = schema.get("type", "object")
    return {types} if isinstance(types, str) else set(types)


def own_schema(kind: type) -> tuple[dict[str, Any], dict[str, Any]]:
    (schema,), definitions = msgspec.json.schema_components(
        [kind],
        schema_hook=lambda _iterable: {"type": "array"},  # of reviews
        ref_template="#/$defs/{name}",
    )
    return definitions[schema["$ref"].rpartition("/")[2]], definitions


@pytest.mark.parametrize(
    ("kind", "name"), [(kind, name) for kind, names in RESPONSES.items() for name in names]
)
def test_response_has_the_fields_of_the_document(kind, name):
    own, definitions = own_schema(kind)
    document = SCHEMAS[name]

    only_alone = {"learner_state"} if name == "PredictResult" else set()  # not inside of a list
    assert set(own["properties"]) - only_alone == set(document["properties"])
    assert set(own["required"]) == set(document["required"])
    for field, written in document["properties"].items():
        schema = LISTED.get(written.get("$ref"), written)
        absent = set() if field in document["required"] and (kind, field) not in LOST else {"null"}
        assert kinds(own["properties"][field], definitions) <= kinds(schema, {}) | absent, field
        assert kinds(schema, {}) <= kinds(own["properties"][field], definitions), field


@pytest.mark.parametrize("kind", REQUESTS)
def test_request_has_the_fields_of_the_document(kind):
    own, definitions = own_schema(kind)
    documents = [SCHEMAS[name] for name in REQUESTS[kind]]
    fields = {field: schema for document in documents for field, schema in document["properties"].items()}

    assert set(own["properties"]) == set(fields)
    made = {field for owner, field in MADE if owner is kind}
    required = set.intersection(*(set(document["required"]) for document in documents))
    assert set(own["required"]) == required - made
    for field, schema in fields.items():
        assert kinds(own["properties"][field], definitions) - {"null"} == kinds(schema, {}), field


@pytest.mark.parametrize("kind", OPTIONS)
def test_options_are_those_of_the_document(kind):
    name, elsewhere = OPTIONS[kind]

    assert set(kind.__annotations__) == set(SCHEMAS[name]["properties"]) - CARD_FIELDS - elsewhere


def test_parameters_of_due_are_those_of_the_document():
    parameters = DOCUMENT["paths"]["/v1/learners/{learner}/due"]["get"]["parameters"]

    assert set(DueOptions.__annotations__) == {one["name"] for one in parameters if one.get("in") == "query"}
