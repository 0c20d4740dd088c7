"""The stage `local`, deployed once in a session by the CDK CLI into a local cloud of the tests' own."""

import json
import os
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import boto3
import pytest

from tests.e2e.layers import kept_layers
from tools.local_cloud import deployment, process
from tools.local_cloud.environment import cloud_python, stage_runtime
from tools.local_cloud.home import REGION, Home, open_url

PROJECT = Path(__file__).parents[2]
LOG_PAGE = 10_000  # events


class Response(NamedTuple):
    """An HTTP response; header names are in lower case, JSON is parsed, and of JSON lines each."""

    status: int
    headers: dict[str, str]
    body: Any


class Service:
    """The deployed service, as its clients see it."""

    def __init__(self, home: Home, endpoint: str, api_key: str, bucket: str) -> None:
        self.home = home
        self.endpoint = endpoint
        self.api_key = api_key
        self.bucket = bucket

    def call(self, method: str, path: str, body: Any = None, **headers: str | None) -> Response:
        """Send a request, with the API key and as JSON unless `headers` says otherwise (None: without)."""
        data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        given = {"x_api_key": self.api_key, "content_type": "application/json"} | headers
        request = urllib.request.Request(  # noqa: S310 - our own http URL
            self.endpoint + path,
            data=data,
            method=method,
            headers={name.replace("_", "-"): value for name, value in given.items() if value is not None},
        )
        try:
            with open_url(request, timeout=30) as response:
                return _read(response)
        except urllib.error.HTTPError as error:
            return _read(error)

    def predict(self, body: Any) -> Response:
        """Request a prediction."""
        return self.call("POST", "/v1/predict", body)

    def client(self, name: str, **options: Any) -> Any:
        """Return a boto3 client of the local cloud."""
        return boto3.client(
            name,
            endpoint_url=self.home.url,
            region_name=REGION,
            aws_access_key_id="test",
            aws_secret_access_key="test",
            **options,
        )

    def log_messages(self) -> list[str]:
        """Return every line that the functions have written."""
        logs = self.client("logs")
        groups = [group["logGroupName"] for group in logs.describe_log_groups()["logGroups"]]
        return [
            event["message"] for group in groups if "AccessLog" not in group for event in _events(logs, group)
        ]


def _read(response: Any) -> Response:
    text = response.read().decode()
    headers = {name.lower(): value for name, value in response.headers.items()}
    if headers.get("content-type") == "application/jsonl":
        return Response(response.status, headers, [json.loads(line) for line in text.splitlines()])
    return Response(response.status, headers, json.loads(text) if text else None)


def _events(logs: Any, group: str) -> list[dict[str, Any]]:
    """Read a group's events to the last: the local cloud gives LOG_PAGE, and no token for those after."""
    events: list[dict[str, Any]] = []
    start = 0
    while True:
        page = logs.filter_log_events(logGroupName=group, startTime=start)["events"]
        events = [event for event in events if event["timestamp"] < start] + page
        if len(page) < LOG_PAGE:
            return events
        start = page[-1]["timestamp"]


def run_up(home: Home, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run what `make up` runs."""
    where = ["--home", str(home.path), "--port", str(home.port)]
    command = [sys.executable, "-m", "tools.local_cloud", "up", *where, *arguments]
    return subprocess.run(command, cwd=PROJECT, check=False, capture_output=True, text=True)


def run_training(*arguments: object, service: Service | None = None) -> subprocess.CompletedProcess[str]:
    """Run a command of the training side; with a service, on its lake."""
    keys = {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
    }
    lake = ("--bucket", service.bucket, "--endpoint-url", service.home.url) if service else ()
    command = [sys.executable, "-m", "model_training", *map(str, (*arguments, *lake))]
    return subprocess.run(
        command, cwd=PROJECT, env=os.environ | keys, capture_output=True, text=True, check=False
    )


def free_port() -> int:
    """Return a port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@cache
def stage_python() -> Path:
    """Return the Python of the local cloud on which the stage's functions run."""
    return cloud_python(stage_runtime(Home(PROJECT, 0)))


@contextmanager
def own_cloud(folder: Path, python: Path | None = None) -> Iterator[Home]:
    """Give a local cloud on a Python (the stage's), ready for deployments, and stop it afterwards."""
    home = Home(folder, free_port(), python or stage_python())
    try:
        process.start(home)
        deployment.bootstrap(home)
        yield home
    finally:
        process.stop(home)


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory):
    """Give a local cloud's home on a free port; whatever a test leaves running there is stopped."""
    home = Home(tmp_path_factory.mktemp("home"), free_port())
    yield home
    process.stop(home)


@pytest.fixture(scope="session")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the reviews of a few simulated learners."""
    path = tmp_path_factory.mktemp("reviews") / "simulated.parquet"
    done = run_training("simulate", "--out", path, "--learners", 5, "--days", 120)
    assert done.returncode == 0, done.stderr
    return path


@pytest.fixture(scope="session")
def up(home: Home, simulated: Path) -> subprocess.CompletedProcess[str]:
    """Run `up` from nothing: it trains, deploys, publishes and predicts."""
    with kept_layers(home.path / "cdk.out"):
        done = run_up(home, "--reviews", str(simulated))
        assert done.returncode == 0, done.stderr
    return done


@pytest.fixture(scope="session")
def service(home: Home, up: subprocess.CompletedProcess[str]) -> Service:
    """Give the service that is up."""
    written = json.loads(home.outputs.read_text())
    return Service(home, written["endpoint"], written["api_key"], written["bucket"])
