"""Templates and outputs hold no secret: the API key is made by AWS, and nothing else here is one."""

import json
import re

from tests.infrastructure.conftest import STAGES, resources

# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids
AWS_KEY_ID = re.compile(r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b")
PRIVATE_KEY = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----")
SETTINGS = {
    "LOCKED", "METRICS_NAMESPACE", "MODEL_BUCKET", "MODEL_REFRESH_SECONDS", "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS", "STAGE",
}  # fmt: skip


def test_templates_have_neither_keys_of_aws_nor_private_ones(templates):
    text = json.dumps([templates(stage) for stage in STAGES])

    assert not AWS_KEY_ID.search(text)
    assert not PRIVATE_KEY.search(text)


def test_api_key_has_no_value_of_ours_and_its_output_is_only_its_id(prod):
    ((logical_id, key),) = [
        item for item in prod["Api"]["Resources"].items() if item[1]["Type"] == "AWS::ApiGateway::ApiKey"
    ]

    assert "Value" not in key["Properties"]
    assert prod["Api"]["Outputs"]["ApiKeyId"]["Value"] == {"Ref": logical_id}
    assert json.dumps([stack.get("Outputs") for stack in prod.values()]).count(logical_id) == 1


def test_environment_of_the_service_has_known_names_and_none_is_secret(prod):
    functions = resources(prod["Inference"], "AWS::Lambda::Function")

    assert {name for function in functions for name in function["Environment"]["Variables"]} == SETTINGS


def test_no_parameter_asks_for_a_secret(templates):
    parameters = {
        name
        for stage in STAGES
        for stack in templates(stage).values()
        for name in stack.get("Parameters", {})
    }

    assert parameters == {"BootstrapVersion"}
