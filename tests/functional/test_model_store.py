"""The model is loaded once for an execution environment, and refreshed behind later calls."""

from inference.model_store import POINTER_KEY

from .fakes import CURVE, REFRESH_SECONDS, TRAINED_AT, TRAINING, publish, refresh


def test_first_call_loads_the_model_that_the_pointer_names(store, reader):
    model = store.current()

    assert (model.version, model.trained_at, model.description["training"]) == ("1", TRAINED_AT, TRAINING)
    assert model.predict([(3, 4, 5.5)]) == [CURVE.recall_probability(3, 4, 5.5)]
    assert reader.gets == [(POINTER_KEY, None), ("models/1/model.json", None)]


def test_model_is_not_asked_for_again_before_refresh_seconds(store, reader, clock):
    first, loading = store.current(), store._refreshing
    clock.now += REFRESH_SECONDS - 0.001

    assert store.current() is first
    assert store._refreshing is loading
    assert len(reader.gets) == 2


def test_unchanged_pointer_costs_one_conditional_read_each_time(store, reader, clock):
    first = store.current()
    for _ in range(2):
        clock.now += REFRESH_SECONDS
        refresh(store)

    assert store.current() is first
    assert reader.gets[2:] == [(POINTER_KEY, first.etag)] * 2


def test_call_that_starts_a_refresh_is_answered_by_the_old_model(store, reader, clock):
    store.current()
    publish(reader.objects, "2")
    clock.now += REFRESH_SECONDS
    reader.gate.clear()  # from here on S3 hangs: only a background read lets the call come back

    during = [store.current().version, store.current().version]
    reader.gate.set()
    store._refreshing.join(timeout=10)

    assert during == ["1", "1"]
    assert store.current().version == "2"
    assert [key for key, _ in reader.gets[2:]] == [POINTER_KEY, "models/2/model.json"]


def test_rolled_back_pointer_brings_the_old_model_back(store, reader, clock):
    store.current()
    for version in ("2", "1"):
        publish(reader.objects, version)
        clock.now += REFRESH_SECONDS
        refresh(store)
        assert store.current().version == version
