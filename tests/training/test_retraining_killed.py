"""The real command, killed in the middle of its steps as a Spot machine is, and started again."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from model_training.retraining import STEPS
from model_training.retraining.run import Run
from tests.training.fake_s3 import FakeS3
from tests.training.s3_over_http import S3OverHttp
from tests.training.stored_reviews import prepared, retentive

pytestmark = pytest.mark.slow

PROJECT = Path(__file__).parents[2]
RUN = "reports/runs/r/"
# Between a model's two files, before a step's output is there, and before the pointer moves.
KILLED_AT = ("card.json", f"{RUN}evaluate.json", "models/current.json")
ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_EC2_METADATA_DISABLED": "true", "OPENBLAS_NUM_THREADS": "1",
}  # fmt: skip


class Job:
    """Runs the command against a fake S3, and kills it when it is about to write a certain key."""

    def __init__(self, s3, url):
        self._command = [
            sys.executable, "-m", "model_training", "retrain", "--run", "r", "--bucket", "lake",
            "--endpoint-url", url,
        ]  # fmt: skip
        self._fatal = None
        self.writes = []
        s3.before = self._before

    def run(self, fatal=None):
        """Return the exit code: of a killed process the signal, below 0."""
        self._fatal = fatal
        self._process = subprocess.Popen(
            self._command, cwd=PROJECT, env=os.environ | ENVIRONMENT, stdout=subprocess.DEVNULL
        )
        return self._process.wait(timeout=300)

    def _before(self, operation, key):
        if operation != "put":
            return
        if self._fatal and key.endswith(self._fatal):
            self._fatal = None
            self._process.kill()
            raise ConnectionAbortedError(key)
        self.writes.append(key)


def test_job_that_is_killed_again_and_again_goes_on_and_comes_to_its_end():
    s3 = FakeS3()
    prepared(Run(s3.lake, "r"), retentive())
    with S3OverHttp(s3) as server:
        job = Job(s3, server.url)
        assert [job.run(fatal) for fatal in KILLED_AT] == [-9] * len(KILLED_AT)
        assert "models/current.json" not in s3.objects
        assert job.run() == 0

    outputs = [key for key in job.writes if key.startswith(RUN) and key.endswith(".json")]
    assert outputs == [f"{RUN}{step}.json" for step in STEPS[1:]]  # each once
    models = {key for key in s3.objects if key.endswith("/model.json")}
    judged = Run(s3.lake, "r").output("gate")["version"]
    # No half-made ones beside them.
    assert models == {f"models/{version}/model.json" for version in (judged, s3.pointer["version"])}
    assert [move["after"] for move in s3.moves] == [s3.pointer["version"]]
