"""What `S3Reader` expects of S3, asked of four implementations: a stand-in, the local cloud, moto, rclone."""

import hashlib
import secrets

import boto3
import pytest
from botocore.config import Config

from inference import large_file, s3
from inference.s3 import S3Error, S3Reader
from tests.functional.s3_server import S3Server

from .running import KEYS, REGION

KEY = "models/current.json"
# Letters, digits, dots, underlines and hyphens, as the names of models have them.
ODD_KEY = "models/v1..2/__x--Y.model.json"


class Bucket:
    """A new bucket at an endpoint.

    Attributes
    ----------
    url : str
        The endpoint.
    name : str
        The bucket's name.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.name = f"lake-{secrets.token_hex(8)}"
        path_style = Config(s3={"addressing_style": "path"})
        self._client = boto3.client("s3", endpoint_url=url, region_name=REGION, config=path_style, **KEYS)
        self._client.create_bucket(Bucket=self.name)

    def put(self, key: str, body: bytes) -> None:
        """Write an object."""
        self._client.put_object(Bucket=self.name, Key=key, Body=body)

    def variables(self, **changes: str) -> dict[str, str]:
        """Return what Lambda sets for a function that reads the bucket."""
        keys = {name.upper(): value for name, value in KEYS.items()}
        return {"AWS_ENDPOINT_URL": self.url, "AWS_REGION": REGION} | keys | changes


class StandIn(Bucket):
    """The bucket of our own small server."""

    def __init__(self, server: S3Server) -> None:
        self.url, self.name, self._server = server.url, "lake", server

    def put(self, key: str, body: bytes) -> None:
        self._server.objects[f"/{self.name}/{key}"] = body


@pytest.fixture(params=["stand-in", "local cloud", "moto", "rclone"])
def bucket(request):
    if request.param == "stand-in":
        with S3Server() as server:
            yield StandIn(server)
    elif request.param == "local cloud":
        yield Bucket(request.getfixturevalue("tables").url)
    else:
        yield Bucket(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture
def reader(bucket):
    reader = S3Reader(bucket.name, bucket.variables())
    yield reader
    reader.close()


def test_object_is_read_until_it_changes(bucket, reader):
    bucket.put(KEY, b"pointer")
    stored = reader.get(KEY)

    assert stored.body == b"pointer"
    assert stored.etag == f'"{hashlib.md5(b"pointer", usedforsecurity=False).hexdigest()}"'
    assert reader.get(KEY, stored.etag) is None
    assert (
        reader.get(KEY, stored.etag) is None
    )  # the connection is none the worse for a response without a body
    bucket.put(KEY, b"another")
    assert reader.get(KEY, stored.etag).body == b"another"


@pytest.mark.parametrize("body", [b"", bytes(range(256)) * 4], ids=["empty", "binary"])
def test_object_is_read_as_it_was_written(bucket, reader, body):
    bucket.put(ODD_KEY, body)

    assert reader.get(ODD_KEY).body == body
    assert reader.is_missing(ODD_KEY) is False


def test_missing_object_is_missing_whatever_lies_beside_it(bucket, reader):
    for key in (f"{KEY}.bak", f"{KEY}l", "models/current", "models/a"):
        bucket.put(key, b"other")

    with pytest.raises(S3Error) as raised:
        reader.get(KEY)
    assert raised.value.status == 404
    assert reader.is_missing(KEY) is True


def test_object_over_the_cap_is_refused_and_one_at_the_cap_is_read(bucket, reader):
    bucket.put(KEY, b"x" * s3.MAXIMUM_BYTES)
    assert len(reader.get(KEY).body) == s3.MAXIMUM_BYTES

    bucket.put(KEY, b"x" * (s3.MAXIMUM_BYTES + 1))
    with pytest.raises(S3Error, match=r"^GET models/current.json: larger than 16777216 bytes$"):
        reader.get(KEY)


def test_large_object_is_fetched_in_parts(bucket, reader, tmp_path, monkeypatch):
    monkeypatch.setattr(large_file, "FOLDER", tmp_path)
    body = secrets.token_bytes(s3.MAXIMUM_BYTES + s3.PART_BYTES + 1)
    bucket.put(KEY, body)
    path = large_file.fetch(reader, KEY, hashlib.sha256(body).hexdigest(), 2 * len(body))

    assert path.read_bytes() == body
    with pytest.raises(S3Error, match=r"^GET models/current.json: status 416$"):
        reader.get(KEY, start=len(body))


def test_missing_bucket_is_an_error_and_no_missing_object(bucket):
    reader = S3Reader("lake-that-is-not-there", bucket.variables())

    with pytest.raises(S3Error) as raised:
        reader.is_missing(KEY)
    assert raised.value.status == 404
    reader.close()


def test_wrong_secret_is_forbidden_and_the_right_one_is_not(rclone_url):
    bucket = Bucket(rclone_url)  # the only one that checks signatures
    bucket.put(KEY, b"pointer")
    wrong = S3Reader(bucket.name, bucket.variables(AWS_SECRET_ACCESS_KEY="another"))

    with pytest.raises(S3Error) as raised:
        wrong.get(KEY)
    assert raised.value.status == 403
    with pytest.raises(S3Error, match="status 403"):
        wrong.is_missing(KEY)
    wrong.close()
