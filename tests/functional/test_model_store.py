"""The model is loaded once for an execution environment, and refreshed by later calls."""

import threading
import time

import pytest

from inference import model_store
from inference.file_source import FileSource
from inference.lake_source import POINTER_KEY
from inference.model_store import RETRY_AFTER_SECONDS, ModelStore

from .fakes import REFRESH_SECONDS, THREE_INPUTS, TRAINED_AT, TRAINING, publish, refresh


def test_first_call_loads_the_model_that_the_pointer_names(store, reader):
    model = store.current()

    assert (model.version, model.trained_at, model.description["training"]) == ("1", TRAINED_AT, TRAINING)
    assert model.predict([(3, 4, 5.5)]) == [THREE_INPUTS.recall_probability(3, 4, 5.5)]
    assert reader.gets == [(POINTER_KEY, None), ("models/1/model.json", None)]


def test_lake_is_left_alone_until_the_refresh_seconds_are_over(store, reader, clock):
    first = store.current()
    clock.now += REFRESH_SECONDS - 0.001

    assert store.current() is first
    assert reader.gets == [(POINTER_KEY, None), ("models/1/model.json", None)]


def test_unchanged_pointer_costs_one_conditional_read_each_time(store, reader, clock):
    first = store.current()
    for _ in range(2):
        clock.now += REFRESH_SECONDS
        refresh(store)

    assert store.current() is first
    assert reader.gets[2:] == [(POINTER_KEY, first.etag)] * 2


@pytest.mark.parametrize("idle", [REFRESH_SECONDS, 86_400])
def test_call_that_starts_a_refresh_gets_the_model_that_is_live(store, reader, clock, idle):
    store.current()
    publish(reader.objects, "2")
    clock.now += idle

    assert store.current().version == "2"


def test_while_s3_hangs_calls_are_answered_by_the_old_model_and_only_the_first_waits(
    store, reader, clock, monkeypatch
):
    monkeypatch.setattr(model_store, "REFRESH_WAIT_SECONDS", 0.2)
    store.current()
    publish(reader.objects, "2")
    clock.now += REFRESH_SECONDS
    reader.gate.clear()

    started = time.monotonic()
    during = [store.current().version for _ in range(50)]
    assert 0.2 <= time.monotonic() - started < 0.4
    reader.finish()

    assert during == ["1"] * 50
    assert store.current().version == "2"
    assert [key for key, _ in reader.gets[2:]] == [POINTER_KEY, "models/2/model.json"]


def test_environment_that_was_frozen_in_a_refresh_waits_for_its_end_when_it_wakes_up(store, reader, clock):
    store.current()
    publish(reader.objects, "2")
    clock.now += REFRESH_SECONDS
    reader.gate.clear()
    assert store.current().version == "1"
    clock.now += 86_400  # the thread has slept like everything else
    threading.Timer(0.05, reader.gate.set).start()

    assert store.current().version == "2"


def test_first_call_after_a_refresh_that_failed_waits_no_longer_than_any_other(
    store, reader, clock, monkeypatch
):
    monkeypatch.setattr(model_store, "REFRESH_WAIT_SECONDS", 5)
    store.current()
    clock.now += REFRESH_SECONDS
    reader.error = TimeoutError("timed out")
    assert store.current().version == "1"
    clock.now += RETRY_AFTER_SECONDS
    reader.gate.clear()

    started = time.monotonic()
    assert store.current().version == "1"  # the refresh period isn't over: this one has waited in it already
    assert time.monotonic() - started < 1
    reader.finish()


def test_rolled_back_pointer_brings_the_old_model_back(store, reader, clock):
    store.current()
    for version in ("2", "1"):
        publish(reader.objects, version)
        clock.now += REFRESH_SECONDS
        refresh(store)
        assert store.current().version == version


def test_model_on_disk_is_read_once(environment, clock):
    store = ModelStore(FileSource(environment["MODEL_FILE"]), REFRESH_SECONDS, print, clock)
    first = store.current()
    clock.now += REFRESH_SECONDS

    assert store.current() is first
