"""`packaging: image` for real: built from the staged context, asked through Lambda's own runtime client."""

import json
import os
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from benchmarks.calls import predict_event
from benchmarks.runtime_api import RuntimeApi
from layer_build.tree import tree_hash
from tests.containers.conftest import synthesize

pytestmark = pytest.mark.container

TAG = "localhost/recall"
SERVED = {
    "MODEL_FILE": "inference/default_model/model.json",
    "MODEL_REFRESH_SECONDS": "60",
    "METRICS_NAMESPACE": "Recall",
    "STAGE": "test",
}


@pytest.fixture(scope="module")
def stage(engine, tmp_path_factory):
    """Give the synthesized stage, without an engine to call: staging needs none."""
    without_docker = os.environ | {"CDK_DOCKER": "/nowhere"}
    return synthesize(tmp_path_factory.mktemp("image"), {"packaging": "image"}, without_docker)


@pytest.fixture(scope="module")
def image(engine, stage):
    """Build the image as `cdk deploy` would, from what the manifest of the assets says."""
    manifest = json.loads((stage / "Inference.assets.json").read_text())
    (asset,) = manifest["dockerImages"].values()
    source = asset["source"]
    arguments = [f"--build-arg={name}={value}" for name, value in source["dockerBuildArgs"].items()]
    arguments += [f"--platform={source['platform']}", "--network=host", f"--tag={TAG}"]
    engine.run("build", *arguments, str(stage / source["directory"]))
    return TAG


@pytest.fixture(scope="module")
def functions(stage):
    """Give the commands and variables of the stage's functions, by their handlers."""
    template = json.loads((stage / "Inference.template.json").read_text())
    found = [r["Properties"] for r in template["Resources"].values() if r["Type"] == "AWS::Lambda::Function"]
    return {f["ImageConfig"]["Command"][0]: f["Environment"]["Variables"] for f in found}


def invoke(request, command, *, environment=None, folder=None):
    """Start a function with Lambda's runtime client, hand it one event, and return its result."""
    api = RuntimeApi(request)
    process = subprocess.Popen(command(api.address), env=environment, cwd=folder, stdout=sys.stderr)
    with process, closing(api):  # without its Runtime API, the client ends
        response = api.answers.get(timeout=60)
    assert response.path.endswith("/response"), response.body.decode()
    return json.loads(response.body)


def invoke_in_image(engine, handler, variables, request):
    """Invoke a handler of the image as Lambda starts it: read-only, and not as root."""

    def command(address):
        given = variables | {"AWS_LAMBDA_RUNTIME_API": address}
        options = ["--rm", "--read-only", "--user=993:990", *(f"--env={n}={v}" for n, v in given.items())]
        return ["podman", "run", *options, TAG, handler]

    return invoke(request, command, environment=engine.environment)


def invoke_zip(assets, handler, variables, request):
    """Invoke a handler of the zip variant's assets, on this machine."""
    (code,), (layer,) = assets.glob("asset.*/inference"), assets.glob("asset.*/python")

    def command(address):
        given = variables | {"AWS_LAMBDA_RUNTIME_API": address, "PYTHONPATH": f"{code.parent}:{layer}"}
        return ["env", *(f"{n}={v}" for n, v in given.items()), sys.executable, "-m", "awslambdaric", handler]

    return invoke(request, command, folder=code.parent)


def test_image_holds_the_layer_and_the_code_of_the_zip_variant(engine, image, zip_on_host):
    root = Path(engine.run("image", "mount", image).strip())
    (code,), (layer,) = zip_on_host.glob("asset.*/inference"), zip_on_host.glob("asset.*/python")

    assert tree_hash(root / "opt") == tree_hash(layer.parent)
    assert tree_hash(root / "var" / "task") == tree_hash(code.parent)


def test_image_predicts_what_the_zip_variant_predicts(engine, image, zip_on_host):
    handler, request = "inference.handler.handler", json.dumps(predict_event(3)).encode()

    from_image = invoke_in_image(engine, handler, SERVED, request)

    results = json.loads(from_image["body"])["results"]
    assert all(0 < result["recall_probability"] < 1 for result in results)
    assert from_image["body"] == invoke_zip(zip_on_host, handler, SERVED, request)["body"]


def test_canary_passes_in_the_image(engine, image, functions):
    handler = "canary.handler.handler"

    result = invoke_in_image(engine, handler, functions[handler], b"{}")

    assert result == {"checked": functions[handler]["LOCKED"]}
