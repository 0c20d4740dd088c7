"""Publishing: what lies in the bucket afterwards, in which order it came, and how it fails."""

import json
from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256

import pytest
from botocore.exceptions import EndpointConnectionError, NoCredentialsError

from model_training.fitting.maximum_likelihood import PRIOR_MODEL
from model_training.registry.card import encode_card
from model_training.registry.gates import GateError
from model_training.registry.lake import LakeError, s3_client
from model_training.registry.publish import PublishError, load_release, publish
from recall.artifact import Artifact, encode
from recall.errors import DamagedArtifactError

from .fake_s3 import FakeS3, refusal
from .releases import card_of, passed, refused, release

NOW = datetime(2026, 11, 21, 12, 30, tzinfo=UTC)
TRAINED = datetime(2026, 11, 20, 9, 5, 7, tzinfo=timezone(timedelta(hours=2)))
MODEL = encode(Artifact(PRIOR_MODEL, {"simulated": False, "metrics": {}}))
DIGEST = sha256(MODEL).hexdigest()
VERSION = f"20261120T070507Z-{DIGEST[:8]}"


@pytest.fixture
def directory(tmp_path):
    (tmp_path / "model.json").write_bytes(MODEL)
    card = card_of(MODEL, PRIOR_MODEL, trained_at=TRAINED)
    (tmp_path / "card.json").write_bytes(encode_card(card))
    return tmp_path


def put(release, s3, now=NOW, judge=passed):
    return publish(release, s3.lake, by="ann@desk", judge=judge, now=now)


def test_release_is_uploaded_whole_then_the_pointer_and_the_record_come(directory):
    s3 = FakeS3()
    put(load_release(directory), s3)
    assert list(s3.objects) == [
        f"models/{VERSION}/model.json",
        f"models/{VERSION}/card.json",
        "models/current.json",
        f"models/history/20261121T123000.000000Z-{VERSION}.json",
    ]
    assert {stored.kind for stored in s3.objects.values()} == {"application/json"}
    assert s3.objects[f"models/{VERSION}/model.json"].body == MODEL
    assert s3.objects[f"models/{VERSION}/card.json"].body == (directory / "card.json").read_bytes()


def test_publishing_twice_is_the_same_release_and_one_move(directory):
    s3 = FakeS3()
    for moment in (NOW, NOW + timedelta(days=1)):
        put(load_release(directory), s3, moment)
    assert len(s3.objects) == 4
    assert s3.pointer["published_at"] == "2026-11-21T12:30:00Z"


def test_publishing_again_mends_a_pointer_that_was_broken_by_hand(directory):
    s3 = FakeS3()
    put(load_release(directory), s3)
    good = s3.pointer
    whole = s3.objects["models/current.json"].body
    for broken in (b"{", b"[]", json.dumps(good | {"sha256": "0" * 64}).encode(), whole[:-1], whole + b" "):
        s3.put_object(Bucket="lake", Key="models/current.json", Body=broken, ContentType="application/json")
        put(load_release(directory), s3)
        assert s3.pointer == good


def test_model_that_the_reviews_speak_against_is_uploaded_and_not_made_live():
    s3 = FakeS3()
    put(release(1), s3)
    judge = refused("it is worse")
    with pytest.raises(GateError, match=r'it is worse; .* promote v2 --force "reason"$'):
        put(release(2), s3, judge=judge)
    assert s3.pointer["version"] == "v1"
    assert "models/v2/model.json" in s3.objects


@pytest.mark.parametrize(
    ("error", "fix"),
    [
        (refusal("NoSuchBucket"), "check --bucket, or deploy the data lake first"),
        (refusal("AccessDenied"), r"the credentials need .* s3:PutObject on models/\*"),
        (NoCredentialsError(), "check the AWS credentials"),
        (EndpointConnectionError(endpoint_url="http://127.0.0.1:1"), "--endpoint-url"),
    ],
)
def test_refused_upload_names_object_and_fix_and_leaves_the_pointer_alone(directory, error, fix):
    s3 = FakeS3(error, fails_at="card.json")
    with pytest.raises(LakeError, match=rf"^s3://lake/models/{VERSION}/card\.json: .*{fix}"):
        put(load_release(directory), s3)
    assert "models/current.json" not in s3.objects


def test_endpoint_that_is_no_url_is_refused():
    with pytest.raises(LakeError, match="Invalid endpoint: nowhere; check --endpoint-url"):
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
    (directory / "model.json").write_bytes(encode(Artifact(PRIOR_MODEL, {"reviews": 1})))
    with pytest.raises(PublishError, match=r"card\.json: describes another model\.json; run fit again"):
        load_release(directory)


@pytest.mark.parametrize("card", [b"[]", b"{}", b'{"trained_at": "soon"}', b"\xff"])
def test_malformed_card_is_refused(directory, card):
    (directory / "card.json").write_bytes(card)
    with pytest.raises(PublishError, match=r"card\.json: not a model card; run fit again"):
        load_release(directory)
