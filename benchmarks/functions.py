"""The functions that are compared, each as Lambda would start it."""

from __future__ import annotations

import hashlib
import json
import math
import os
import subprocess
from typing import TYPE_CHECKING, Any, NamedTuple

from benchmarks import build
from benchmarks.errors import BenchmarkError
from benchmarks.lake import BUCKET, Lake, make_certificate
from recall.artifact import Artifact, encode
from recall.curve import PowerCurve

if TYPE_CHECKING:
    from pathlib import Path

FLOOR = "floor: constant handler"
RECALL_FILE = "recall, model beside the code"
RECALL_LAKE = "recall, model from S3"
REFERENCE = "reference design"

# The coefficients' size is what a real fit gives; their exact values cost nothing.
CURVE = PowerCurve((1.5, 1.2, -0.8), (-1.4, 0.1, 0.2), (-4.0, 0.1, 0.4))


class Function(NamedTuple):
    """A deployed function and the right answer for the first card."""

    name: str
    interpreter: str
    handler: str
    code: Path
    environment: dict[str, str]
    expected: float


def card(index: int) -> dict[str, float]:
    """Return one of many different cards."""
    return {
        "days_since_last_review": 3 + index % 97,
        "review_count": 4 + index % 29,
        "difficulty": 5.5 + index % 9 / 2,
    }


def event(cards: int) -> dict[str, Any]:
    """Return API Gateway's event for one card, or for a list of them."""
    body = card(0) if cards == 1 else {"cards": [card(index) for index in range(cards)]}
    request = {"requestId": "bench", "stage": "bench", "resourcePath": "/v1/predict", "httpMethod": "POST"}
    return {
        "resource": "/v1/predict",
        "path": "/v1/predict",
        "httpMethod": "POST",
        "headers": {"Content-Type": "application/json"},
        "requestContext": request,
        "body": json.dumps(body),
        "isBase64Encoded": False,
    }


class Workshop:
    """Builds the functions in a scratch folder and serves the lake that they read.

    Parameters
    ----------
    scratch : Path
        An empty folder.
    """

    def __init__(self, scratch: Path) -> None:
        self._scratch = scratch
        self._runtime = build.runtime()
        self._layer = build.reference_layer()
        self._interpreter = build.interpreter(scratch / "python")
        self._model = encode(Artifact(CURVE, {"simulated": True}))
        pickled, self._coefficients = self._train_reference()
        certificate, key = make_certificate(scratch)
        self._bundle = self._trust(certificate)
        self._lake = Lake({"reference/model.pkl": pickled, **_published(self._model)}, certificate, key)

    def close(self) -> None:
        """Stop the lake."""
        self._lake.close()

    def functions(self) -> list[Function]:
        """Return the floor, the service twice, and the reference."""
        recall = {"MODEL_REFRESH_SECONDS": "60", "STAGE": "bench", "METRICS_NAMESPACE": "Recall"}
        model_file = self._scratch / "model.json"
        model_file.write_bytes(self._model)
        task = build.recall_code(self._scratch / "task")
        expected = CURVE.recall_probability(**card(0))
        handler = "inference.handler.handler"
        floor, reference = build.HERE / "floor", build.HERE / "reference"
        return [
            self._function(FLOOR, floor, "handler.handler", {}, 0.5),
            self._function(RECALL_FILE, task, handler, {**recall, "MODEL_FILE": str(model_file)}, expected),
            self._function(RECALL_LAKE, task, handler, {**recall, "MODEL_BUCKET": BUCKET}, expected),
            self._function(
                REFERENCE, reference, "handler.handler", {"MODEL_BUCKET": BUCKET}, self._reference_answer()
            ),
        ]

    def _function(
        self, name: str, code: Path, handler: str, settings: dict[str, str], expected: float
    ) -> Function:
        layer = [self._layer] if name == REFERENCE else []
        environment = {
            "PATH": os.defpath,
            "LANG": "C.UTF-8",
            "TZ": ":UTC",
            "PYTHONPATH": os.pathsep.join(map(str, [code, *layer, self._runtime])),
            "PYTHONNOUSERSITE": "1",
            # /opt and /var/task are read-only: what has no .pyc there is compiled at every cold start.
            "PYTHONDONTWRITEBYTECODE": "1",
            "LAMBDA_TASK_ROOT": str(code),
            "AWS_EXECUTION_ENV": "AWS_Lambda_python3.11",
            "AWS_REGION": "eu-central-1",
            "AWS_DEFAULT_REGION": "eu-central-1",
            "AWS_ACCESS_KEY_ID": "bench",
            "AWS_SECRET_ACCESS_KEY": "bench",
            "AWS_SESSION_TOKEN": "bench",
            "AWS_ENDPOINT_URL_S3": self._lake.url,
            "SSL_CERT_FILE": str(self._bundle),
            "AWS_CA_BUNDLE": str(self._bundle),
        }
        return Function(name, self._interpreter, handler, code, {**environment, **settings}, expected)

    def _train_reference(self) -> tuple[bytes, list[float]]:
        pickled = self._scratch / "model.pkl"
        trained = subprocess.run(
            [self._interpreter, str(build.HERE / "reference" / "train.py"), str(pickled)],
            env={"PYTHONPATH": str(self._layer), "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            text=True,
            check=False,
        )
        if trained.returncode != 0:
            raise BenchmarkError(f"the reference's layer doesn't work: {trained.stderr.strip()}")
        return pickled.read_bytes(), json.loads(trained.stdout)

    def _reference_answer(self) -> float:
        intercept, *slopes = self._coefficients
        logit = intercept + sum(slope * value for slope, value in zip(slopes, card(0).values(), strict=True))
        return 1.0 / (1.0 + math.exp(-logit))

    def _trust(self, certificate: Path) -> Path:
        """Add our certificate to a full set of authorities: reading those is part of every TLS start."""
        bundle = self._scratch / "bundle.pem"
        authorities = self._runtime / "botocore" / "cacert.pem"
        bundle.write_bytes(authorities.read_bytes() + certificate.read_bytes())
        return bundle


def _published(model: bytes) -> dict[str, bytes]:
    """Return the lake's objects of a published model."""
    version, key = "bench", "models/bench/model.json"
    pointer = {
        "schema_version": 1,
        "version": version,
        "key": key,
        "sha256": hashlib.sha256(model).hexdigest(),
        "trained_at": "2026-01-01T00:00:00Z",
        "published_at": "2026-01-01T00:00:00Z",
    }
    return {"models/current.json": json.dumps(pointer).encode(), key: model}
