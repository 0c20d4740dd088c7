"""A tenant's key reaches the learners whose ids begin with its prefix; the first client's key reaches all."""

import json
from datetime import UTC, datetime

import pytest

from tools.local_cloud.deployment import read_api_key

pytestmark = pytest.mark.e2e

FORBIDDEN = (403, "forbidden", "learner")


@pytest.fixture(scope="module")
def key(service):
    """Give the key of the tenant `demo`, whose learners' ids begin with ``demo:``."""
    stacks = service.client("cloudformation").describe_stacks(StackName="recall-local-memory")["Stacks"]
    outputs = {each["OutputKey"]: each["OutputValue"] for each in stacks[0]["Outputs"]}
    return read_api_key(service.home, json.loads(outputs["TenantKeyIds"])["demo"])


@pytest.fixture(scope="module")
def call(service, key):
    """Give what calls the service, with the tenant's key or, without `tenant`, with the first client's."""

    def called(method, path, body=None, *, tenant=True):
        options = {"x_api_key": key} if tenant else {}
        response = service.call(method, f"/v1/{path}", body, **options)
        error = (response.body or {}).get("error")
        return (response.status, error["code"], error["field"]) if error else response.status

    return called


def review(**more):
    now = datetime.now(UTC).isoformat()
    return {"event_id": "e", "card": "gato", "rating": 3, "reviewed_at": now} | more


def test_tenant_studies_with_its_own_learners_and_the_owner_sees_them(call):
    assert call("POST", "learners/demo%3Aann/reviews", {"reviews": [review()]}) == 200
    assert call("GET", "learners/demo%3Aann/due") == 200
    assert call("GET", "learners/demo%3Aann", tenant=False) == 200


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", ""),
        ("DELETE", ""),
        ("GET", "/due"),
        ("GET", "/export"),
        ("GET", "/cards/gato"),
        ("DELETE", "/cards/gato"),
        ("DELETE", "/reviews/e"),
    ],
)
def test_tenant_reaches_no_other_learner(call, method, path):
    assert call("POST", "learners/other/reviews", {"reviews": [review()]}, tenant=False) == 200

    assert call(method, f"learners/other{path}") == FORBIDDEN
    assert call("GET", "learners/other/cards/gato", tenant=False) == 200


def test_tenant_stores_no_review_of_another_learner(call):
    assert call("POST", "learners/other/reviews", {"reviews": [review(event_id="f")]}) == FORBIDDEN
    together = {"reviews": [review(event_id="g", learner="other")]}

    assert call("POST", "reviews", together)[:2] == (403, "forbidden")
    assert call("DELETE", "learners/other/reviews/f", tenant=False)[:2] == (404, "not_found")
    assert call("DELETE", "learners/other/reviews/g", tenant=False)[:2] == (404, "not_found")


def test_tenant_predicts_as_everybody_does(call):
    assert call("POST", "predict", {"days_since_last_review": 3, "review_count": 4, "difficulty": 5.5}) == 200
