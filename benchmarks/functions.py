"""The functions that are compared, each as Lambda would start it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, NamedTuple

from benchmarks.bucket import BUCKET, ESTIMATOR_BUCKET, ONNX_BUCKET
from benchmarks.build import HERE, recall_code
from benchmarks.calls import Right, embed_event, predict_event

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.models import Model

FLOOR = "floor"
RECALL_FILE = "recall, model beside the code"
RECALL_LAKE = "recall, model from S3"
RECALL_ESTIMATOR = "recall, scikit-learn model from S3"
FLOOR_NEWER = "floor, newer Python"
RECALL_ONNX = "recall, ONNX model from S3, newer Python"
TEXT = "text"
REFERENCE = "reference"
SERVICE, TEXT_SERVICE = "inference.handler.handler", "text.handler.handler"
SETTINGS = {"MODEL_REFRESH_SECONDS": "60", "STAGE": "bench", "METRICS_NAMESPACE": "Recall"}
# As the stack sets it for every function that has the ML layer.
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}


class Function(NamedTuple):
    """A deployed function, what it must answer to its smallest request, and that request."""

    name: str
    interpreter: str
    handler: str
    code: Path
    environment: dict[str, str]
    expected: Right
    event: dict[str, Any] = predict_event(1)


class Platform(NamedTuple):
    """What every function finds around it: Python, /var/runtime, an S3 and whom to trust."""

    interpreter: str
    runtime: Path
    endpoint: str
    authorities: Path
    certificate: Path

    def environment(self, *folders: Path) -> dict[str, str]:
        """Return Lambda's variables, with the folders in front of the runtime's on Python's path."""
        return {
            "PATH": os.defpath,
            "LANG": "C.UTF-8",
            "TZ": ":UTC",
            "PYTHONPATH": os.pathsep.join(map(str, [*folders, self.runtime])),
            "PYTHONNOUSERSITE": "1",
            # /opt and /var/task are read-only: the reference, without .pyc, is compiled at each start.
            "PYTHONDONTWRITEBYTECODE": "1",
            "LAMBDA_TASK_ROOT": str(folders[0]),
            "AWS_EXECUTION_ENV": "AWS_Lambda_python3.11",
            "AWS_REGION": "eu-central-1",
            "AWS_DEFAULT_REGION": "eu-central-1",
            "AWS_ACCESS_KEY_ID": "bench",
            "AWS_SECRET_ACCESS_KEY": "bench",
            "AWS_SESSION_TOKEN": "bench",
            "AWS_ENDPOINT_URL_S3": self.endpoint,
            "SSL_CERT_FILE": str(self.authorities),
            "AWS_CA_BUNDLE": str(self.authorities),
        }


def floor(platform: Platform, name: str = FLOOR) -> Function:
    """Return the constant handler."""
    code = HERE / "floor"
    environment = platform.environment(code)
    return Function(name, platform.interpreter, "handler.handler", code, environment, Right(0.5))


def service_code(platform: Platform, scratch: Path) -> Path:
    """Return a folder with the functions' code, compiled as the stack's asset is."""
    code = recall_code(scratch / "task", platform.interpreter)
    with (code / "aws_kit" / "amazon_roots.pem").open("ab") as roots:
        roots.write(platform.certificate.read_bytes())  # Amazon wouldn't sign for this machine
    return code


def recall(platform: Platform, scratch: Path, model: Model) -> list[Function]:
    """Return the service with either place of its model."""
    model_file = scratch / "model.json"
    model_file.write_bytes(model.stored)
    code = service_code(platform, scratch)
    environment = platform.environment(code) | SETTINGS
    places = {RECALL_FILE: {"MODEL_FILE": str(model_file)}, RECALL_LAKE: {"MODEL_BUCKET": BUCKET}}
    return [
        Function(name, platform.interpreter, SERVICE, code, environment | place, model.answer)
        for name, place in places.items()
    ]


def estimator(platform: Platform, code: Path, layer: Path, model: Model) -> Function:
    """Return the service with an estimator of the user's own, on the ML layer."""
    environment = platform.environment(code, layer) | SETTINGS | ONE_THREAD
    environment |= {"MODEL_BUCKET": ESTIMATOR_BUCKET}
    return Function(RECALL_ESTIMATOR, platform.interpreter, SERVICE, code, environment, model.answer)


def onnx(platform: Platform, code: Path, layers: tuple[Path, Path], model: Model) -> Function:
    """Return the service with an ONNX model, on the ONNX layer and the ML layer."""
    environment = platform.environment(code, *layers) | SETTINGS | ONE_THREAD
    environment |= {"MODEL_BUCKET": ONNX_BUCKET}
    return Function(RECALL_ONNX, platform.interpreter, SERVICE, code, environment, model.answer)


def text(platform: Platform, code: Path, layers: tuple[Path, Path], right: Right) -> Function:
    """Return the text function, on the text layer and the ML layer."""
    environment = platform.environment(code, *layers) | ONE_THREAD | {"STAGE": "bench"}
    environment["METRICS_NAMESPACE"] = "Recall"
    return Function(TEXT, platform.interpreter, TEXT_SERVICE, code, environment, right, embed_event(1))


def reference(platform: Platform, layer: Path, model: Model) -> Function:
    """Return the reference design on its layer."""
    code = HERE / "reference"
    environment = platform.environment(code, layer) | {"MODEL_BUCKET": BUCKET}
    return Function(REFERENCE, platform.interpreter, "handler.handler", code, environment, model.answer)
