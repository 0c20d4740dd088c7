"""A user's own scikit-learn models, from fit to HTTP, on the real layer; one after the other, as users do."""

import hashlib
import json
import time
from datetime import UTC, datetime
from zipfile import ZIP_DEFLATED

import numpy as np
import pytest
import skops.io
from sklearn.calibration import CalibratedClassifierCV
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, SplineTransformer

from model_training.readers import read
from model_training.review_log.features import design, scored_features
from recall.features import FEATURE_NAMES
from recall.pointer import encode
from tests.e2e.conftest import run_training
from tests.e2e.test_service import CARD, POINTER, predict_until
from tests.training.onnx_files import logistic

# Slow: six models, fitted and published by commands, each loaded with scikit-learn by the function.
pytestmark = [pytest.mark.e2e, pytest.mark.slow]

CARDS = [
    {"days_since_last_review": 0.37 * i, "review_count": 1 + i % 40, "difficulty": 1 + i % 90 / 10}
    for i in range(1000)
]
X_OF_CARDS = np.array([[card[name] for name in FEATURE_NAMES] for card in CARDS])
BOOSTED = HistGradientBoostingClassifier(max_iter=30, monotonic_cst=[-1, 0, -1])
ESTIMATORS = {
    "splines": make_pipeline(SplineTransformer(n_knots=6), LogisticRegression(max_iter=1000)),
    "boosted": BOOSTED,
    "forest": RandomForestClassifier(n_estimators=30, min_samples_leaf=20, random_state=1, n_jobs=-1),
    "calibrated": CalibratedClassifierCV(BOOSTED, method="isotonic", cv=3),
}


def plus_one(X):
    """Change the inputs, by code that no layer has."""
    return X + 1


def publish(service, path, option="--sklearn"):
    """Publish an owner's own model as a user does; return the finished command."""
    forced = ("--force", "it predicts here as there")
    return run_training("publish", option, path, *forced, service=service)


def go_live(service, path, option="--sklearn"):
    """Publish a model, by force: nobody measured it, and its recall may rise; return its version."""
    done = publish(service, path, option)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def wait_for(service, version):
    """Predict ten times a second until a version does it; no request may fail."""
    deadline = time.monotonic() + 60
    while (response := service.predict(CARD)).body.get("model_version") != version:
        assert response.status == 200
        assert time.monotonic() < deadline, f"{version} never came: {service.log_messages()[-4:]}"
        time.sleep(0.1)


@pytest.fixture(scope="module")
def reviews(tmp_path_factory):
    """Simulate a log; give inputs, shape (n, 3), and outcomes, shape (n,)."""
    path = tmp_path_factory.mktemp("reviews") / "log.parquet"
    assert run_training("simulate", "--out", path, "--learners", 3, "--days", 120).returncode == 0
    X, y = design(scored_features(read([path], now=datetime.now(UTC)).reviews))
    return X.to_numpy(), y


@pytest.fixture(scope="module")
def before(service):
    """Give the pointer that was there, and put it back for the other tests."""
    lake = service.client("s3")
    body = lake.get_object(Bucket=service.bucket, Key=POINTER)["Body"].read()
    yield body
    lake.put_object(Bucket=service.bucket, Key=POINTER, Body=body)
    wait_for(service, json.loads(body)["version"])


@pytest.mark.parametrize("name", ESTIMATORS)
def test_own_estimator_is_served_as_it_predicts_here(service, before, reviews, tmp_path, name):
    estimator = ESTIMATORS[name].fit(*reviews)
    skops.io.dump(estimator, tmp_path / "model.skops", compression=ZIP_DEFLATED)

    wait_for(service, go_live(service, tmp_path / "model.skops"))
    response = service.predict({"cards": CARDS})

    served = [result["recall_probability"] for result in response.body["results"]]
    # Sums over a forest's threads come in another order each time; everything else is equal to the bit.
    tolerance = 1e-15 if name == "forest" else 0
    assert served == pytest.approx(estimator.predict_proba(X_OF_CARDS)[:, 1].tolist(), rel=0, abs=tolerance)
    assert service.predict(CARDS[7]).body["recall_probability"] == pytest.approx(served[7], rel=0, abs=1e-15)
    described = service.call("GET", "/v1/model").body
    assert (
        described["estimator"].split(" → ")[-1]
        == type(getattr(estimator, "_final_estimator", estimator)).__name__
    )
    assert (described["format"], described["training"]) == ("skops", None)


def test_portable_model_and_own_one_replace_each_other_without_a_failed_request(
    service, before, reviews, tmp_path
):
    lake = service.client("s3")
    skops.io.dump(LogisticRegression().fit(*reviews), tmp_path / "model.skops")
    for _ in range(2):
        own = go_live(service, tmp_path / "model.skops")
        wait_for(service, own)
        lake.put_object(Bucket=service.bucket, Key=POINTER, Body=before)
        wait_for(service, json.loads(before)["version"])

    assert "format" not in service.call("GET", "/v1/model").body


def test_bad_model_is_refused_here_and_there_and_the_last_good_one_kept(service, before, reviews, tmp_path):
    path = tmp_path / "model.skops"
    skops.io.dump(LogisticRegression().fit(*reviews), path)
    good = go_live(service, path)
    wait_for(service, good)
    skops.io.dump(make_pipeline(FunctionTransformer(plus_one), LogisticRegression()).fit(*reviews), path)

    refused = publish(service, path)
    put_by_hand(service, path.read_bytes())
    problem = "model rejected: UnsupportedArtifactError: the model holds tests.e2e.test_own_model"
    responses = predict_until(service, lambda _responses: any(problem in m for m in service.log_messages()))

    assert refused.returncode == 2
    assert refused.stderr.startswith(
        f"error: {path}: the model holds tests.e2e.test_own_model.plus_one, which isn't"
    )
    assert len(refused.stderr.splitlines()) == 1
    assert {(response.status, response.body["model_version"]) for response in responses} == {(200, good)}
    assert service.predict(CARD).body["model_version"] == good


def test_onnx_model_is_refused_where_no_layer_serves_it_and_the_last_good_model_kept(
    service, before, reviews, tmp_path
):
    skops.io.dump(LogisticRegression().fit(*reviews), tmp_path / "model.skops")
    good = go_live(service, tmp_path / "model.skops")
    wait_for(service, good)
    (tmp_path / "model.onnx").write_bytes(logistic())

    done = publish(service, tmp_path / "model.onnx", "--onnx")
    problem = (
        "model rejected: UnsupportedArtifactError: this stage doesn't serve ONNX models: set onnx to true"
    )
    responses = predict_until(service, lambda _responses: any(problem in m for m in service.log_messages()))

    assert "only a stage with the settings onnx: true" in done.stderr
    assert {(response.status, response.body["model_version"]) for response in responses} == {(200, good)}


def put_by_hand(service, model, kind="skops"):
    """Point the service, by a whole pointer, at a model that `publish` has refused."""
    lake, key = service.client("s3"), f"models/by-hand/model.{kind}"
    lake.put_object(Bucket=service.bucket, Key=key, Body=model)
    digest = hashlib.sha256(model).hexdigest()
    pointer = {"schema_version": 1, "format": kind, "version": "by-hand", "key": key, "sha256": digest}
    lake.put_object(Bucket=service.bucket, Key=POINTER, Body=encode(pointer))
