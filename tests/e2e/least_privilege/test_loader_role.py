"""The loader's role may read the stream, commit to the table of reviews and start jobs, and nothing else."""

import pytest

from tests.e2e.least_privilege.conftest import POINTER, Guarded
from tests.e2e.least_privilege.test_memory_role import MAY_NOT, PER_TABLE
from tests.e2e.least_privilege.test_permissions import DENIED, ELSEWHERE, HIDDEN, WRITES, attempt

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

REVIEWS = {"namespace": "recall", "name": "reviews"}
OPENS = (("get_table_bucket", {}), ("get_table", REVIEWS), ("get_table_metadata_location", REVIEWS))
CHANGES = (
    ("delete_table", REVIEWS),
    ("delete_table_bucket", {}),
    ("create_namespace", {"namespace": ["other"]}),
    ("create_table", {"namespace": "recall", "name": "other", "format": "ICEBERG"}),
    ("rename_table", REVIEWS | {"newName": "other"}),
    ("put_table_policy", REVIEWS | {"resourcePolicy": "{}"}),
    ("put_table_bucket_policy", {"resourcePolicy": "{}"}),
    ("list_tables", {}),
)


@pytest.fixture(scope="module")
def as_loader(guarded: Guarded) -> dict[str, str]:
    """Give temporary credentials of the loader's role."""
    roles = [role["RoleName"] for role in guarded.home.client("iam").list_roles()["Roles"]]
    (name,) = [role for role in roles if role.startswith("recall-local-learning-LoaderRole")]
    return guarded.home.assume(name)


@pytest.mark.parametrize(("operation", "arguments"), PER_TABLE + MAY_NOT)
def test_loader_may_not_touch_the_memorys_table(guarded, as_loader, operation, arguments):
    table = guarded.outputs["recall-local-memory"]["Table"]

    assert (
        attempt(guarded.home.client("dynamodb", as_loader), operation, TableName=table, **arguments) in DENIED
    )


def test_loader_may_open_the_table_of_reviews_and_change_nothing_about_it(guarded, as_loader):
    client = guarded.home.client("s3tables", as_loader)
    arn = {"tableBucketARN": guarded.outputs["recall-local-learning"]["TableBucketArn"]}

    opened = {operation: attempt(client, operation, **arn, **given) for operation, given in OPENS}
    changed = {operation: attempt(client, operation, **arn, **given) for operation, given in CHANGES}
    assert opened == dict.fromkeys(opened, "ok")
    assert set(changed.values()) <= DENIED, changed


def test_loader_may_do_nothing_in_the_lake(guarded, as_loader):
    s3, bucket = guarded.home.client("s3", as_loader), guarded.service.bucket
    calls = (("get_object", {"Key": POINTER}), *HIDDEN, *WRITES)

    assert {attempt(s3, operation, Bucket=bucket, **given) for operation, given in calls} <= DENIED


def test_loader_may_start_the_lakes_jobs_and_no_other_function(guarded, as_loader):
    client = guarded.home.client("lambda", as_loader)
    functions = guarded.home.client("lambda").list_functions()["Functions"]
    results = {
        function["FunctionName"]: attempt(
            client, "invoke", FunctionName=function["FunctionName"], InvocationType="DryRun"
        )
        for function in functions
    }

    assert results.pop(guarded.outputs["recall-local-learning"]["LakeJobsFunction"]) == "ok"
    assert set(results.values()) <= DENIED


@pytest.mark.parametrize(("service", "operation", "arguments"), ELSEWHERE)
def test_loader_may_call_no_other_service(guarded, as_loader, service, operation, arguments):
    assert attempt(guarded.home.client(service, as_loader), operation, **arguments) in DENIED
