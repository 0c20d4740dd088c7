"""The preflight reads what a stage needs from the synthesis itself, and knows every name that it gives."""

import json

import pytest

from tests.infrastructure.conftest import PROJECT, learning_stage, synthesized_stage
from tools.doctor.names import NAMED
from tools.doctor.stage import read_stage

pytestmark = pytest.mark.slow

# Names that need no other to be free: what CloudFormation scopes to a parent, or what may be there twice.
NOT_ALONE = {
    "AWS::ApiGateway::Model",
    "AWS::ApiGateway::RestApi",
    "AWS::ApiGateway::Stage",
    "AWS::ApplicationAutoScaling::ScalingPolicy",
    "AWS::CodeDeploy::DeploymentGroup",
    "AWS::IAM::Policy",
    "AWS::Lambda::Alias",
    "AWS::Logs::QueryDefinition",
    "AWS::S3Tables::Table",
    "AWS::WAFv2::WebACL",
    "AWS::EMRServerless::Application",
}


def test_stage_needs_what_its_synthesis_says():
    context = json.loads((PROJECT / "cdk.json").read_text())["context"] | {"stage": "dev"}
    context["stages"]["dev"] |= {"packaging": "image", "memory": True}

    stage = read_stage(context)

    assert (stage.bootstrap_version, stage.has_images) == (6, True)
    assert stage.settings.packaging == "image"
    assert set(stage.templates) == {
        f"recall-dev-{part}" for part in ("data-lake", "inference", "memory", "api", "studio", "monitoring")
    }
    assert [each.stack for each in stage.resources("AWS::DynamoDB::Table")] == ["recall-dev-memory"]


# What isn't the resource's own name.
OTHERS = {"DisplayName", "StageName", "AttributeName", "MetricName", "ServiceName"}


def names_of(properties, above=""):
    """Yield the paths of properties that give a resource a name: in letters, or joined of them."""
    for key, value in properties.items():
        if isinstance(value, dict) and key.endswith("Config"):
            yield from names_of(value, f"{above}{key}.")
        given = isinstance(value, str) or (isinstance(value, dict) and value.keys() & {"Fn::Join", "Fn::Sub"})
        if given and key.endswith("Name") and key not in OTHERS:
            yield f"{above}{key}"


@pytest.mark.parametrize(
    "templates",
    [
        lambda: synthesized_stage("prod"),
        learning_stage,
        lambda: synthesized_stage("prod", memory=True, reviews_retention_days=400, training_compute="spark"),
        lambda: synthesized_stage("prod", memory=True, reviews_retention_days=400, training_compute="batch"),
    ],
    ids=["as it is", "with reviews", "with Spark", "with Batch"],
)
def test_every_name_that_must_be_free_is_looked_for(templates):
    given = {
        (resource["Type"], path)
        for template in templates().values()
        for resource in template["Resources"].values()
        for path in names_of(resource.get("Properties", {}))
        if resource["Type"] not in NOT_ALONE
    }

    assert given <= {(kind, named.property) for kind, named in NAMED.items()}
