"""What the function needs from its environment, and what it says when something is missing."""

import pytest

from inference.handler import make_service
from inference.settings import Settings

LAKE = {"MODEL_BUCKET": "lake", "MODEL_REFRESH_SECONDS": "60", "METRICS_NAMESPACE": "Recall", "STAGE": "test"}


def test_settings_are_read_from_the_environment():
    settings = Settings(LAKE)

    assert (settings.model_bucket, settings.model_file) == ("lake", None)
    assert (settings.refresh_seconds, settings.metrics_namespace, settings.stage) == (60.0, "Recall", "test")


def test_missing_variable_is_named():
    for missing in LAKE:
        given = {name: value for name, value in LAKE.items() if name != missing}
        with pytest.raises(KeyError, match=missing):
            make_service(given | {"AWS_REGION": "eu-central-1"})


def test_model_file_takes_the_place_of_the_bucket():
    given = {name: value for name, value in LAKE.items() if name != "MODEL_BUCKET"}

    assert Settings(given | {"MODEL_FILE": "model.json"}).model_file == "model.json"


def test_region_is_needed_for_a_bucket():
    with pytest.raises(KeyError, match="AWS_REGION"):
        make_service(LAKE)


def test_refresh_seconds_must_be_a_number():
    with pytest.raises(ValueError, match="could not convert string to float"):
        Settings(LAKE | {"MODEL_REFRESH_SECONDS": "a minute"})
