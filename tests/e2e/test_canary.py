"""The deployed canary, invoked by hand after CloudFormation has invoked it."""

import json

import pytest

pytestmark = [pytest.mark.e2e, pytest.mark.slow]


@pytest.fixture
def canary(service):
    """Give a way to invoke the deployed canary, with another lock where a test says so."""
    client = service.client("lambda")
    (function,) = [
        f for f in client.list_functions()["Functions"] if f["Handler"] == "canary.handler.handler"
    ]
    name, variables = function["FunctionName"], function["Environment"]["Variables"]

    def invoke(**changed):
        client.update_function_configuration(
            FunctionName=name, Environment={"Variables": variables | changed}
        )
        response = client.invoke(FunctionName=name, Payload=b"{}")
        return response.get("FunctionError"), json.loads(response["Payload"].read())

    yield invoke
    client.update_function_configuration(FunctionName=name, Environment={"Variables": variables})


def test_deployed_layer_is_what_was_locked_and_predicts_what_was_recorded(canary):
    error, result = canary()

    assert error is None
    assert "scikit-learn==" in result["checked"]


def test_deployed_layer_of_another_version_is_an_error_that_names_it(canary):
    error, result = canary(LOCKED="numpy==1.0.0")

    assert error == "Unhandled"
    assert result["errorMessage"].startswith("numpy 1.0.0 is locked, found ")
