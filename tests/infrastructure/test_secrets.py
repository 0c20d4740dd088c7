"""Templates and outputs hold no secret: the API key is made by AWS, and nothing else here is one."""

import json
import re

import pytest

from tests.infrastructure.conftest import STAGES, resources

# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids
AWS_KEY_ID = re.compile(r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b")
PRIVATE_KEY = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----")
SETTINGS = {
    "LOCKED", "METRICS_NAMESPACE", "MODEL_BUCKET", "MODEL_REFRESH_SECONDS", "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS", "STAGE",
}  # fmt: skip


@pytest.mark.parametrize("stage", STAGES)
def test_templates_have_neither_keys_of_aws_nor_private_ones(templates, stage):
    text = json.dumps(templates(stage))

    assert not AWS_KEY_ID.search(text)
    assert not PRIVATE_KEY.search(text)


@pytest.mark.parametrize("stage", STAGES)
def test_api_key_has_no_value_of_ours_and_its_output_is_only_its_id(templates, stage):
    api = templates(stage)["Api"]
    ((logical_id, key),) = [
        item for item in api["Resources"].items() if item[1]["Type"] == "AWS::ApiGateway::ApiKey"
    ]

    assert "Value" not in key["Properties"]
    assert api["Outputs"]["ApiKeyId"]["Value"] == {"Ref": logical_id}
    assert json.dumps([stack.get("Outputs") for stack in templates(stage).values()]).count(logical_id) == 1


@pytest.mark.parametrize("stage", STAGES)
def test_settings_of_our_functions_are_the_known_ones_and_none_is_secret(templates, stage):
    functions = resources(templates(stage)["Inference"], "AWS::Lambda::Function")

    names = {name for function in functions for name in function["Environment"]["Variables"]}
    assert names == SETTINGS


@pytest.mark.parametrize("stage", STAGES)
def test_no_parameter_asks_for_a_secret(templates, stage):
    parameters = {name for stack in templates(stage).values() for name in stack.get("Parameters", {})}

    assert parameters == {"BootstrapVersion"}
