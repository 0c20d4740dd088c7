"""The deployed canary, asked by hand after CloudFormation has asked it."""

import json

import pytest

pytestmark = pytest.mark.e2e


@pytest.fixture
def canary(service):
    """Give a way to ask the deployed canary, with another lock where a test says so."""
    client = service.client("lambda")
    (function,) = [
        f for f in client.list_functions()["Functions"] if f["Handler"] == "canary.handler.handler"
    ]
    name, variables = function["FunctionName"], function["Environment"]["Variables"]

    def ask(**changed):
        client.update_function_configuration(
            FunctionName=name, Environment={"Variables": variables | changed}
        )
        answer = client.invoke(FunctionName=name, Payload=b"{}")
        return answer.get("FunctionError"), json.loads(answer["Payload"].read())

    yield ask
    client.update_function_configuration(FunctionName=name, Environment={"Variables": variables})


def test_deployed_layer_is_what_was_locked_and_predicts_what_was_recorded(canary):
    error, answer = canary()

    assert error is None
    assert "scikit-learn==" in answer["checked"]


def test_deployed_layer_of_another_version_is_an_error_that_names_it(canary):
    error, answer = canary(LOCKED="numpy==1.0.0")

    assert error == "Unhandled"
    assert answer["errorMessage"].startswith("numpy 1.0.0 is locked, found ")
