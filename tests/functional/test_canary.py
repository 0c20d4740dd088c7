"""The canary's handler, against packages and models that are really there, and really wrong."""

import json
import shutil
import sys
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from importlib import metadata
from pathlib import Path

import pytest
import sklearn

import onnx_models.model
from canary.checks import KNOWN, CanaryError, check_onnx_predictions, check_packages, check_predictions
from canary.handler import handler

PACKAGES = ("joblib", "numpy", "scikit-learn", "scipy", "skops", "threadpoolctl")
LOCKED = " ".join(f"{name}=={metadata.version(name)}" for name in PACKAGES)


@pytest.fixture(autouse=True)
def locked(monkeypatch):
    monkeypatch.setenv("LOCKED", LOCKED)


@pytest.fixture
def known(tmp_path):
    """Give a copy of what was recorded, to damage."""
    return shutil.copytree(KNOWN, tmp_path / "known")


def damage(known, change):
    """Change the recorded predictions of this environment's scikit-learn."""
    path = known / sklearn.__version__ / "answers.json"
    recorded = json.loads(path.read_text())
    change(recorded["answers"])
    path.write_text(json.dumps(recorded))


@contextmanager
def cloudformation():
    """Listen where CloudFormation would; give the URL and the responses that came."""
    responses = []

    class Listener(BaseHTTPRequestHandler):
        def do_PUT(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            responses.append((self.path, self.headers["Content-Type"], json.loads(body)))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_arguments):
            pass

    with HTTPServer(("127.0.0.1", 0), Listener) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/response?signature=x", responses
        finally:
            server.shutdown()
            thread.join()


def request(url, kind, *, version="3", before="2"):
    event = {
        "RequestType": kind,
        "ResponseURL": url,
        "StackId": "stack",
        "RequestId": "request",
        "LogicalResourceId": "Passed",
        "ResourceProperties": {"Version": version},
    }
    return event | ({"OldResourceProperties": {"Version": before}} if kind == "Update" else {})


def test_right_packages_and_predictions_pass_and_are_named():
    assert handler({"source": "aws.events"}, None) == {"checked": LOCKED}


def test_every_wrong_version_and_missing_package_is_named_at_once(monkeypatch):
    monkeypatch.setenv("LOCKED", f"{LOCKED} numpy==1.0.0 no-such-package==2.0")

    with pytest.raises(CanaryError) as caught:
        handler({}, None)

    assert str(caught.value) == (
        f"numpy 1.0.0 is locked, found {metadata.version('numpy')}; "
        "no-such-package 2.0 is locked, but missing"
    )


@pytest.fixture
def broken_package(tmp_path, monkeypatch):
    """Put a package on the path whose module is what a test writes."""
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "broken_thing", raising=False)
    (tmp_path / "broken_thing-1.0.dist-info").mkdir()
    (tmp_path / "broken_thing-1.0.dist-info" / "METADATA").write_text("Name: broken-thing\nVersion: 1.0\n")
    return tmp_path / "broken_thing.py"


def test_package_that_cannot_be_imported_is_a_problem(broken_package):
    broken_package.write_text("raise OSError('libgomp.so.1: cannot open shared object file')\n")

    with pytest.raises(CanaryError, match=r"broken-thing 1\.0 can't be imported \(OSError: libgomp\.so\.1"):
        check_packages("broken-thing==1.0")


def test_package_whose_code_is_not_the_metadatas_version_is_a_problem(broken_package):
    broken_package.write_text("__version__ = '0.9'\n")

    with pytest.raises(CanaryError, match=r"broken-thing 1\.0 is locked, found 0\.9, 1\.0"):
        check_packages("broken-thing==1.0")


def test_other_prediction_in_the_twelfth_digit_is_a_problem_whatever_the_model(known):
    recorded = json.loads((known / sklearn.__version__ / "answers.json").read_text())["answers"]
    for name, predictions in recorded.items():
        other = [*predictions[:2], predictions[2] + 2e-12, *predictions[3:]]
        damage(known, lambda found, name=name, other=other: found.update(recorded | {name: other}))

        with pytest.raises(CanaryError, match=rf"^{name}: card 2 gives 0\.\d+, recorded was 0\.\d+$"):
            check_predictions(known)


def test_stage_with_onnxruntime_also_predicts_with_the_recorded_onnx_models(monkeypatch):
    locked = f"{LOCKED} onnxruntime=={metadata.version('onnxruntime')}"
    monkeypatch.setenv("LOCKED", locked)
    loaded = []
    load = onnx_models.model.load
    monkeypatch.setattr(onnx_models.model, "load", lambda path: loaded.append(path.name) or load(path))

    assert handler({}, None) == {"checked": locked}
    assert sorted(loaded) == ["network.onnx", "trees.onnx"]


@pytest.mark.parametrize("name", ["network", "trees"])
def test_onnx_prediction_that_differs_by_more_than_float32_does_is_a_problem(known, name):
    path = known / "onnx" / "answers.json"
    recorded = json.loads(path.read_text())
    recorded["answers"][name][1] += 2e-6
    path.write_text(json.dumps(recorded))

    with pytest.raises(CanaryError, match=rf"^{name}: card 1 gives 0\.\d+, recorded was 0\.\d+$"):
        check_onnx_predictions(known)


def test_recorded_nan_is_a_problem(known):
    damage(known, lambda answers: answers["forest"].__setitem__(0, float("nan")))

    with pytest.raises(CanaryError, match="forest: card 0"):
        check_predictions(known)


def test_version_without_a_record_is_a_problem_that_says_how_to_record(known):
    shutil.rmtree(known / sklearn.__version__)

    with pytest.raises(
        CanaryError, match=r"for scikit-learn [\d.]+: run model_training/own_model/record_canary\.py"
    ):
        check_predictions(known)


def test_cloudformation_is_told_that_the_canary_passed():
    with cloudformation() as (url, responses):
        assert handler(request(url, "Update"), None) == {"checked": LOCKED}

    ((path, content_type, body),) = responses
    assert path == "/response?signature=x"
    assert not content_type  # the URL is signed for none
    assert body == {
        "Status": "SUCCESS",
        "Reason": "see the canary's log",
        "PhysicalResourceId": "canary",
        "StackId": "stack",
        "RequestId": "request",
        "LogicalResourceId": "Passed",
    }


def test_cloudformation_is_told_why_the_canary_failed_and_the_error_is_counted(monkeypatch):
    monkeypatch.setenv("LOCKED", "numpy==1.0.0 " + " ".join(f"missing-{n}==1" for n in range(200)))

    with cloudformation() as (url, responses), pytest.raises(CanaryError):
        handler(request(url, "Create"), None)

    ((_path, _type, body),) = responses
    assert body["Status"] == "FAILED"
    assert body["Reason"].startswith("CanaryError: numpy 1.0.0 is locked")
    assert len(json.dumps(body)) < 4096  # CloudFormation's limit


def test_failure_that_nobody_thought_of_reaches_cloudformation_too(monkeypatch):
    monkeypatch.delenv("LOCKED")

    with cloudformation() as (url, responses), pytest.raises(KeyError):
        handler(request(url, "Create"), None)

    assert responses[0][2]["Reason"] == "KeyError: 'LOCKED'"


def test_delete_succeeds_even_where_the_canary_would_fail(monkeypatch):
    monkeypatch.setenv("LOCKED", "no-such-package==1")

    with cloudformation() as (url, responses):
        handler(request(url, "Delete"), None)

    assert [body["Status"] for _path, _type, body in responses] == ["SUCCESS"]


@pytest.mark.parametrize(
    ("version", "before", "status"),
    [
        ("10", "9", "FAILED"),  # 9 is the higher text, not the higher number
        ("9", "10", "SUCCESS"),
        ("7", "7", "SUCCESS"),  # checked when it was published; only its ServiceTimeout, say, is another
        ("$LATEST", "7", "FAILED"),
    ],
)
def test_failing_canary_stops_an_update_and_lets_a_rollback_pass_and_is_counted_in_both(
    monkeypatch, version, before, status
):
    monkeypatch.setenv("LOCKED", "no-such-package==1")

    with cloudformation() as (url, responses), pytest.raises(CanaryError):
        handler(request(url, "Update", version=version, before=before), None)

    assert [body["Status"] for _path, _type, body in responses] == [status]


def test_rollback_is_let_pass_before_a_check_that_may_take_its_time(monkeypatch):
    with cloudformation() as (url, responses):
        monkeypatch.setattr("canary.handler.check_layer", lambda: {"before": str(len(responses))})

        assert handler(request(url, "Update", version="2", before="3"), None) == {"before": "1"}


def test_every_scikit_learn_of_a_lock_has_a_record_and_no_other_has():
    locks = Path(__file__).parents[2].glob("layer_build/locks/*.txt")
    pins = {line.split()[0] for lock in locks for line in lock.read_text().splitlines() if "==" in line}

    assert {f"scikit-learn=={path.name}" for path in KNOWN.iterdir() if path.name != "onnx"} == {
        pin for pin in pins if pin.startswith("scikit-learn==")
    }
