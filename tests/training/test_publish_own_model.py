"""Publishing a user's own estimator: what lies in the bucket afterwards, and what is refused in one line."""

import io
import json
import pickle
from contextlib import redirect_stderr
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from zipfile import ZIP_DEFLATED

import numpy as np
import pytest
import sklearn
import skops.io
from sklearn.base import clone

from model_training.cli import main
from model_training.own_model.release import load_skops_release
from model_training.registry.publish import PublishError, publish
from tests.functional.own_models import ESTIMATORS, LOGISTIC, X, Y, fitted, with_schema
from tests.training.fake_s3 import FakeS3
from tests.training.releases import passed

NOW = datetime(2026, 11, 21, 12, 30, tzinfo=UTC)


@pytest.fixture
def path(tmp_path):
    skops.io.dump(fitted(ESTIMATORS["isotonic"])[0], tmp_path / "mine.skops")
    return tmp_path / "mine.skops"


def test_estimator_its_card_and_then_the_pointer_are_uploaded(path):
    s3, digest = FakeS3(), sha256(path.read_bytes()).hexdigest()
    publish(load_skops_release(path), s3.lake, by="ann@desk", judge=passed, now=NOW)

    version = f"sklearn-{digest[:8]}"
    assert list(s3.objects)[:-1] == [
        f"models/{version}/model.skops",
        f"models/{version}/card.json",
        "models/current.json",
    ]
    assert s3.objects[f"models/{version}/model.skops"][:2] == (path.read_bytes(), "application/zip")
    assert s3.pointer == {
        "schema_version": 1,
        "format": "skops",
        "version": version,
        "key": f"models/{version}/model.skops",
        "sha256": digest,
        "trained_at": None,
        "published_at": "2026-11-21T12:30:00Z",
    }


def test_large_estimator_names_the_settings_that_a_stage_needs(path, tmp_path):
    estimator = clone(LOGISTIC).fit(X, Y)
    estimator.zeros = np.zeros(10 * 1024 * 1024)  # 80 MiB, of which a file keeps little
    skops.io.dump(estimator, tmp_path / "large.skops", compression=ZIP_DEFLATED)
    release = load_skops_release(tmp_path / "large.skops")

    assert release.needs == (
        f"{release.version}: only a stage with memory_mb 641 or more in its settings serves it"
    )
    assert load_skops_release(path).needs is None
    assert "and ephemeral_storage_mb 564 or" in replace(release, model=bytes(500 * 1024 * 1024)).needs


def test_card_says_what_the_estimator_is_and_which_libraries_checked_it(path):
    card = json.loads(load_skops_release(path).card)

    assert card["estimator"] == "CalibratedClassifierCV"
    assert card["model_sha256"] == sha256(path.read_bytes()).hexdigest()
    assert card["libraries"]["scikit-learn"] == sklearn.__version__
    assert card["features"][0]["name"] == "days_since_last_review"


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (
            pickle.dumps(LOGISTIC),
            "the model's file is a pickle, which runs code when it is read: save it with",
        ),
        (b"PK", "the model's file isn't a skops file, or only a part of one"),
        (
            with_schema(fitted(LOGISTIC)[1], sklearn.__version__, "0.1"),
            "was fitted with scikit-learn 0.1, here",
        ),
        (
            with_schema(fitted(LOGISTIC)[1], "sklearn.linear_model._logistic", "os"),
            "holds os.LogisticRegression",
        ),
    ],
    ids=["pickle", "damaged", "version", "type"],
)
def test_refused_model_is_one_line_with_file_and_fix_and_nothing_is_uploaded(tmp_path, data, problem):
    path = tmp_path / "mine.skops"
    path.write_bytes(data)
    stderr = io.StringIO()
    with redirect_stderr(stderr):
        code = main(
            ["publish", "--sklearn", str(path), "--bucket", "b", "--endpoint-url", "http://127.0.0.1:9"]
        )

    assert code == 2
    (line,) = stderr.getvalue().splitlines()
    assert line.startswith(f"error: {path}: the model")
    assert problem in line


def test_missing_file_is_named(tmp_path):
    with pytest.raises(
        PublishError, match=r"mine\.skops: No such file or directory; give the file that skops"
    ):
        load_skops_release(tmp_path / "mine.skops")


@pytest.mark.parametrize(
    "models", [[], ["model", "--sklearn", "mine.skops"], ["--sklearn", "mine.skops", "--onnx", "mine.onnx"]]
)
def test_publish_takes_exactly_one_model(models, capsys):
    assert main(["publish", *models, "--bucket", "b"]) == 2
    assert (
        "error: publish takes one model: the folder that fit wrote, --sklearn mod" in capsys.readouterr().err
    )
