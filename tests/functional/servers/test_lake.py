"""What `Lake` expects of S3, asked of four implementations: a stand-in, the local cloud, moto, rclone."""

import io
import secrets

import pytest

from model_training.registry.lake import LARGE_BYTES, MOST_DELETED_AT_ONCE, Lake, LakeError, s3_client
from tests.training.fake_s3 import FakeS3

from .running import KEYS, REGION

KEY = "models/current.json"
# What URLs and XML have to encode, one to four bytes of UTF-8, and what a path could be taken for.
ODD_KEYS = ["decks/a b+c%20&d<e>'f\".csv", "decks/ä€漢🂡.json", "decks/..x/...y", "decks/=?#;:@,$!~*()[].json"]
ONLY_S3_KEYS = ["decks//twice", "decks/a/", "decks/./dot"]  # no file can have these names


def new_lake(url: str, *, versioned: bool) -> Lake:
    """Return the lake in a new bucket of an endpoint."""
    client = s3_client(url, region_name=REGION, **KEYS)
    name = f"lake-{secrets.token_hex(8)}"
    client.create_bucket(Bucket=name)
    if versioned:
        client.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    return Lake(client, name)


def lake_of(kind: str, request: pytest.FixtureRequest) -> Lake:
    if kind == "stand-in":
        return FakeS3().lake
    if kind == "local cloud":
        return new_lake(request.getfixturevalue("tables").url, versioned=True)
    return new_lake(request.getfixturevalue(f"{kind}_url"), versioned=kind == "moto")


@pytest.fixture(params=["stand-in", "local cloud", "moto", "rclone"])
def lake(request):
    return lake_of(request.param, request)


@pytest.fixture(params=["stand-in", "local cloud", "moto"])
def complete_lake(request):
    """Give a lake in what has versions and conditional writes, which rclone hasn't."""
    return lake_of(request.param, request)


def test_object_is_read_as_it_was_written_and_a_missing_one_is_none(lake):
    lake.write(KEY, b"")
    lake.write("models/1/model.json", io.BytesIO(bytes(range(256))))

    assert lake.read(KEY).body == b""
    assert lake.read("models/1/model.json").body == bytes(range(256))
    assert lake.read("models/1/model.jso") is None
    assert lake.read("models/2/model.json") is None


def test_large_object_that_goes_in_parts_is_read_as_it_was_written(lake):
    body = secrets.token_bytes(LARGE_BYTES + 1)
    lake.write("models/1/model.skops", body)

    assert lake.read("models/1/model.skops").body == body


def test_etag_is_the_contents(lake):
    for body in (b"one", b"two", b"one"):
        lake.write(f"models/{body.decode()}", body)

    lake.write(KEY, b"one")
    first = lake.read(KEY).etag
    lake.write(KEY, b"two")
    assert lake.read(KEY).etag != first
    lake.write(KEY, b"one")
    assert lake.read(KEY).etag == first


def test_new_object_is_written_once(complete_lake):
    assert complete_lake.replace(KEY, b"one", None) is True
    assert complete_lake.replace(KEY, b"two", None) is False
    assert complete_lake.read(KEY).body == b"one"


def test_object_is_replaced_only_while_it_has_its_etag(complete_lake):
    complete_lake.write(KEY, b"one")
    etag = complete_lake.read(KEY).etag

    assert complete_lake.replace(KEY, b"two", etag) is True
    assert complete_lake.replace(KEY, b"three", etag) is False
    assert complete_lake.read(KEY).body == b"two"
    complete_lake.delete([KEY])
    assert complete_lake.replace(KEY, b"four", etag) is False
    assert complete_lake.read(KEY) is None
    assert complete_lake.replace(KEY, b"five", None) is True  # a deleted one isn't there


@pytest.mark.parametrize("keys", [ODD_KEYS, ONLY_S3_KEYS], ids=["odd", "of no file"])
def test_keys_are_what_they_were_written_as(lake, keys, request):
    if keys is ONLY_S3_KEYS and "rclone" in request.node.callspec.id:
        pytest.skip("rclone keeps objects as files")
    for key in keys:
        lake.write(key, key.encode())

    assert list(lake.keys("decks/")) == sorted(keys, key=str.encode)
    assert {key: lake.read(key).body.decode() for key in keys} == dict(zip(keys, keys, strict=True))
    assert list(lake.keys(keys[0])) == keys[:1]
    lake.delete(keys)
    assert list(lake.keys("decks/")) == []


@pytest.mark.parametrize("kind", ["stand-in", "local cloud", "rclone"])  # moto takes too long
def test_more_keys_than_a_page_has_are_listed_and_deleted(kind, request):
    lake = lake_of(kind, request)
    keys = [f"samples/{number:04}" for number in range(MOST_DELETED_AT_ONCE + 1)]
    for key in (*keys, "samples2", "sample"):
        lake.write(key, b"x")

    assert list(lake.keys("samples/")) == keys
    lake.delete([*keys, "samples/never"])
    assert list(lake.keys("")) == ["sample", "samples2"]


def test_deleted_object_has_its_versions_until_they_are_deleted(complete_lake):
    lake, other = complete_lake, "reviews/ada.json.bak"
    for key, body in ((KEY, b"one"), (other, b"other"), (KEY, b"two")):
        lake.write(key, body)
    lake.delete([KEY])

    found = [each for each in lake.versions(KEY) if not each.is_marker]
    (marker,) = (each for each in lake.versions(KEY) if each.is_marker)
    assert [(lake.read_version(each), each.is_latest) for each in found] == [(b"two", False), (b"one", False)]
    assert (marker.is_latest, lake.read_version(marker)) == (True, None)
    assert lake.read(KEY) is None
    lake.delete_versions([marker])
    assert lake.read(KEY).body == b"two"
    lake.delete_versions(found)
    assert (lake.versions(KEY), lake.read(KEY), lake.read_version(found[0])) == ([], None, None)
    assert [each.key for each in lake.versions("")] == [other]


def test_missing_bucket_is_an_error_that_names_the_fix(lake):
    if isinstance(lake._client, FakeS3):
        pytest.skip("has one bucket")
    elsewhere = Lake(lake._client, "lake-that-is-not-there")

    with pytest.raises(LakeError, match="check --bucket"):
        elsewhere.read(KEY)
    with pytest.raises(LakeError, match="check --bucket"):
        elsewhere.write(KEY, b"x")


def test_wrong_secret_is_an_error_that_names_the_fix(rclone_url):
    lake = new_lake(rclone_url, versioned=False)  # the only one that checks signatures
    lake.write(KEY, b"one")
    wrong = Lake(
        s3_client(rclone_url, region_name=REGION, **KEYS | {"aws_secret_access_key": "other"}), lake.bucket
    )

    with pytest.raises(LakeError, match="check the AWS credentials"):
        wrong.read(KEY)
    with pytest.raises(LakeError, match="check the AWS credentials"):
        wrong.replace(KEY, b"two", None)
    assert lake.read(KEY).body == b"one"
