"""A random forest of 65 MiB, from the local cloud's S3 to its predictions."""

import hashlib

import boto3
import numpy as np
import pytest
import skops.io
from botocore.config import Config
from sklearn.ensemble import RandomForestClassifier

from inference import large_file
from inference.lake_source import LakeSource
from inference.s3 import S3Reader
from recall.errors import UnsupportedArtifactError
from recall.model_size import ALWAYS_ALLOWED_BYTES
from tests.functional.fakes import publish
from tests.functional.own_models import CARDS

from .running import KEYS, REGION

ROWS, TREES = 40_000, 61


@pytest.fixture(scope="module")
def forest():
    random = np.random.default_rng(4)
    X = np.column_stack(
        [random.exponential(20, ROWS), random.integers(1, 30, ROWS), random.uniform(1, 10, ROWS)]
    )
    y = random.random(ROWS) < np.exp(-X[:, 0] * X[:, 2] / 300)
    return RandomForestClassifier(TREES, random_state=1).fit(X, y.astype(int))


@pytest.fixture
def reader(tables, forest, tmp_path, monkeypatch):
    monkeypatch.setattr(large_file, "FOLDER", tmp_path / "models")
    path_style = Config(s3={"addressing_style": "path"})
    client = boto3.client("s3", endpoint_url=tables.url, region_name=REGION, config=path_style, **KEYS)
    client.create_bucket(Bucket="large-model")
    objects = {}
    stored = skops.io.dumps(forest)
    assert len(stored) > ALWAYS_ALLOWED_BYTES
    publish(objects, "1", stored, format="skops")
    for key, body in objects.items():
        client.put_object(Bucket="large-model", Key=key, Body=body)
    keys = {name.upper(): value for name, value in KEYS.items()}
    reader = S3Reader("large-model", {"AWS_ENDPOINT_URL": tables.url, "AWS_REGION": REGION} | keys)
    yield reader
    reader.close()


def test_function_with_the_memory_for_it_serves_a_large_forest(reader, forest):
    with pytest.raises(
        UnsupportedArtifactError, match="allowed are 67108864, a share of the function's memory"
    ):
        LakeSource(reader, memory_mb=512).load(None)

    model = LakeSource(reader, memory_mb=1024).load(None)
    assert model.predict(CARDS) == pytest.approx(forest.predict_proba(CARDS)[:, 1], abs=1e-12)
    (file,) = large_file.FOLDER.iterdir()
    assert hashlib.sha256(file.read_bytes()).hexdigest() == file.name
