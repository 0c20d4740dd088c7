"""``recall tune`` in a local cloud: a whole run, runs that are interrupted, and one that is killed."""

import io
import json
import os
import signal
import subprocess
import sys
import time
import zipfile

import boto3
import pytest

from tests.e2e.conftest import free_port
from tools.local_cloud import process
from tools.local_cloud.home import REGION, Home

# Slow: a cloud of its own, in which each version starts a process.
pytestmark = [pytest.mark.e2e, pytest.mark.slow]

KEYS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_REGION": REGION}
CODE = """
import os, shared
def handler(event, context):
    return {"statusCode": 200 if os.environ["WORD"] == shared.WORD else 500, "body": event["body"]}
"""
# The stack of a stage, with the output by which its predicting function is found.
STACK = {
    "Resources": {"Nothing": {"Type": "AWS::SSM::Parameter", "Properties": {"Type": "String", "Value": "x"}}},
    "Outputs": {"Function": {"Value": "live"}},
}
PATIENCE = 60.0  # seconds


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """Give a local cloud with the function ``live``, which needs its layer and its variables."""
    home = Home(tmp_path_factory.mktemp("tuned"), free_port())
    process.start(home)
    try:
        functions = client(home, "lambda")
        layer = functions.publish_layer_version(
            LayerName="shared", Content={"ZipFile": zipped("python/shared.py", 'WORD = "w"')}
        )
        role = client(home, "iam").create_role(RoleName="live", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
        functions.create_function(
            FunctionName="live",
            Runtime=f"python3.{sys.version_info.minor}",
            Handler="live.handler",
            Role=role,
            Code={"ZipFile": zipped("live.py", CODE)},
            Layers=[layer["LayerVersionArn"]],
            Environment={"Variables": {"WORD": "w"}},
            Timeout=10,
            MemorySize=256,
        )
        client(home, "cloudformation").create_stack(
            StackName="recall-local-inference", TemplateBody=json.dumps(STACK)
        )
        yield home
    finally:
        process.stop(home)


def client(home, service):
    keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
    return boto3.client(service, endpoint_url=home.url, region_name=REGION, **keys)


def zipped(name, text):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(name, text)
    return buffer.getvalue()


@pytest.fixture
def start(home, tmp_path):
    """Give a way to start a run on the stage's predicting function."""
    event = tmp_path / "event.json"
    event.write_text('{"body": "hello"}')

    def start(*words):
        command = [
            sys.executable,
            "-m",
            "model_training",
            "tune",
            "--stage",
            "local",
            "--payload",
            str(event),
        ]
        return subprocess.Popen(
            [*command, "--endpoint-url", home.url, "--memory", "128,1769", *words],
            env=os.environ | KEYS,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    return start


def state(home):
    """Return what a run might change: each function's revision, and the log groups."""
    functions = client(home, "lambda").list_functions()["Functions"]
    groups = client(home, "logs").describe_log_groups()["logGroups"]
    return {f["FunctionName"]: f["RevisionId"] for f in functions}, {g["logGroupName"] for g in groups}


def wait_for_copy(home):
    """Wait until a run has made its copy, and return its name."""
    ends = time.monotonic() + PATIENCE
    while time.monotonic() < ends:
        if made := set(state(home)[0]) - {"live"}:
            return made.pop()
        time.sleep(0.05)
    raise AssertionError("no copy was made")


def test_function_is_measured_and_untouched_and_its_copy_is_gone(home, start, tmp_path):
    before = state(home)

    out, err = start("--calls", "3", "--cold", "2", "--json", "-o", str(tmp_path / "c.svg")).communicate()

    found = json.loads(out)
    assert [(size["memory_mb"], size["warm"]["calls"]) for size in found["sizes"]] == [(128, 3), (1769, 3)]
    assert [size["cold"]["calls"] for size in found["sizes"]] == [2, 2]
    assert [size["excluded"] for size in found["sizes"]] == [None, None]
    assert (found["times_mean_something"], found["measured_by"]) == (False, "the caller's clock")
    assert "estimate: 10 calls of 4 versions" in err
    assert state(home) == before
    assert (tmp_path / "c.svg").stat().st_size > 1_000


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_run_leaves_nothing(home, start, number):
    before = state(home)
    run = start("--calls", "10000")
    wait_for_copy(home)
    run.send_signal(number)

    _out, err = run.communicate(timeout=PATIENCE)

    assert run.returncode == 2
    assert err.splitlines()[-1].startswith(f"error: interrupted ({number.name}): its copy recall-tune-live-")
    assert state(home) == before


def test_next_run_deletes_what_a_killed_one_left(home, start):
    before = state(home)
    run = start("--calls", "10000")
    copy = wait_for_copy(home)
    run.kill()
    run.communicate()
    assert set(state(home)[0]) == {"live", copy}

    _out, err = start("--calls", "1", "--cold", "1").communicate()

    assert f"note: deleted {copy}, which a run that was killed left of live" in err
    assert state(home) == before
