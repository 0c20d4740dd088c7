"""The image of `training_compute: batch` for real: built from the staged context, and a run done in it."""

import json
from pathlib import Path

import pytest

from model_training.retraining import STEPS
from model_training.retraining.run import Run
from tests.containers.conftest import ARCHITECTURE
from tests.containers.stand_in import PYTHON, import_build_image
from tests.infrastructure.conftest import new_app
from tests.training.fake_s3 import FakeS3
from tests.training.s3_over_http import S3OverHttp
from tests.training.stored_reviews import prepared, retentive

pytestmark = pytest.mark.container

BASE = f"public.ecr.aws/docker/library/python:{PYTHON}-slim"
TAG = "localhost/recall-training"
BEFORE_PROMOTE = list(STEPS)[:-1]
SETTINGS = {
    "runtime": f"python{PYTHON}",
    "architecture": ARCHITECTURE,
    "reviews_retention_days": 365,
    "training_compute": "batch",
}


@pytest.fixture(scope="module")
def image(engine, tmp_path_factory):
    """Build the image as `cdk deploy` would, from what the manifest of the assets says."""
    folder: Path = tmp_path_factory.mktemp("training")
    import_build_image(engine, BASE, folder)
    stage = folder / "stage"
    new_app("dev", stage, **SETTINGS).synth()
    (asset,) = json.loads((stage / "Learning.assets.json").read_text())["dockerImages"].values()
    source = asset["source"]
    arguments = [f"--build-arg={name}={value}" for name, value in source["dockerBuildArgs"].items()]
    context = stage / source["directory"]
    arguments += [f"--file={context / source['dockerFile']}", f"--platform={source['platform']}"]
    engine.run("build", *arguments, "--network=host", f"--tag={TAG}", str(context))
    return TAG


def test_container_does_a_run_up_to_the_gate_as_nobody_and_says_so(engine, image):
    """The command is the job definition's, on a lake in memory behind a port of the machine's.

    It searches: LightGBM finds an OpenMP in an image that has none.
    """
    s3 = FakeS3()
    prepared(Run(s3.lake, "r"), retentive())
    keys = (
        "AWS_ACCESS_KEY_ID=test",
        "AWS_SECRET_ACCESS_KEY=test",
        "AWS_DEFAULT_REGION=us-east-1",
        "HOME=/tmp",
    )
    options = ["--rm", "--network=host", "--cap-drop=all", *(f"--env={key}" for key in keys)]
    with S3OverHttp(s3) as server:
        lake = ("--bucket", "lake", "--endpoint-url", server.url)
        steps = (word for step in BEFORE_PROMOTE for word in ("--steps", step))
        searching = ("--automl-seconds", "5", "--onnx")
        printed = engine.run("run", *options, image, "retrain", "--run", "r", *lake, *searching, *steps)

    assert printed.splitlines()[: len(BEFORE_PROMOTE)] == [f"{step}: done" for step in BEFORE_PROMOTE]
    assert json.loads(s3.objects["reports/runs/r/gate.json"].body)["go"] is True
    _own, searched = json.loads(s3.objects["reports/runs/r/train.json"].body)["challengers"]
    assert json.loads(s3.objects[f"models/{searched}/card.json"].body)["automl"]["seconds"] == 5
