"""What stays when its stack goes blocks neither the next deployment nor a rollback."""

import pytest

from tests.infrastructure.conftest import learning_stage, synthesized_stage

STAGES = {
    "local": lambda: synthesized_stage("local"),
    "prod": lambda: synthesized_stage("prod"),
    "prod with all": learning_stage,
    "prod on Spark": lambda: synthesized_stage(
        "prod", memory=True, reviews_retention_days=400, training_compute="spark"
    ),
    "prod on Batch": lambda: synthesized_stage(
        "prod", memory=True, reviews_retention_days=400, training_compute="batch"
    ),
}


@pytest.fixture(params=list(STAGES))
def kept(request):
    """Give what stays of a stage: type, deletion policy, properties."""
    return [
        (each["Type"], each["DeletionPolicy"], each.get("Properties", {}))
        for template in STAGES[request.param]().values()
        for each in template["Resources"].values()
        if each.get("DeletionPolicy", "Delete") != "Delete"
    ]


def test_nothing_that_stays_has_a_name_which_the_next_deployment_wants(kept):
    # A resource's own name: `Name`, or its type and `Name`, as BucketName and TableName.
    named = [
        kind
        for kind, _policy, properties in kept
        if {"Name", f"{kind.rpartition('::')[2]}Name"} & properties.keys()
    ]

    assert named == []


def test_only_what_a_rollback_cannot_delete_or_others_use_stays_after_it(kept):
    stays = {kind for kind, policy, _properties in kept if policy == "Retain"}

    # The table is protected against deletion; an account has one role for API Gateway's logs.
    assert stays <= {"AWS::DynamoDB::Table", "AWS::ApiGateway::Account", "AWS::IAM::Role"}
