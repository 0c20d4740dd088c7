"""A user's own scikit-learn model, as the service describes it."""

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
from tests.functional.own_models import fitted


def own_model_description() -> Any:
    """Return the body of ``GET /v1/model`` after such a model was published."""
    reader = FakeReader()
    _, file = fitted(make_pipeline(StandardScaler(), LogisticRegression()))
    publish(reader.objects, "own-1", file, format="skops")
    store = ModelStore(LakeSource(reader), REFRESH_SECONDS, lambda _reason: None)
    return json.loads(describe_model(Request({}), store).body)
