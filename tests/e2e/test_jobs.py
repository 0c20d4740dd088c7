"""The deployed jobs function: commands really run on its two layers, on the deployment's lake."""

import json

import pytest
from botocore.config import Config

pytestmark = pytest.mark.e2e

# The first call unpacks both layers, 250 MB; a second try would only do so again.
PATIENCE = Config(read_timeout=300, retries={"total_max_attempts": 1})


@pytest.fixture
def job(service):
    """Give a way to run a command on the deployed function."""
    client = service.client("lambda", config=PATIENCE)
    (function,) = [
        f
        for f in client.list_functions()["Functions"]
        if f["Handler"] == "model_training.jobs.handler.handler"
    ]

    def run(*command):
        event = json.dumps({"command": command}).encode()
        response = client.invoke(FunctionName=function["FunctionName"], Payload=event)
        return response.get("FunctionError"), json.loads(response["Payload"].read())

    return run


def test_command_reads_the_deployments_lake(job, service):
    live = json.loads(service.home.outputs.read_text())["model_version"]

    error, result = job("models")

    assert error is None
    assert result["live"] == live


def test_command_that_needs_duckdb_and_pandas_runs_on_the_layers(job):
    error, result = job("compact", "--retention-days", "365")

    assert error is None
    assert isinstance(result["stored"], int)


def test_failed_command_gives_its_one_line(job):
    error, result = job("promote", "20200101T000000Z-00000000")

    assert error == "Unhandled"
    assert result["errorMessage"].startswith("20200101T000000Z-00000000")
    assert "\n" not in result["errorMessage"]
