"""`benchmarks.load` through the runtime client: wrong, failing and leaking functions are found."""

import hashlib
import json
import subprocess
import sys

import pytest

from benchmarks import functions
from benchmarks.build import HERE, LAMBDA_SOURCE
from benchmarks.errors import BenchmarkError
from benchmarks.load.environment import ExecutionEnvironment
from benchmarks.load.memory import PER_CALLS
from benchmarks.load.workloads import MANY, MIX, ONE, workloads

MODEL = LAMBDA_SOURCE / "inference" / "default_model" / "model.json"
STORED = MODEL.read_bytes()
# The function calls a model that it has on disk so.
POINTER = {"version": "file", "key": "model.json", "sha256": hashlib.sha256(STORED).hexdigest()}
OBJECTS = {"models/current.json": json.dumps(POINTER).encode(), "model.json": STORED}


# locust makes sockets and threads cooperative, which is nothing for the other tests: a process of its own.
MEASURE = """
import json, sys
from benchmarks.load import runtime
from benchmarks.functions import Function
from benchmarks.load.oracle import Oracle
given = json.load(sys.stdin)
floor, service = (Function(**function) for function in given["functions"])
oracle = Oracle(lambda key: given["objects"][key].encode())
print(json.dumps(runtime.measure(floor, service, oracle, given["calls"])))
"""
RIGHT = """
from inference.handler import handler as right
calls, kept = 0, []
def handler(event, context):
    global calls
    calls += 1
    answer = right(event, context)
    {deed}
    return answer
"""


@pytest.fixture
def deployed(tmp_path):
    """Give a way to get the floor, and the service's function after a deed was added to its handler."""

    def deploy(deed):
        (tmp_path / "handler.py").write_text(RIGHT.replace("{deed}", deed))
        certificate = tmp_path / "certificate.pem"
        certificate.touch()
        platform = functions.Platform(
            sys.executable, HERE.parent, "http://127.0.0.1:9", tmp_path, certificate
        )
        settings = {"MODEL_FILE": str(MODEL), "MODEL_REFRESH_SECONDS": "1", "STAGE": "bench"}
        environment = platform.environment(tmp_path, LAMBDA_SOURCE) | settings | {"METRICS_NAMESPACE": "R"}
        floor = functions.floor(platform)
        return floor, floor._replace(name="service", code=tmp_path, environment=environment)

    return deploy


@pytest.fixture
def measured(deployed):
    """Give a way to measure that function."""

    def measure(deed, calls):
        given = {
            # What it must answer to the benchmarks' own request is no JSON, and isn't needed here.
            "functions": [{**f._asdict(), "code": str(f.code), "expected": None} for f in deployed(deed)],
            "objects": {key: body.decode() for key, body in OBJECTS.items()},
            "calls": calls,
        }
        done = subprocess.run(
            [sys.executable, "-c", MEASURE],
            cwd=HERE.parent,
            input=json.dumps(given),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return measure


def test_every_response_of_the_right_function_is_right(measured):
    found = measured("pass", 300)

    assert (found["calls"], found["wrong"], found["first_wrong"]) == (300, 0, [])
    assert [row["workload"] for row in found["rows"]] == [ONE, MANY, MIX, "floor"]
    for row in found["rows"]:
        assert 0 < row["p50_ms"] <= row["p95_ms"] <= row["p99_ms"]


@pytest.mark.slow
def test_one_wrong_response_among_hundreds_and_a_leak_are_found(measured):
    wrong = "answer.update(body=answer['body'].replace('0.', '0.0', 1))"
    found = measured(f"kept.append(bytes(1000)); calls == 110 and {wrong}", 1_200)

    assert found["wrong"] == 1
    assert found["first_wrong"][0].startswith("/v1/predict: wrong from byte ")
    assert found["memory"]["grown"]
    assert found["memory"]["slope_bytes"] == pytest.approx(1033 * PER_CALLS, rel=0.4)


@pytest.mark.parametrize(
    ("deed", "problem"),
    [
        ("answer['headers']['X-Request-Id'] = 'another'", "service: the answer to another request than "),
        ("import os; os._exit(3)", "service: its process has ended with code 3"),
    ],
)
def test_function_that_fails_or_mixes_its_answers_up_is_an_error(deployed, deed, problem):
    _, service = deployed(f"if calls == 2: {deed}")
    request = workloads()[ONE][0]

    with ExecutionEnvironment(service) as environment:
        assert environment.invoke(request).answer["statusCode"] == 200
        with pytest.raises(BenchmarkError, match=problem):
            environment.invoke(request)
