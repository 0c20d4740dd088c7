"""The loader's role may read the stream, commit to the table of reviews and start jobs, and nothing else."""

import ssl
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import Request, urlopen

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from tests.e2e.least_privilege.conftest import POINTER, Guarded
from tests.e2e.least_privilege.test_memory_role import MAY_NOT, PER_TABLE
from tests.e2e.least_privilege.test_permissions import DENIED, ELSEWHERE, HIDDEN, WRITES, attempt
from tools.local_cloud.home import REGION

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

# Of the catalogue, by Iceberg's REST protocol: what the loader does, and what it may not.
TABLE = "/{bucket}/namespaces/recall/tables/reviews"
OPENS = (("GET", "/config?warehouse={bucket}"), ("GET", TABLE))
CHANGES = (
    ("DELETE", f"{TABLE}?purgeRequested=true"),
    ("POST", "/{bucket}/namespaces/recall/tables"),
    ("GET", "/{bucket}/namespaces/recall/tables"),
    ("POST", "/{bucket}/namespaces"),
    ("DELETE", "/{bucket}/namespaces/recall"),
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


def status(guarded, credentials, method, path):
    """Return the status of a signed request to the catalogue."""
    bucket = quote(guarded.outputs["recall-local-learning"]["TableBucketArn"], safe="")
    keys = Credentials(*credentials.values())
    request = AWSRequest(method, f"{guarded.home.url}/iceberg/v1{path.format(bucket=bucket)}", data=b"{}")
    SigV4Auth(keys, "s3tables", REGION).add_auth(request)
    context = ssl.create_default_context(cafile=guarded.home.certificate)
    sent = Request(request.url, request.data, dict(request.headers), method=method)  # noqa: S310 - the local cloud
    try:
        with urlopen(sent, context=context) as answer:  # noqa: S310 - as above
            return answer.status
    except HTTPError as error:
        return error.code


def test_loader_may_open_the_table_of_reviews_and_change_nothing_about_it(guarded, as_loader):
    opened = [status(guarded, as_loader, *call) for call in OPENS]
    changed = [status(guarded, as_loader, *call) for call in CHANGES]

    assert opened == [200] * len(OPENS)
    assert changed == [403] * len(CHANGES)


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
