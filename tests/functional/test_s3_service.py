"""The Lambda function with its model in an S3 over real HTTP: published, not yet, or out of reach."""

import pytest

from inference import s3

from .calls import CARD, error_of, load_event, post
from .fakes import THREE_INPUTS, publish
from .scripted_server import then_hang_up


@pytest.fixture
def lake_invoke(invoke, variables, monkeypatch):
    """Give the Lambda entry in a new environment whose model comes from the server."""
    reader = s3.S3Reader("lake", variables)
    monkeypatch.delenv("MODEL_FILE")
    monkeypatch.setenv("MODEL_BUCKET", "lake")
    monkeypatch.setattr(s3, "S3Reader", lambda *_given: reader)
    yield invoke
    reader.close()


def publish_to(server, version):
    objects = {}
    publish(objects, version)
    server.objects |= {f"/lake/{key}": stored for key, stored in objects.items()}


def test_prediction_comes_from_the_published_model(lake_invoke, server):
    publish_to(server, "2026")

    assert lake_invoke(post(CARD)).body == {
        "recall_probability": THREE_INPUTS.recall_probability(3, 4, 5.5),
        "model": "three_inputs",
        "model_version": "2026",
    }
    assert [path for path, _ in server.requests] == [
        "/lake/models/current.json",
        "/lake/models/2026/model.json",
    ]


def test_lake_without_a_pointer_is_answered_by_the_default_model(lake_invoke, server):
    server.objects.clear()
    response = lake_invoke(post(CARD))

    assert response.status == 200
    assert response.body["model_version"].startswith("default-")
    assert [path for path, _ in server.requests] == [
        "/lake/models/current.json",
        "/lake/?list-type=2&max-keys=1&prefix=models%2Fcurrent.json",
    ]


@pytest.mark.parametrize("name", ["predict_single", "model", "health"])
def test_without_a_bucket_every_route_answers_503_and_when_to_come_back(lake_invoke, server, name):
    server.objects.clear()
    server.buckets.clear()
    response = lake_invoke(load_event(name))

    assert (response.status, response.headers["Retry-After"]) == (503, "5")
    assert error_of(response) == (
        "model_unavailable",
        "no model can be served now: the one in the lake can't be read; try again later",
        None,
    )


@pytest.mark.parametrize("reads", [0, 1], ids=["pointer", "artifact"])
def test_s3_that_calls_unchanged_what_was_never_read_is_a_503(lake_invoke, server, reads):
    publish_to(server, "1")
    server.script = [*[then_hang_up] * reads, lambda request: request.reply(304)]

    assert lake_invoke(post(CARD)).status == 503


def test_wrong_input_is_named_even_without_a_model(lake_invoke, server):
    server.objects.clear()

    assert error_of(lake_invoke(post(CARD | {"difficulty": 11})))[2] == "difficulty"
    assert server.requests == []
