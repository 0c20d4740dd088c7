"""Models of the owner's own, as the service describes them."""

import json
from typing import Any

from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from http_kit.request import Request
from inference.endpoints.model import describe_model
from inference.lake_source import LakeSource
from inference.model_store import ModelStore
from tests.functional.fakes import REFRESH_SECONDS, FakeReader, publish
from tests.functional.onnx_files import dense
from tests.functional.own_models import fitted


def scikit_learn_description() -> Any:
    """Return the body of ``GET /v1/model`` after an estimator was published."""
    _, file = fitted(make_pipeline(StandardScaler(), LogisticRegression()))
    return _description(file, "skops")


def onnx_description() -> Any:
    """Return the body of ``GET /v1/model`` after an ONNX model was published."""
    return _description(dense().SerializeToString(), "onnx")


def _description(file: bytes, kind: str) -> Any:
    reader = FakeReader()
    publish(reader.objects, "own-1", file, format=kind)
    store = ModelStore(LakeSource(reader), REFRESH_SECONDS, lambda _reason: None)
    return json.loads(describe_model(Request({}), store).body)
