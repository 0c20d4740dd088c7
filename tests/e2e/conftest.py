"""The stage `local`, really deployed by the CDK CLI into a local cloud of the tests' own."""

import json
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any, NamedTuple

import boto3
import pytest

from tools.local_cloud import deployment, process
from tools.local_cloud.home import REGION, Home, open_url

PROJECT = Path(__file__).parents[2]


class Answer(NamedTuple):
    """An HTTP answer; header names are in lower case."""

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

    def call(self, method: str, path: str, body: Any = None, **headers: str | None) -> Answer:
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
                return _answer(response)
        except urllib.error.HTTPError as error:
            return _answer(error)

    def predict(self, body: Any) -> Answer:
        """Ask for a prediction."""
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


def _answer(response: Any) -> Answer:
    text = response.read().decode()
    headers = {name.lower(): value for name, value in response.headers.items()}
    return Answer(response.status, headers, json.loads(text) if text else None)


def run_up(home: Home, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run what `make up` runs."""
    command = [
        sys.executable,
        "-m",
        "tools.local_cloud",
        "up",
        "--home",
        str(home.path),
        "--port",
        str(home.port),
    ]
    return subprocess.run([*command, *arguments], cwd=PROJECT, check=False, capture_output=True, text=True)


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory):
    """Give a local cloud's home on a free port; whatever a test leaves running there is stopped."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    home = Home(tmp_path_factory.mktemp("home"), port)
    yield home
    process.stop(home)


@pytest.fixture(scope="session")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the reviews of simulated learners."""
    path = tmp_path_factory.mktemp("reviews") / "simulated.parquet"
    command = [sys.executable, "-m", "model_training", "simulate", "--out", str(path)]
    subprocess.run(command, cwd=PROJECT, check=True, capture_output=True)
    return path


class BeforeUp(NamedTuple):
    """What a new deployment answered before a model was published."""

    broken: Answer
    default: Answer


@pytest.fixture(scope="session")
def before_up(home: Home) -> BeforeUp:
    """Deploy into an empty cloud; ask with a pointer to nothing in the lake, and then with none."""
    process.start(home)
    deployment.bootstrap(home)
    outputs = deployment.deploy(home)
    api, bucket = outputs["recall-local-api"], outputs["recall-local-data-lake"]["Bucket"]
    endpoint = f"{home.url}/_aws/execute-api/{api['ApiId']}/local"
    key = deployment.read_api_key(home, api["ApiKeyId"])
    service = Service(home, endpoint, key, bucket)
    lake = service.client("s3")
    pointer = {"schema_version": 1, "version": "none", "key": "models/none/model.json", "sha256": "0" * 64}
    lake.put_object(Bucket=bucket, Key="models/current.json", Body=json.dumps(pointer).encode())
    broken = service.predict(deployment.EXAMPLE)
    lake.delete_object(Bucket=bucket, Key="models/current.json")
    time.sleep(int(broken.headers["retry-after"]) + 0.5)
    return BeforeUp(broken, service.predict(deployment.EXAMPLE))


@pytest.fixture(scope="session")
def up(home: Home, before_up: BeforeUp, simulated: Path) -> subprocess.CompletedProcess[str]:
    """Run `up` on that cloud: it trains, finds everything else deployed, publishes and asks."""
    done = run_up(home, "--reviews", str(simulated))
    assert done.returncode == 0, done.stderr
    return done


@pytest.fixture(scope="session")
def service(home: Home, up: subprocess.CompletedProcess[str]) -> Service:
    """Give the service that is up."""
    written = json.loads(home.outputs.read_text())
    return Service(home, written["endpoint"], written["api_key"], written["bucket"])
