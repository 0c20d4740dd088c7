"""Reviews: what answers each path in stages that remember learners, collect reviews, do both or neither."""

import json

import pytest

from tests.infrastructure.conftest import called, only, resources, synthesized_stage

pytestmark = pytest.mark.slow

REVIEWS, QUALITY, DUE = "/v1/reviews", "/v1/quality", "/v1/learners/{learner}/due"
COLLECTING = {"reviews_retention_days": 365}
MEMORY, SERVICE = "MemoryFunction", "InferenceFunctionAliaslive"


@pytest.mark.parametrize(
    ("settings", "reviews", "quality", "due"),
    [
        ({}, SERVICE, SERVICE, SERVICE),
        ({"memory": True}, MEMORY, SERVICE, MEMORY),
        (COLLECTING, MEMORY, MEMORY, SERVICE),
        (COLLECTING | {"memory": True}, MEMORY, MEMORY, MEMORY),
    ],
    ids=["neither", "memory", "reviews", "both"],
)
def test_paths_call_the_memorys_function_where_the_stage_has_them(settings, reviews, quality, due):
    api = synthesized_stage("prod", **settings)["Api"]

    assert reviews in called(api, REVIEWS)["POST"]
    assert quality in called(api, QUALITY)["GET"]
    assert due in called(api, DUE)["GET"]
    assert SERVICE in called(api, REVIEWS)["ANY"]
    assert SERVICE in called(api, QUALITY)["ANY"]


def test_what_the_memorys_function_does_needs_a_key():
    api = synthesized_stage("prod", **COLLECTING)["Api"]
    keyed = {
        method["HttpMethod"]: method["ApiKeyRequired"]
        for method in resources(api, "AWS::ApiGateway::Method")
        if MEMORY in json.dumps(method["Integration"].get("Uri"))
    }

    assert keyed == {"POST": True, "GET": True}


@pytest.mark.parametrize(
    ("settings", "days"),
    [
        (COLLECTING, "365"),
        (COLLECTING | {"memory": True, "memory_retention_days": 30}, "30"),
    ],
    ids=["reviews", "both"],
)
def test_cards_are_kept_as_long_as_reviews_are_unless_the_memory_has_a_retention_of_its_own(settings, days):
    function = only(synthesized_stage("prod", **settings)["Memory"], "AWS::Lambda::Function")

    assert function["Environment"]["Variables"]["MEMORY_RETENTION_DAYS"] == days


def test_report_on_the_predictions_is_read_where_there_is_one():
    def reads(**settings):
        policy = only(synthesized_stage("prod", **settings)["Memory"], "AWS::IAM::Policy")
        return "reports/quality/latest.json" in json.dumps(policy)

    assert (reads(**COLLECTING), reads(memory=True)) == (True, False)
