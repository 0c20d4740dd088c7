"""The feed's role may read the stream, fill the inbox and start jobs, nothing else; and that is enough."""

import json
import time

import pytest

from tests.e2e.least_privilege.conftest import POINTER, Guarded
from tests.e2e.least_privilege.test_memory_role import MAY_NOT, PER_TABLE
from tests.e2e.least_privilege.test_permissions import DENIED, ELSEWHERE, HIDDEN, WRITES, attempt

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

INBOX = "reviews/inbox/2026-11-20/0.jsonl"


@pytest.fixture(scope="module")
def as_feed(guarded: Guarded) -> dict[str, str]:
    """Give temporary credentials of the feed's role."""
    roles = [role["RoleName"] for role in guarded.home.client("iam").list_roles()["Roles"]]
    (name,) = [role for role in roles if role.startswith("recall-local-learning-FeedRole")]
    return guarded.home.assume(name)


@pytest.mark.parametrize(("operation", "arguments"), PER_TABLE + MAY_NOT)
def test_feed_may_not_touch_the_table_itself(guarded, as_feed, operation, arguments):
    table = guarded.outputs["recall-local-memory"]["Table"]

    assert (
        attempt(guarded.home.client("dynamodb", as_feed), operation, TableName=table, **arguments) in DENIED
    )


def test_feed_may_put_into_the_inbox_and_nothing_else_into_the_lake(guarded, as_feed):
    s3, bucket = guarded.home.client("s3", as_feed), guarded.service.bucket

    assert attempt(s3, "put_object", Bucket=bucket, Key=INBOX, Body=b"") == "ok"
    others = (
        ("get_object", {"Key": INBOX}),
        ("get_object", {"Key": POINTER}),
        ("delete_object", {"Key": INBOX}),
        *HIDDEN,
        *WRITES,
    )
    assert {attempt(s3, operation, Bucket=bucket, **given) for operation, given in others} <= DENIED
    guarded.home.client("s3").delete_object(Bucket=bucket, Key=INBOX)


def test_feed_may_start_jobs_and_no_other_function(guarded, as_feed):
    client, jobs = (
        guarded.home.client("lambda", as_feed),
        guarded.outputs["recall-local-learning"]["JobsFunction"],
    )
    functions = guarded.home.client("lambda").list_functions()["Functions"]
    results = {
        function["FunctionName"]: attempt(
            client, "invoke", FunctionName=function["FunctionName"], InvocationType="DryRun"
        )
        for function in functions
    }

    assert results.pop(jobs) == "ok"
    assert set(results.values()) <= DENIED


@pytest.mark.parametrize(("service", "operation", "arguments"), ELSEWHERE)
def test_feed_may_call_no_other_service(guarded, as_feed, service, operation, arguments):
    assert attempt(guarded.home.client(service, as_feed), operation, **arguments) in DENIED


def test_studied_review_gets_from_the_memory_through_the_feed_into_the_inbox(guarded):
    sent = {"event_id": "guarded", "card": "c", "rating": 3, "reviewed_at": "2026-11-20T08:15:00Z"}
    answer = guarded.service.call("POST", "/v1/learners/guarded/reviews", {"reviews": [sent]})
    assert answer.status == 200

    s3, place = guarded.home.client("s3"), {"Bucket": guarded.service.bucket, "Prefix": "reviews/inbox/"}
    deadline = time.monotonic() + 60
    while not (found := s3.list_objects_v2(**place).get("Contents")):
        assert time.monotonic() < deadline
        time.sleep(0.5)
    body = s3.get_object(Bucket=guarded.service.bucket, Key=found[0]["Key"])["Body"].read()
    assert json.loads(body)["event_id"] == "guarded"
