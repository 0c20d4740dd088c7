"""The function with a model on disk; `calls` has events and responses, `fakes` a clock and a lake."""

import importlib
import sys
import threading

import pytest

from inference.handler import make_service
from inference.lake_source import LakeSource
from inference.model_store import ModelStore
from inference.telemetry import load_failure_reporter

from .calls import response_of
from .credential_server import CredentialServer
from .fakes import MODEL, REFRESH_SECONDS, FakeClock, FakeReader, publish
from .full_model import call  # noqa: F401 - a fixture
from .memories import Memory
from .s3_server import S3Server


@pytest.fixture(scope="session")
def environment(tmp_path_factory):
    """Give the function's variables, with the model in a file."""
    path = tmp_path_factory.mktemp("model") / "model.json"
    path.write_bytes(MODEL)
    return {
        "MODEL_FILE": str(path),
        "MODEL_REFRESH_SECONDS": "60",
        "METRICS_NAMESPACE": "Recall",
        "STAGE": "test",
    }


@pytest.fixture(scope="session")
def send(environment):
    """Give the call of one warm service: an event in, a `Response` out."""
    service = make_service(environment)
    return lambda event: response_of(service.respond(event))


@pytest.fixture
def invoke(environment, monkeypatch):
    """Give the Lambda entry in a new execution environment: an event in, a `Response` out."""
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delitem(sys.modules, "inference.handler")
    entry = importlib.import_module("inference.handler")
    return lambda event: response_of(entry.handler(event, None))


@pytest.fixture
def server():
    """Give an S3 on 127.0.0.1 with a pointer and a model."""
    with S3Server() as running:
        running.objects["/lake/models/current.json"] = b"pointer"
        running.objects["/lake/models/1/model.json"] = b"model"
        yield running


@pytest.fixture
def variables(server):
    """Give what Lambda sets for a function whose S3 is that server."""
    return {
        "AWS_ENDPOINT_URL": server.url,
        "AWS_REGION": "eu-central-1",
        "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "secret",
    }


@pytest.fixture
def lambdas():
    """Give Lambda's own address for credentials."""
    with CredentialServer() as running:
        threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield running
        running.shutdown()


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def reader():
    """Give a lake in which version 1 is published."""
    lake = FakeReader()
    publish(lake.objects, "1")
    return lake


@pytest.fixture
def store(reader, clock):
    report = load_failure_reporter("Recall", "test")
    return ModelStore(LakeSource(reader), REFRESH_SECONDS, report, clock)


@pytest.fixture
def device(tables, table):
    """Give what makes a new way to the memory, with the same table: parameters as of `Memory`."""
    made = []

    def make(url=tables.url, **more):
        made.append(Memory(table, url, **more))
        return made[-1]

    yield make
    for memory in made:
        memory.close()


@pytest.fixture
def memory(device):
    """Give a way to the memory."""
    return device()
