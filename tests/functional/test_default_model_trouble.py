"""Trouble beside a default model: it outlives a broken lake, is never fallen back to, and all is counted."""

import pytest

from inference.errors import ModelUnavailableError
from inference.model_store import POINTER_KEY, RETRY_AFTER_SECONDS
from inference.s3 import S3Error

from .calls import lines_of
from .fakes import MODEL, REFRESH_SECONDS, FakeReader, publish, refresh

missing = pytest.mark.parametrize("missing_status", [403, 404])


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


@missing
def test_pointer_that_is_listed_but_not_given_is_counted(store, reader, capsys, missing_status):
    publish(reader.objects, "1")
    reader.error = pointer_error(missing_status)

    with pytest.raises(ModelUnavailableError) as raised:
        store.current()
    assert raised.value.retry_after == RETRY_AFTER_SECONDS
    assert reasons(capsys) == [f"model unreachable: S3Error: GET {POINTER_KEY}: status {missing_status}"]


@missing
def test_listing_that_fails_is_counted_as_such(store, reader, capsys, missing_status):
    reader.missing_status = missing_status
    reader.listing_error = S3Error("GET list-type=2: status 404", 404)  # the bucket is missing

    with pytest.raises(ModelUnavailableError):
        store.current()
    assert reasons(capsys) == ["model unreachable: S3Error: GET list-type=2: status 404"]


def test_published_model_is_followed_and_counted_as_no_failure(store, reader, clock, capsys):
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
            lambda lake: setattr(lake, "listing_error", S3Error("GET list-type=2: status 403", 403)),
            "model unreachable: S3Error: GET list-type=2: status 403",
        ),
        (
            lambda lake: setattr(lake, "error", pointer_error(503)),
            f"model unreachable: S3Error: GET {POINTER_KEY}: status 503",
        ),
        (
            lambda lake: publish(lake.objects, "1", MODEL[:-10]),
            "model rejected: DamagedArtifactError: the artifact isn't JSON in UTF-8",
        ),
    ],
    ids=["listing fails", "pointer fails", "artifact is damaged"],
)
def test_default_model_outlives_a_failure_which_is_counted(store, reader, clock, capsys, break_lake, reason):
    default = store.current()
    break_lake(reader)
    clock.now += REFRESH_SECONDS
    refresh(store)

    assert store.current() is default
    assert reasons(capsys) == [reason]


@missing
def test_pointer_that_vanishes_is_counted_the_model_stays_and_the_next_pointer_is_followed(
    store, reader, clock, capsys, missing_status
):
    store.current()  # the default model was served once: that changes nothing
    publish(reader.objects, "1")
    clock.now += REFRESH_SECONDS
    refresh(store)
    reader.objects.clear()
    reader.missing_status = missing_status
    clock.now += REFRESH_SECONDS
    refresh(store)

    assert store.current().version == "1"
    assert reasons(capsys) == [f"model unreachable: S3Error: GET {POINTER_KEY}: status {missing_status}"]
    publish(reader.objects, "2")
    clock.now += RETRY_AFTER_SECONDS
    refresh(store)
    assert store.current().version == "2"
