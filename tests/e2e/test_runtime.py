"""The documented upgrade, python3.13: the whole stage on that Python, with its layers, in a cloud on it.

MiniStack runs functions with its own Python, so it gets an environment of the other one.
"""

import json
import shutil
import subprocess
import sys

import pytest

from layer_build.digest import digest_of
from layer_build.pythons import find_python, find_uv
from layer_build.targets import find_target
from layer_build.versions import read_lock
from stacks.runtime_age import UPGRADE
from tests.e2e.conftest import PROJECT, Service, own_cloud
from tests.e2e.lake_table import wait_for_events
from tests.e2e.layers import CACHE, kept_layers
from tests.e2e.test_retraining import CARD, PER_REQUEST, live, reviews
from tests.e2e.training_operator import Operator
from tools.local_cloud import commands, deployment, process

PYTHON = find_python(UPGRADE)
# Slow: a deployment of its own, and the first time three layers.
pytestmark = [
    pytest.mark.e2e,
    pytest.mark.slow,
    pytest.mark.skipif(
        PYTHON is None,
        reason=f"!!! NOT RUN: no {UPGRADE} here: uv python install {UPGRADE.removeprefix('python')}",
    ),
]
HANDLERS = (
    "inference.handler.handler",
    "memory.handler.handler",
    "canary.handler.handler",
    "model_training.jobs.handler.handler",
)
REQUIREMENTS = PROJECT / "tools" / "local_cloud" / "requirements.txt"


@pytest.fixture(scope="module")
def cloud():
    """Give the local cloud's environment on the other Python, made once for what it is made of."""
    folder = CACHE / f"cloud-{UPGRADE}" / digest_of(REQUIREMENTS.parent, [REQUIREMENTS.name])
    if not (folder / "ready").exists():
        shutil.rmtree(folder.parent, ignore_errors=True)
        uv, python = find_uv(), folder / "bin" / "python"
        sync = ["pip", "sync", "--quiet", "--system-certs", "--require-hashes"]
        for command in (
            [uv, "venv", "--quiet", "--python", PYTHON, folder],
            [uv, *sync, "--python", python, REQUIREMENTS],
        ):
            subprocess.run(command, check=True)
        (folder / "ready").touch()
    return folder / "bin" / "python"


@pytest.fixture(scope="module")
def service(cloud, tmp_path_factory):
    """Give a service on the other Python; its layers have a cache of their own."""
    run, changes = commands.run_briefly, json.dumps({"runtime": UPGRADE})
    changed = ("--app", f"{sys.executable} -m tests.e2e.changed_app", "-c", f"changes={changes}")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(process, "PROGRAM", (cloud, *process.PROGRAM[1:]))
        with (
            own_cloud(tmp_path_factory.mktemp("runtime")) as home,
            kept_layers(home.path / "cdk.out", f"layers-{UPGRADE}"),
        ):
            patch.setattr(commands, "run_briefly", lambda *command: run(*command, *changed))
            outputs = deployment.deploy(home)
            api, learning = outputs["recall-local-api"], outputs["recall-local-learning"]
            home.outputs.write_text(json.dumps({"table_bucket": learning["TableBucketArn"]}))
            key = deployment.read_api_key(home, api["ApiKeyId"])
            endpoint = f"{home.url}/_aws/execute-api/{api['ApiId']}/local"
            yield Service(home, endpoint, key, outputs["recall-local-data-lake"]["Bucket"])


def test_functions_run_on_it_and_the_canary_finds_the_locked_layer(service):
    client = service.client("lambda")
    functions = {function["Handler"]: function for function in client.list_functions()["Functions"]}
    response = client.invoke(FunctionName=functions["canary.handler.handler"]["FunctionName"], Payload=b"{}")
    locked = read_lock(find_target(UPGRADE, "x86_64"))

    assert {function["Runtime"] for function in functions.values() if function["Handler"] in HANDLERS} == {
        UPGRADE
    }
    assert "FunctionError" not in response
    assert f"scikit-learn=={locked['scikit-learn']}" in json.loads(response["Payload"].read())["checked"]


def test_reviews_become_a_live_model_that_predicts_otherwise(service):
    """Through the memory, the loader on the lake layer, and a run on the layers of jobs and scikit-learn."""
    before = live(service)
    sent = reviews()
    for start in range(0, len(sent), PER_REQUEST):
        response = service.call("POST", "/v1/reviews", {"reviews": sent[start : start + PER_REQUEST]})
        assert response.status == 202, response.body
    wait_for_events(service, {review["event_id"] for review in sent})

    run, news = Operator(service).run("first")

    assert (news["how"], run["status"]) == ("promoted", "promoted"), run["steps"]
    after = service.predict(CARD).body
    assert 0 < after["recall_probability"] < 1
    assert before[0] != news["found"]["version"]
