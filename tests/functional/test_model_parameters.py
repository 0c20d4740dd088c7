"""``GET /v1/model/parameters`` is the model as it is stored; there is none of an owner's own."""

import json

import pytest

from http_kit.errors import RecordNotFoundError
from http_kit.request import Request
from inference.endpoints.model import describe_parameters
from inference.loaded_model import LoadedModel, portable
from recall.artifact import Artifact, decode, encode

from .calls import load_event
from .fakes import THREE_INPUTS, TRAINING
from .full_model import ARTIFACT


class Store:
    """Serves one model."""

    def __init__(self, model):
        self._model = model

    def current(self):
        return self._model


def parameters_of(model):
    return describe_parameters(Request(load_event("model")), Store(model))


@pytest.mark.parametrize(
    "artifact", [ARTIFACT, Artifact(THREE_INPUTS, TRAINING)], ids=["full", "three inputs"]
)
def test_parameters_are_the_stored_model_and_its_version(artifact):
    body = json.loads(parameters_of(portable(encode(artifact), "7")).body)

    assert body == {"model_version": "7"} | json.loads(encode(artifact))
    assert decode(json.dumps(body).encode()).fingerprint == artifact.fingerprint


def test_model_of_the_owners_own_has_none():
    own = LoadedModel(lambda _: [], {"training": None}, None, "own", None, "")

    with pytest.raises(RecordNotFoundError, match="model: is the owner's own and has no parameters to send"):
        parameters_of(own)
