"""Publishing: what lies in the bucket afterwards, in which order it came, and how it fails."""

import json
from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, NoCredentialsError

from model_training.card import encode_card, make_card
from model_training.fitting import PRIOR_CURVE
from model_training.publish import PublishError, load_release, publish, s3_client
from recall.artifact import Artifact, encode
from recall.errors import DamagedArtifactError

NOW = datetime(2026, 11, 21, 12, 30, tzinfo=UTC)
TRAINED = datetime(2026, 11, 20, 9, 5, 7, tzinfo=timezone(timedelta(hours=2)))
MODEL = encode(Artifact(PRIOR_CURVE, {"simulated": False, "metrics": {}}))
DIGEST = sha256(MODEL).hexdigest()
VERSION = f"20261120T070507Z-{DIGEST[:8]}"


class Bucket:
    """A stand-in for S3 that keeps what it is given, or fails at one key."""

    def __init__(self, error=None, fails_at="model.json"):
        self.objects = {}
        self.error, self.fails_at = error, fails_at

    def put_object(self, *, Bucket, Key, Body, ContentType):
        if self.error and Key.endswith(self.fails_at):
            raise self.error
        self.objects[Key] = (Bucket, Body, ContentType)


@pytest.fixture
def directory(tmp_path):
    (tmp_path / "model.json").write_bytes(MODEL)
    card = make_card({"simulated": False, "metrics": {}}, MODEL, TRAINED)
    (tmp_path / "card.json").write_bytes(encode_card(card))
    return tmp_path


def refusal(code):
    return ClientError({"Error": {"Code": code, "Message": "no"}}, "PutObject")


def test_release_is_uploaded_whole_and_the_pointer_comes_last(directory):
    bucket = Bucket()
    publish(load_release(directory), bucket, "lake", NOW)
    assert list(bucket.objects) == [
        f"models/{VERSION}/model.json",
        f"models/{VERSION}/card.json",
        "models/current.json",
    ]
    assert {(name, kind) for name, _, kind in bucket.objects.values()} == {("lake", "application/json")}
    assert bucket.objects[f"models/{VERSION}/model.json"][1] == MODEL
    assert bucket.objects[f"models/{VERSION}/card.json"][1] == (directory / "card.json").read_bytes()


def test_pointer_says_where_the_model_is_and_what_its_bytes_must_be(directory):
    bucket = Bucket()
    publish(load_release(directory), bucket, "lake", NOW)
    assert json.loads(bucket.objects["models/current.json"][1]) == {
        "schema_version": 1,
        "format": "portable",
        "version": VERSION,
        "key": f"models/{VERSION}/model.json",
        "sha256": DIGEST,
        "trained_at": "2026-11-20T07:05:07Z",
        "published_at": "2026-11-21T12:30:00Z",
    }


def test_publishing_twice_is_the_same_release(directory):
    bucket = Bucket()
    for moment in (NOW, NOW + timedelta(days=1)):
        publish(load_release(directory), bucket, "lake", moment)
    assert len(bucket.objects) == 3
    assert json.loads(bucket.objects["models/current.json"][1])["version"] == VERSION


@pytest.mark.parametrize(
    ("error", "fix"),
    [
        (refusal("NoSuchBucket"), "check --bucket, or deploy the data lake first"),
        (refusal("AccessDenied"), r"the credentials need s3:PutObject on models/\*"),
        (refusal("InvalidAccessKeyId"), "check the AWS credentials, --bucket and --endpoint-url"),
        (NoCredentialsError(), "check the AWS credentials"),
        (EndpointConnectionError(endpoint_url="http://127.0.0.1:1"), "--endpoint-url"),
    ],
)
def test_refused_upload_names_object_and_fix_and_leaves_the_pointer_alone(directory, error, fix):
    bucket = Bucket(error, fails_at="card.json")
    with pytest.raises(PublishError, match=rf"^s3://lake/models/{VERSION}/card\.json: .*{fix}"):
        publish(load_release(directory), bucket, "lake", NOW)
    assert "models/current.json" not in bucket.objects


def test_endpoint_that_is_no_url_is_refused():
    with pytest.raises(PublishError, match="Invalid endpoint: nowhere; check --endpoint-url"):
        s3_client("nowhere")


def test_other_endpoints_get_path_style_addresses():
    client = s3_client("http://localhost:4566")
    assert client.meta.config.s3 == {"addressing_style": "path"}
    assert client.meta.endpoint_url == "http://localhost:4566"


@pytest.mark.parametrize("name", ["model.json", "card.json"])
def test_missing_file_is_named(directory, name):
    (directory / name).unlink()
    with pytest.raises(
        PublishError, match=rf"{name}: No such file or directory; give the directory that fit"
    ):
        load_release(directory)


def test_damaged_model_is_never_published(directory):
    (directory / "model.json").write_bytes(MODEL[:100])
    with pytest.raises(DamagedArtifactError, match="isn't JSON"):
        load_release(directory)


def test_card_of_another_model_is_refused(directory):
    (directory / "model.json").write_bytes(encode(Artifact(PRIOR_CURVE, {"reviews": 1})))
    with pytest.raises(PublishError, match=r"card\.json: describes another model\.json; run fit again"):
        load_release(directory)


@pytest.mark.parametrize(
    "card", [b"", b"[]", b"{}", b'{"trained_at": 5}', b'{"trained_at": "soon"}', b"\xff"]
)
def test_card_that_is_none_is_refused(directory, card):
    (directory / "card.json").write_bytes(card)
    with pytest.raises(PublishError, match=r"card\.json: not a model card; run fit again"):
        load_release(directory)
