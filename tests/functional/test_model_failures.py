"""Whatever the lake holds or refuses: the last good model is kept, the failure logged and counted once."""

import json

import pytest

from http_kit.errors import ModelUnavailableError
from inference.lake_source import POINTER_KEY
from inference.model_store import RETRY_AFTER_SECONDS
from inference.s3 import S3Error

from .calls import lines_of
from .fakes import MODEL, REFRESH_SECONDS, publish, refresh

NEWER_SCHEMA = json.dumps(json.loads(MODEL) | {"schema_version": 3}).encode()
REFUSED = S3Error("GET models/current.json: status 503", 503)
BROKEN = {
    "S3 answers an error": (
        lambda lake: setattr(lake, "error", REFUSED),
        "model unreachable: S3Error: GET models/current.json: status 503",
    ),
    "the network fails": (
        lambda lake: setattr(lake, "error", TimeoutError("timed out")),
        "model unreachable: TimeoutError: timed out",
    ),
    "something unforeseen": (
        lambda lake: setattr(lake, "error", KeyError("AWS_ACCESS_KEY_ID")),
        "model unexpected: KeyError: 'AWS_ACCESS_KEY_ID'",
    ),
    "pointer is no JSON": (
        lambda lake: lake.objects.update({POINTER_KEY: b"\xff{"}),
        "model rejected: DamagedArtifactError: the pointer isn't JSON",
    ),
    "pointer to a missing artifact": (
        lambda lake: publish(lake.objects, "2", key="models/9/model.json"),
        "model unreachable: MissingObjectError: models/9/model.json is missing",
    ),
    "wrong sha256": (
        lambda lake: publish(lake.objects, "2", sha256="0" * 64),
        "model rejected: DamagedArtifactError: the artifact's sha256 isn't the pointer's",
    ),
    "artifact is no JSON": (
        lambda lake: publish(lake.objects, "2", MODEL[:-10]),
        "model rejected: DamagedArtifactError: the artifact isn't JSON in UTF-8",
    ),
    "artifact of an unknown schema": (
        lambda lake: publish(lake.objects, "2", NEWER_SCHEMA),
        "model rejected: UnsupportedArtifactError: the artifact's schema_version is 3; known is 2",
    ),
}


def failures(capsys):
    """Return the reasons of the failed loads; each is logged in one line and counted in one."""
    logged, metrics = lines_of(capsys)
    assert [line["message"] for line in logged] == ["model_load_failed"] * len(logged)
    assert [line["ModelLoadFailures"] for line in metrics] == [1] * len(logged)
    return [line["reason"] for line in logged]


@pytest.mark.parametrize(("break_lake", "reason"), BROKEN.values(), ids=BROKEN)
def test_last_good_model_is_kept_and_the_failure_logged_and_counted_once(
    store, reader, clock, capsys, break_lake, reason
):
    store.current()
    break_lake(reader)
    clock.now += REFRESH_SECONDS

    assert refresh(store) == "1"
    assert store.current().version == "1"
    assert failures(capsys) == [reason]


def test_next_try_after_a_failed_refresh_serves_what_is_then_published(store, reader, clock):
    store.current()
    reader.error = REFUSED
    clock.now += REFRESH_SECONDS
    refresh(store)
    reader.error = None
    publish(reader.objects, "3")
    failed_after = len(reader.gets)

    clock.now += RETRY_AFTER_SECONDS - 0.001
    assert (store.current().version, len(reader.gets)) == ("1", failed_after)
    clock.now += 0.001
    refresh(store)
    assert store.current().version == "3"


def test_without_any_model_the_error_says_when_to_come_back_and_s3_is_left_alone_until_then(
    store, reader, clock, capsys
):
    reader.error = REFUSED
    for _ in range(3):
        with pytest.raises(ModelUnavailableError, match="no model can be served now") as raised:
            store.current()
        assert raised.value.retry_after == RETRY_AFTER_SECONDS
    clock.now += RETRY_AFTER_SECONDS - 0.001
    with pytest.raises(ModelUnavailableError):
        store.current()

    assert reader.gets == [(POINTER_KEY, None)]
    assert failures(capsys) == ["model unreachable: S3Error: GET models/current.json: status 503"]
    reader.error = None
    clock.now += 0.001
    assert store.current().version == "1"


def test_every_failed_try_is_logged_and_counted(store, reader, clock, capsys):
    reader.error = REFUSED
    for _ in range(3):
        with pytest.raises(ModelUnavailableError):
            store.current()
        clock.now += RETRY_AFTER_SECONDS

    assert failures(capsys) == ["model unreachable: S3Error: GET models/current.json: status 503"] * 3
