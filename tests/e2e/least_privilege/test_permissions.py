"""Each role may do what its template says and nothing else, asked with the role's own credentials."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from stacks.memory.function import TABLE_ACTIONS
from tests.e2e.least_privilege.conftest import POINTER, VERSION, Guarded

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

DENIED = {"AccessDenied", "AccessDeniedException", "AuthorizationError"}  # as each service calls it
READS = (
    ("get_object", {"Key": POINTER}),
    ("get_object", {"Key": f"models/{VERSION}/model.json"}),
    ("list_objects_v2", {"Prefix": POINTER}),
)
HIDDEN = (
    ("get_object", {"Key": "reviews/log.parquet"}),
    ("get_object", {"Key": "reports/report.html"}),
    ("get_object", {"Key": "models"}),
    ("get_object_tagging", {"Key": POINTER}),
    ("list_objects_v2", {}),
    ("list_objects_v2", {"Prefix": "models/"}),
    ("list_objects_v2", {"Prefix": "reviews/"}),
    ("list_object_versions", {"Prefix": POINTER}),
    ("get_bucket_policy", {}),
)
WRITES = (
    ("put_object", {"Key": POINTER}),
    ("put_object", {"Key": "models/mine/model.json"}),
    ("put_object", {"Key": "reviews/mine.csv"}),
    ("delete_object", {"Key": POINTER}),
    ("delete_object", {"Key": "reviews/log.parquet"}),
    ("delete_objects", {"Delete": {"Objects": [{"Key": POINTER}]}}),
    ("create_multipart_upload", {"Key": "models/mine/model.json"}),
    ("put_object_tagging", {"Key": POINTER, "Tagging": {"TagSet": []}}),
    ("put_bucket_policy", {"Policy": "{}"}),
    ("delete_bucket_policy", {}),
    ("put_bucket_versioning", {"VersioningConfiguration": {"Status": "Suspended"}}),
)
ELSEWHERE = (
    ("s3", "list_buckets", {}),
    ("apigateway", "get_api_keys", {"includeValues": True}),
    ("iam", "list_roles", {}),
    ("lambda", "list_functions", {}),
    ("logs", "describe_log_groups", {}),
    ("cloudformation", "describe_stacks", {}),
    ("sns", "list_topics", {}),
)
LOG_ACTIONS = ["logs:CreateLogStream", "logs:PutLogEvents"]


def attempt(client: Any, operation: str, **arguments: Any) -> str:
    """Return ``ok``, or the code with which a call was refused."""
    try:
        getattr(client, operation)(**arguments)
    except ClientError as error:
        code: str = error.response["Error"]["Code"]
        return code
    return "ok"


@pytest.fixture(scope="module")
def as_function(guarded: Guarded) -> dict[str, str]:
    """Give temporary credentials of the function's role."""
    return guarded.home.assume(guarded.role)


@pytest.mark.parametrize(("operation", "arguments"), READS)
def test_function_may_read_models(guarded, as_function, operation, arguments):
    s3 = guarded.home.client("s3", as_function)

    assert attempt(s3, operation, Bucket=guarded.service.bucket, **arguments) == "ok"


@pytest.mark.parametrize(("operation", "arguments"), HIDDEN)
def test_function_may_read_nothing_else_of_the_lake(guarded, as_function, operation, arguments):
    s3, owner = guarded.home.client("s3", as_function), guarded.home.client("s3")

    assert attempt(s3, operation, Bucket=guarded.service.bucket, **arguments) in DENIED
    assert attempt(owner, operation, Bucket=guarded.service.bucket, **arguments) == "ok"


@pytest.mark.parametrize(("operation", "arguments"), WRITES)
def test_function_may_write_nothing_into_the_lake(guarded, as_function, operation, arguments):
    s3 = guarded.home.client("s3", as_function)

    assert attempt(s3, operation, Bucket=guarded.service.bucket, **arguments) in DENIED


def test_function_may_not_read_another_bucket(guarded, as_function):
    there = {"Bucket": guarded.outputs["recall-local-studio"]["Bucket"], "Key": POINTER}

    assert attempt(guarded.home.client("s3", as_function), "get_object", **there) in DENIED
    assert attempt(guarded.home.client("s3"), "get_object", **there) == "ok"


@pytest.mark.parametrize(("service", "operation", "arguments"), ELSEWHERE)
def test_function_may_call_no_other_service(guarded, as_function, service, operation, arguments):
    assert attempt(guarded.home.client(service, as_function), operation, **arguments) in DENIED
    assert attempt(guarded.home.client(service), operation, **arguments) == "ok"


def test_there_are_five_roles_and_they_have_what_their_templates_say(guarded):
    iam = guarded.home.client("iam")
    api, canary, inference, memory, text = guarded.roles()
    managed = {
        role: [p["PolicyName"] for p in iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]]
        for role in (api, canary, inference, memory, text)
    }

    assert guarded.role == inference
    assert [s["Action"] for s in guarded.statements(inference)] == [
        LOG_ACTIONS,
        "s3:GetObject",
        "s3:ListBucket",
    ]
    assert [s["Action"] for s in guarded.statements(canary)] == [LOG_ACTIONS]
    assert [s["Action"] for s in guarded.statements(text)] == [LOG_ACTIONS]
    assert [s["Action"] for s in guarded.statements(memory)] == [
        LOG_ACTIONS,
        TABLE_ACTIONS,
        *("s3:GetObject", "s3:ListBucket"),  # of models,
        *("s3:GetObject", "s3:ListBucket"),  # and of the report on the reviews
    ]
    assert guarded.statements(api) == []
    assert managed == {
        api: ["AmazonAPIGatewayPushToCloudWatchLogs"],
        canary: [],
        inference: [],
        memory: [],
        text: [],
    }


@pytest.mark.parametrize("index", [0, 1, 4], ids=["gateway", "canary", "text"])
def test_gateway_canary_and_text_may_not_touch_the_lake(guarded, index):
    s3 = guarded.home.client("s3", guarded.home.assume(guarded.roles()[index]))
    bucket = guarded.service.bucket

    results = {attempt(s3, operation, Bucket=bucket, **given) for operation, given in READS + HIDDEN + WRITES}

    assert results <= DENIED


def test_lake_refuses_plain_http_whoever_asks(guarded, as_function):
    """The gateway of the local cloud believes this header, as it would a proxy before it."""
    s3 = guarded.home.client("s3", as_function)
    s3.meta.events.register(
        "before-call.s3", lambda params, **_: params["headers"].update({"x-forwarded-proto": "http"})
    )

    with pytest.raises(ClientError, match="explicit deny in a resource-based policy"):
        s3.get_object(Bucket=guarded.service.bucket, Key=POINTER)


def test_signature_of_another_secret_is_refused(guarded, as_function):
    s3 = guarded.home.client("s3", as_function | {"aws_secret_access_key": "another"})

    assert attempt(s3, "get_object", Bucket=guarded.service.bucket, Key=POINTER) == "SignatureDoesNotMatch"
