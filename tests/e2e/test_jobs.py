"""The deployed jobs functions: commands really run on their layers, on the deployment's lake."""

import json

import pytest
from botocore.config import Config

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

LAKE, TRAINING = "LakeJobsFunction", "TrainingJobsFunction"
# The first call unpacks its layers, up to 250 MB; a second try would only do so again.
PATIENCE = Config(read_timeout=300, retries={"total_max_attempts": 1})


@pytest.fixture
def job(service):
    """Give a way to run a command on a deployed function, by its output of the learning stack."""
    client = service.client("lambda", config=PATIENCE)
    (stack,) = service.client("cloudformation").describe_stacks(StackName="recall-local-learning")["Stacks"]
    names = {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}

    def run(function, *command):
        event = json.dumps({"command": command}).encode()
        response = client.invoke(FunctionName=names[function], Payload=event)
        return response.get("FunctionError"), json.loads(response["Payload"].read())

    return run


def test_command_reads_the_deployments_lake(job, service):
    live = json.loads(service.home.outputs.read_text())["model_version"]

    error, result = job(TRAINING, "models")

    assert error is None
    assert result["live"] == live


def test_command_on_the_table_of_reviews_runs_on_the_lake_layer(job):
    error, result = job(LAKE, "expire", "--retention-days", "365")

    assert error is None, result


def test_failed_command_gives_its_one_line(job):
    error, result = job(TRAINING, "promote", "20200101T000000Z-00000000")

    assert error == "Unhandled"
    assert result["errorMessage"].startswith("20200101T000000Z-00000000")
    assert "\n" not in result["errorMessage"]
