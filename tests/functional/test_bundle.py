"""The lean functions' modules in one file, as they are packaged: what a cold start takes from it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from bundle import FILE
from stacks.function_package import LAMBDA_SRC, build_command

MODEL = LAMBDA_SRC / "inference" / "default_model" / "model.json"
CALL = f"""
import json, os, sys
os.environ |= {{"MODEL_REFRESH_SECONDS": "60", "METRICS_NAMESPACE": "Recall", "STAGE": "test"}}
os.environ["MODEL_FILE"] = {str(MODEL)!r}
from inference.handler import handler
body = {{"cards": [{{"days_since_last_review": 3, "review_count": 4, "difficulty": 5}}]}}
event = {{"path": "/v1/predict", "httpMethod": "POST", "body": json.dumps(body)}}
event["headers"] = {{"Content-Type": "application/json"}}
response = handler(event, None)
rooms = ("aws_kit", "http_kit", "inference", "memory", "recall")
own = [module for name, module in list(sys.modules.items()) if name.partition(".")[0] in rooms]
print(json.dumps([
    response["statusCode"],
    response["body"],
    {{module.__name__: [type(module.__spec__.loader).__name__, module.__file__] for module in own}},
]))
"""


def package(folder: Path) -> Path:
    command = build_command(["."], bundle=True)(sys.executable, str(folder))
    subprocess.run(command, cwd=LAMBDA_SRC, check=True)
    return folder


@pytest.fixture(scope="module")
def packaged(tmp_path_factory):
    return package(tmp_path_factory.mktemp("package") / "task")


def called(code):
    """Return the first response of a function, and the loader and file of each module that it took."""
    done = subprocess.run(
        [sys.executable, "-S", "-c", CALL], cwd=code, capture_output=True, text=True, check=True
    )
    status, body, modules = json.loads(done.stdout.splitlines()[-1])
    assert status == 200, body
    return json.loads(body), modules


def test_cold_start_takes_its_modules_from_the_bundle(packaged):
    _, modules = called(packaged)

    assert len(modules) > 20
    others = {name for name, (loader, _) in modules.items() if loader != "Bundle"}
    assert others == {"inference", "inference.handler"}  # what asks for the bundle
    sources = {Path(file) for _, file in modules.values()}
    assert all(source.is_file() and source.is_relative_to(packaged) for source in sources)


def test_bundle_answers_as_the_files_do(packaged):
    from_files, modules = called(LAMBDA_SRC)

    assert called(packaged)[0] == from_files
    assert "Bundle" not in {loader for loader, _ in modules.values()}


def test_bundle_of_another_python_is_left_alone(packaged, tmp_path):
    code = package(tmp_path / "task")
    (code / FILE).rename(code / "bundle" / "modules.cpython-399")

    body, modules = called(code)

    assert body == called(packaged)[0]
    assert "Bundle" not in {loader for loader, _ in modules.values()}


def test_bundle_is_the_same_in_every_folder(packaged, tmp_path):
    assert (package(tmp_path / "elsewhere") / FILE).read_bytes() == (packaged / FILE).read_bytes()


def test_error_in_a_bundled_module_names_its_line(packaged):
    code = "import bundle, recall.curve as curve; curve.interval(None, 0.9)"
    done = subprocess.run(
        [sys.executable, "-S", "-c", code], cwd=packaged, capture_output=True, text=True, check=False
    )

    assert 'File "/var/task/recall/curve.py", line' in done.stderr
