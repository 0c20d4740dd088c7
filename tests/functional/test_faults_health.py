"""``GET /v1/health`` says that an older model answers, why, and since when; the first model is waited for."""

import json
import time

import pytest

from http_kit.errors import ModelUnavailableError
from http_kit.request import Request
from inference import model_store
from inference.endpoints.health import health
from inference.lake_source import POINTER_KEY
from inference.model_store import RETRY_AFTER_SECONDS
from inference.s3 import S3Error

from .calls import lines_of
from .fakes import REFRESH_SECONDS, publish, refresh
from .openapi import response_validator

AT = "2026-11-21T14:00:00Z"
LATER = "2026-11-21T14:05:00Z"
UNREACHABLE = S3Error("GET models/current.json: status 503", 503)


@pytest.fixture
def at(monkeypatch):
    """Give the call that sets the time of day."""

    def set_to(text):
        moment = time.strptime(text, "%Y-%m-%dT%H:%M:%SZ")
        monkeypatch.setattr(model_store.time, "gmtime", lambda: moment)

    return set_to


def found(store):
    """Return the health, which the API's document allows."""
    body = json.loads(health(Request({}), store).body)
    assert list(response_validator("/v1/health", "get").iter_errors(body)) == []
    return body


def fail(store, reader, clock, error, wait):
    reader.error = error
    clock.now += wait
    refresh(store)


def test_good_load_is_not_degraded(store):
    assert found(store) == {"status": "ok", "model_version": "1", "degraded": False}


def test_failed_refresh_is_degraded_with_its_reason_and_time(store, reader, clock, at):
    store.current()
    at(AT)
    fail(store, reader, clock, UNREACHABLE, REFRESH_SECONDS)

    assert found(store) == {
        "status": "ok",
        "model_version": "1",
        "degraded": True,
        "reason": "unreachable",
        "since": AT,
    }


def test_failure_that_nothing_foresees_is_called_unexpected(store, reader, clock):
    store.current()
    fail(store, reader, clock, AttributeError("a mistake in the code"), REFRESH_SECONDS)

    assert found(store)["reason"] == "unexpected"


def test_later_failure_has_its_own_reason_and_the_first_ones_time(store, reader, clock, at):
    store.current()
    at(AT)
    fail(store, reader, clock, UNREACHABLE, REFRESH_SECONDS)
    at(LATER)
    reader.objects[POINTER_KEY] = b"{"
    fail(store, reader, clock, None, RETRY_AFTER_SECONDS)

    assert (found(store)["reason"], found(store)["since"]) == ("rejected", AT)


def test_good_load_ends_the_degradation_and_the_next_failure_has_its_own_time(store, reader, clock, at):
    store.current()
    at(AT)
    fail(store, reader, clock, UNREACHABLE, REFRESH_SECONDS)
    publish(reader.objects, "2")
    fail(store, reader, clock, None, RETRY_AFTER_SECONDS)
    assert found(store) == {"status": "ok", "model_version": "2", "degraded": False}
    at(LATER)
    fail(store, reader, clock, UNREACHABLE, REFRESH_SECONDS)

    assert found(store)["since"] == LATER


def test_first_model_is_waited_for_for_some_seconds_and_served_once_it_comes(
    store, reader, clock, capsys, monkeypatch
):
    monkeypatch.setattr(model_store, "WAIT_SECONDS", 0.5)
    reader.gate.clear()  # S3, or the resolver, keeps silent
    started = time.monotonic()
    with pytest.raises(ModelUnavailableError):
        store.current()
    with pytest.raises(ModelUnavailableError):
        store.current()

    assert 0.5 <= time.monotonic() - started < 0.95  # the second wasn't kept waiting
    (line,), (metrics,) = lines_of(capsys)
    assert (line["reason"], metrics["ModelLoadFailures"]) == ("model unreachable: no model within 0.5 s", 1)
    reader.finish()
    assert found(store) == {"status": "ok", "model_version": "1", "degraded": False}


def test_load_that_still_hangs_is_waited_for_again_instead_of_started_twice(
    store, reader, clock, monkeypatch
):
    monkeypatch.setattr(model_store, "WAIT_SECONDS", 0.01)
    reader.gate.clear()
    for _ in range(3):
        with pytest.raises(ModelUnavailableError):
            store.current()
        clock.now += RETRY_AFTER_SECONDS
    reader.finish()

    assert [key for key, _etag in reader.gets] == [POINTER_KEY, "models/1/model.json"]
