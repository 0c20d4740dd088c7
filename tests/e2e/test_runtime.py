"""The documented upgrade, python3.13: the whole stage on that Python, with its layers, in a cloud on it.

It has the setting `onnx`, which needs a Python after 3.11: what is live meanwhile are ONNX models. MiniStack
runs functions with its own Python, so the cloud gets an environment of the other one, as by `make up`.
"""

import json
import sys

import numpy as np
import onnxruntime
import pytest

from layer_build.pythons import find_python
from layer_build.targets import find_target
from layer_build.versions import read_lock
from recall.features import FEATURE_NAMES
from stacks.runtime_age import UPGRADE
from tests.e2e.conftest import Service, own_cloud, run_training
from tests.e2e.lake_table import wait_for_events
from tests.e2e.layers import CACHE, kept_layers
from tests.e2e.signed_operator import Operator
from tests.e2e.test_own_model import CARDS, X_OF_CARDS, go_live, put_by_hand, wait_for
from tests.e2e.test_retraining import CARD, PER_REQUEST, live, reviews
from tests.e2e.test_service import POINTER, predict_until
from tests.training.onnx_files import endless_loop, logistic
from tools.local_cloud import commands, deployment
from tools.local_cloud.environment import cloud_python

# Slow: a deployment of its own, and the first time three layers.
pytestmark = [
    pytest.mark.e2e,
    pytest.mark.slow,
    pytest.mark.skipif(
        find_python(UPGRADE) is None,
        reason=f"!!! NOT RUN: no {UPGRADE} here: uv python install {UPGRADE.removeprefix('python')}",
    ),
]
HANDLERS = (
    "inference.handler.handler",
    "memory.handler.handler",
    "canary.handler.handler",
    "model_training.jobs.handler.handler",
)


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    """Give a service on the other Python; its layers have a cache of their own."""
    run, changes = commands.run_briefly, json.dumps({"runtime": UPGRADE, "onnx": True})
    changed = ("--app", f"{sys.executable} -m tests.e2e.changed_app", "-c", f"changes={changes}")
    python = cloud_python(UPGRADE, CACHE / f"cloud-{UPGRADE}")
    with (
        pytest.MonkeyPatch.context() as patch,
        own_cloud(tmp_path_factory.mktemp("runtime"), python) as home,
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


@pytest.fixture(scope="module")
def published(service, tmp_path_factory):
    """Publish two ONNX models, one after the other; give the files and the versions."""
    folder, versions = tmp_path_factory.mktemp("onnx"), []
    # The first one, which a rollback brings back, believes in less recall than the reviews have.
    files = [logistic(intercept=1.0), logistic((-0.5, 0.1, -0.2), intercept=4.0)]
    for number, body in enumerate(files):
        path = folder / f"{number}.onnx"
        path.write_bytes(body)
        versions.append(go_live(service, path, "--onnx"))
        wait_for(service, versions[-1])
    return files, versions


def predicted(model, X):
    """Return what onnxruntime predicts here, for inputs of shape (n, 3)."""
    session = onnxruntime.InferenceSession(model)
    (recall,) = session.run(None, {"features": np.asarray(X, dtype=np.float32)})
    return recall[:, 0]


def test_onnx_model_is_served_as_onnxruntime_predicts_here(service, published):
    files, versions = published
    expected = predicted(files[1], X_OF_CARDS)
    answers = {
        path: service.call("POST", f"/v1/{path}", {"cards": CARDS} | more)
        for path, more in {"predict": {}, "rank": {}, "schedule": {"target_recall": 0.8}}.items()
    }
    card = CARDS[7] | {"days": 90, "points": 50}
    curve = service.call("POST", "/v1/curve", {k: v for k, v in card.items() if k != FEATURE_NAMES[0]}).body

    assert {response.status for response in answers.values()} == {200}
    results = answers["predict"].body["results"]
    assert [each["recall_probability"] for each in results] == pytest.approx(expected, rel=0, abs=1e-6)
    ranking = answers["rank"].body["ranking"]
    ranked = expected[[each["index"] for each in ranking]]
    assert (np.diff(ranked) >= -1e-6).all()
    intervals = [each["interval_days"] for each in answers["schedule"].body["results"]]
    due = np.column_stack([intervals, X_OF_CARDS[:, 1:]])
    assert predicted(files[1], due) == pytest.approx(np.full(len(due), 0.8), rel=0, abs=1e-6)
    along = [[day, *X_OF_CARDS[7, 1:]] for day in curve["days"]]
    assert curve["recall_probability"] == pytest.approx(predicted(files[1], along), rel=0, abs=1e-6)
    described = service.call("GET", "/v1/model").body
    assert (described["model_version"], described["format"]) == (versions[1], "onnx")
    assert described["onnxruntime"] == onnxruntime.__version__


def test_model_before_comes_back_by_a_rollback(service, published):
    files, versions = published
    done = run_training("rollback", service=service)
    assert done.returncode == 0, done.stderr
    wait_for(service, versions[0])
    (card,) = X_OF_CARDS[[3]]
    answer = service.predict(CARDS[3]).body["recall_probability"]
    assert answer == pytest.approx(predicted(files[0], [card])[0], rel=0, abs=1e-6)


def test_hostile_file_in_the_lake_leaves_the_last_good_model_and_raises_the_alarm_s_metric(
    service, published
):
    before = service.client("s3").get_object(Bucket=service.bucket, Key=POINTER)["Body"].read()
    good = json.loads(before)["version"]
    put_by_hand(service, endless_loop(), "onnx")
    problem = "model rejected: UnsupportedArtifactError: the ONNX "
    responses = predict_until(service, lambda _responses: any(problem in m for m in service.log_messages()))
    health = service.call("GET", "/v1/health").body
    service.client("s3").put_object(Bucket=service.bucket, Key=POINTER, Body=before)

    assert {(response.status, response.body["model_version"]) for response in responses} == {(200, good)}
    assert (health["model_version"], health["degraded"], health["reason"]) == (good, True, "rejected")
    assert any('"ModelLoadFailures": 1' in message for message in service.log_messages())
    predict_until(service, lambda _responses: not service.call("GET", "/v1/health").body["degraded"])


def test_reviews_become_a_live_model_in_place_of_an_onnx_model(service, published):
    """Through the memory, the loader on the lake layer, and a run on those of jobs and ONNX."""
    before = live(service)
    assert before[0].startswith("onnx-")
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
