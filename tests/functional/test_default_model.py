"""The default model answers while nothing was ever published; it hides no failure, and outlives each."""

import hashlib
import json
from pathlib import Path

import pytest

from http_kit.errors import ModelUnavailableError
from inference.lake_source import DEFAULT_FOLDER, POINTER_KEY
from inference.model_store import RETRY_AFTER_SECONDS
from inference.s3 import S3Error
from recall import artifact

from .calls import lines_of
from .fakes import MODEL, REFRESH_SECONDS, FakeReader, publish, refresh

DEFAULT = Path(DEFAULT_FOLDER)
DIGEST = hashlib.sha256((DEFAULT / "model.json").read_bytes()).hexdigest()
LISTING_REFUSED = S3Error("GET list-type=2: status 403", 403)


@pytest.fixture
def reader():
    """Give a lake in which nothing was ever published."""
    return FakeReader()


def pointer_error(status):
    return S3Error(f"GET {POINTER_KEY}: status {status}", status)


def reasons(capsys):
    """Return the reasons of the failed loads; each is logged in one line and counted in one."""
    logged, metrics = lines_of(capsys)
    assert [line["ModelLoadFailures"] for line in metrics] == [1] * len(logged)
    return [line["reason"] for line in logged]


# S3 hides from a function without an unconditional s3:ListBucket what there isn't.
@pytest.mark.parametrize("status", [403, 404])
def test_without_a_pointer_the_default_model_answers_under_its_own_version(store, reader, status):
    reader.missing_status = status

    model = store.current()

    expected = artifact.decode((DEFAULT / "model.json").read_bytes()).three_inputs
    assert model.version == f"default-{DIGEST[:8]}"
    assert model.predict([(3, 4, 5.5)]) == [expected.recall_probability(3, 4, 5.5)]
    assert model.trained_at == json.loads((DEFAULT / "card.json").read_text())["trained_at"]


def test_card_of_the_default_model_is_of_that_model_and_of_real_reviews():
    card = json.loads((DEFAULT / "card.json").read_text())

    assert card["model_sha256"] == DIGEST
    assert card["simulated"] is False
    assert card["data"]["reviews"] == 260_772


@pytest.mark.parametrize("status", [403, 404])
def test_pointer_that_is_listed_but_not_given_is_a_failure(store, reader, capsys, status):
    publish(reader.objects, "1")
    reader.error = pointer_error(status)

    with pytest.raises(ModelUnavailableError):
        store.current()
    said = f"S3Error: GET {POINTER_KEY}: status {status}, though it is there"
    assert reasons(capsys) == [f"model unreachable: {said}"]


def test_listing_that_fails_is_a_failure(store, reader, capsys):
    reader.listing_error = LISTING_REFUSED

    with pytest.raises(ModelUnavailableError):
        store.current()
    assert reasons(capsys) == ["model unreachable: S3Error: GET list-type=2: status 403"]


@pytest.mark.parametrize("status", [503, None])
def test_other_error_of_the_pointer_is_a_failure_without_asking_for_a_listing(store, reader, capsys, status):
    reader.missing_status = status
    reader.listing_error = LISTING_REFUSED

    with pytest.raises(ModelUnavailableError):
        store.current()
    assert reasons(capsys) == [f"model unreachable: S3Error: GET {POINTER_KEY}: status {status}"]


def test_default_model_is_kept_while_there_is_still_no_pointer(store, clock, capsys):
    first = store.current()
    clock.now += REFRESH_SECONDS
    refresh(store)

    assert store.current() is first
    assert reasons(capsys) == []


def test_published_model_takes_over_from_the_default_and_is_counted_as_no_failure(
    store, reader, clock, capsys
):
    store.current()
    publish(reader.objects, "1")
    clock.now += REFRESH_SECONDS
    refresh(store)

    assert store.current().version == "1"
    assert reader.gets == [(POINTER_KEY, None), (POINTER_KEY, None), ("models/1/model.json", None)]
    assert reasons(capsys) == []


@pytest.mark.parametrize(
    ("break_lake", "reason"),
    [
        (
            lambda lake: setattr(lake, "listing_error", LISTING_REFUSED),
            "model unreachable: S3Error: GET list-type=2: status 403",
        ),
        (
            lambda lake: publish(lake.objects, "1", MODEL[:-10]),
            "model rejected: DamagedArtifactError: the artifact isn't JSON in UTF-8",
        ),
    ],
    ids=["listing fails", "artifact is damaged"],
)
def test_default_model_outlives_a_failure_which_is_counted(store, reader, clock, capsys, break_lake, reason):
    default = store.current()
    break_lake(reader)
    clock.now += REFRESH_SECONDS
    refresh(store)

    assert store.current() is default
    assert reasons(capsys) == [reason]


@pytest.mark.parametrize("status", [403, 404])
def test_pointer_that_vanishes_is_a_failure_until_there_is_another(store, reader, clock, capsys, status):
    store.current()  # the default model was served once: that changes nothing
    publish(reader.objects, "1")
    clock.now += REFRESH_SECONDS
    refresh(store)
    reader.objects.clear()
    reader.missing_status = status
    clock.now += REFRESH_SECONDS
    refresh(store)

    assert store.current().version == "1"
    assert reasons(capsys) == [f"model unreachable: MissingObjectError: {POINTER_KEY} is missing"]
    publish(reader.objects, "2")
    clock.now += RETRY_AFTER_SECONDS
    refresh(store)
    assert store.current().version == "2"
