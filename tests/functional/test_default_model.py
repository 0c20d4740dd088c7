"""The default model answers while nothing was ever published, and hides no other trouble."""

import hashlib
import json
from pathlib import Path

import pytest

from inference.errors import ModelUnavailableError
from inference.model_store import DEFAULT_FOLDER, POINTER_KEY
from inference.s3 import S3Error
from recall import artifact

from .fakes import REFRESH_SECONDS, publish, refresh

DEFAULT = Path(DEFAULT_FOLDER)
DIGEST = hashlib.sha256((DEFAULT / "model.json").read_bytes()).hexdigest()


@pytest.mark.parametrize("status", [403, 404])
def test_without_a_pointer_the_default_model_answers_under_its_own_version(store, reader, status):
    reader.objects.clear()
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
    assert "29" in card["source"]


def test_pointer_that_is_forbidden_but_there_is_a_failure(store, reader):
    reader.error = S3Error("GET models/current.json: status 403", 403)

    with pytest.raises(ModelUnavailableError):
        store.current()


@pytest.mark.parametrize("status", [403, 404, 500, None])
def test_listing_that_fails_is_a_failure(store, reader, status):
    reader.objects.clear()
    reader.listing_error = S3Error(f"GET list-type=2: status {status}", status)

    with pytest.raises(ModelUnavailableError):
        store.current()


@pytest.mark.parametrize("status", [301, 500, 503, None])
def test_other_trouble_with_the_pointer_is_a_failure_without_asking_for_a_list(store, reader, status):
    reader.objects.clear()
    reader.missing_status = status
    reader.listing_error = AssertionError("nobody should have asked")

    with pytest.raises(ModelUnavailableError):
        store.current()


def test_published_model_takes_over_from_the_default(store, reader, clock):
    reader.objects.clear()
    assert store.current().version.startswith("default-")
    publish(reader.objects, "1")
    clock.now += REFRESH_SECONDS
    refresh(store)

    assert store.current().version == "1"


def test_default_model_is_kept_while_there_is_still_no_pointer(store, reader, clock, capsys):
    reader.objects.clear()
    first = store.current()
    clock.now += REFRESH_SECONDS
    refresh(store)

    assert store.current() is first
    assert capsys.readouterr().out == ""


def test_pointer_that_vanishes_after_a_model_was_served_is_a_failure(store, reader, clock, capsys):
    assert store.current().version == "1"
    del reader.objects[POINTER_KEY]
    clock.now += REFRESH_SECONDS
    refresh(store)

    assert store.current().version == "1"
    assert "model_load_failed" in capsys.readouterr().out
