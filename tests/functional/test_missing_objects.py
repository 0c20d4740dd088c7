"""What boto3's side makes of S3's 403: missing, forbidden, not to be told, or none of these."""

import re

import pytest
from botocore.exceptions import ClientError

from lake.objects import ForbiddenObjectError, get_object
from model_training.registry.lake import Lake, LakeError, ObjectVersion, s3_client
from tests.training.fake_s3 import FakeS3, refusal

from .s3_server import S3Server

KEY = "reports/runs/a/gate.json"


class Bucket(FakeS3):
    """A bucket in which some operations are forbidden: get, list, put."""

    def __init__(self, *forbidden):
        super().__init__()
        self.forbidden = forbidden
        self.before = self._check

    def _check(self, operation, _key):
        if operation in self.forbidden:
            raise refusal("AccessDenied")

    def hold(self, key=KEY):
        """Have an object, whatever is forbidden."""
        self.before = lambda *_: None
        self.put_object(Bucket="lake", Key=key, Body=b"there", ContentType="text/plain")
        self.before = self._check
        return self


def test_object_that_is_there_is_read():
    assert get_object(Bucket().hold(), "lake", KEY)["Body"].read() == b"there"


@pytest.mark.parametrize("neighbour", ["other", f"{KEY}.sig", KEY[:-1]])
def test_object_that_is_not_listed_is_missing_whatever_its_neighbours_are_called(neighbour):
    assert get_object(Bucket().hold(neighbour), "lake", KEY) is None


def test_object_that_is_listed_is_forbidden_and_the_error_names_the_permission():
    with pytest.raises(
        ForbiddenObjectError,
        match=rf"^s3://lake/{KEY}: is there, but may not be read; .* s3:GetObject on it$",
    ):
        get_object(Bucket("get").hold(), "lake", KEY)


@pytest.mark.parametrize("bucket", [Bucket("list"), Bucket("get", "list").hold()], ids=["missing", "there"])
def test_object_that_may_not_be_listed_is_either_and_the_error_names_both_permissions(bucket):
    with pytest.raises(
        ForbiddenObjectError,
        match=rf"^s3://lake/{KEY}: is missing or forbidden, .* s3:GetObject .* for s3:prefix {KEY}$",
    ):
        get_object(bucket, "lake", KEY)


def test_object_that_is_written_before_the_listing_is_read():
    bucket = Bucket()

    def write_first(operation, _key):
        if operation == "list":
            bucket.before = lambda *_: None
            bucket.hold()

    bucket.before = write_first
    assert get_object(bucket, "lake", KEY)["Body"].read() == b"there"


def test_lake_says_which_it_was_and_how_to_mend_it():
    assert Bucket().lake.read(KEY) is None
    with pytest.raises(LakeError, match=r"is there, but may not be read; the role needs s3:GetObject"):
        Bucket("get").hold().lake.read(KEY)


def test_write_on_a_condition_that_is_denied_is_lost_to_others_if_the_object_is_gone():
    assert Bucket("put").lake.replace(KEY, b"new", '"etag"') is False


@pytest.mark.parametrize("etag", [None, '"etag"'], ids=["new", "known"])
def test_write_on_a_condition_that_is_denied_is_forbidden_otherwise(etag):
    bucket = Bucket("put") if etag is None else Bucket("put").hold()
    with pytest.raises(LakeError, match="AccessDenied"):
        bucket.lake.replace(KEY, b"new", etag)


def test_version_that_is_denied_is_gone_only_if_it_is_not_listed():
    bucket = Bucket("get").hold()
    there, gone = (ObjectVersion(KEY, name, is_latest=True, is_marker=False) for name in ("v1", "v9"))

    assert bucket.lake.read_version(gone) is None
    with pytest.raises(LakeError, match=rf"^s3://lake/{KEY}: .*AccessDenied"):
        bucket.lake.read_version(there)


@pytest.fixture
def server(monkeypatch):
    """Give an S3 behind a port, with the credentials for it."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    with S3Server() as server:
        yield server


def answer(status, code):
    """Respond with an error as S3 words it."""
    return lambda request: request.reply(status, f"<Error><Code>{code}</Code></Error>".encode())


def test_403_of_a_wrong_clock_or_signature_stays_what_it_is_and_nothing_is_listed(server):
    client = s3_client(server.url, region_name="us-east-1")
    for code in ("RequestTimeTooSkewed", "SignatureDoesNotMatch", "InvalidAccessKeyId"):
        server.requests.clear()
        server.fault = answer(403, code)
        with pytest.raises(ClientError, match=rf"\({code}\)"):
            get_object(client, "lake", KEY)
        with pytest.raises(LakeError, match=rf"^s3://lake/{re.escape(KEY)}: .*\({code}\)"):
            Lake(client, "lake").read(KEY)
        assert not [path for path, _ in server.requests if "list-type" in path]


def test_listing_that_is_throttled_is_sent_again_and_one_that_stays_so_is_no_answer(server):
    client = s3_client(server.url, region_name="us-east-1")
    denied, slow = answer(403, "AccessDenied"), answer(503, "SlowDown")
    server.script = [denied, slow]
    assert get_object(client, "lake", KEY) is None
    server.script = [denied, slow, slow, slow]
    with pytest.raises(ClientError, match=r"\(SlowDown\)"):
        get_object(client, "lake", KEY)
