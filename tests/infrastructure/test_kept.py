"""What stays when its stack goes blocks neither the next deployment nor a rollback, and can be adopted."""

import json

import pytest

from stacks.config import ConfigError
from tests.infrastructure.conftest import learning_stage, new_app, only, synthesized_stage

pytestmark = pytest.mark.slow

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


LAKE = "recall-prod-data-lake-lakebucketb1d32e10-0x1y2z"
POLICY = "AWS::S3::BucketPolicy"


@pytest.fixture(scope="module")
def adopting():
    """Give the templates of prod with a kept lake, by stack."""
    return synthesized_stage("prod", reviews_retention_days=400, lake_bucket=LAKE)


def test_kept_lake_is_used_and_no_other_is_made(adopting):
    kinds = {each["Type"] for each in adopting["DataLake"]["Resources"].values()}

    assert kinds == {POLICY}
    assert adopting["DataLake"]["Outputs"]["Bucket"]["Value"] == LAKE
    assert {
        variables[name]
        for stack in ("Inference", "Learning")
        for each in adopting[stack]["Resources"].values()
        if each["Type"] == "AWS::Lambda::Function"
        for variables in [each["Properties"]["Environment"]["Variables"]]
        for name in ("MODEL_BUCKET", "LAKE_BUCKET")
        if name in variables
    } == {LAKE}


def test_kept_lake_is_protected_as_a_new_one_is(adopting, stacks):
    """Its policy is the only part that went with the stack; the roles may do the same to it."""
    new = json.dumps(stacks["DataLake"]["Resources"]["LakeBucketPolicy93101044"])
    kept = json.dumps(adopting["DataLake"]["Resources"]["LakeBucketPolicy93101044"])
    arn = [
        {"Fn::Join": ["", ["arn:", {"Ref": "AWS::Partition"}, f":s3:::{LAKE}{objects}"]]}
        for objects in ("", "/*")
    ]
    of_new = {"Fn::GetAtt": ["LakeBucketB1D32E10", "Arn"]}
    for old, named in ((of_new, arn[0]), ({"Fn::Join": ["", [of_new, "/*"]]}, arn[1])):
        kept = kept.replace(json.dumps(named), json.dumps(old))

    assert kept.replace(f'"{LAKE}"', '{"Ref": "LakeBucketB1D32E10"}') == new


@pytest.mark.parametrize("name", ["ab", "Lake", "my.lake", "lake-", "arn:aws:s3:::lake", "a" * 64])
def test_bucket_that_cannot_be_one_is_refused_with_what_can(name):
    with pytest.raises(ConfigError, match=r"lake_bucket must be the name of a bucket \(3 to 63 characters"):
        new_app("prod", lake_bucket=name)


@pytest.mark.parametrize(("retention", "days"), [(0, None), (30, 60), (36_500, 36_530)])
def test_old_files_of_reviews_go_a_month_after_the_retention_whether_jobs_run_or_not(retention, days):
    bucket = only(synthesized_stage("prod", reviews_retention_days=retention)["DataLake"], "AWS::S3::Bucket")
    expirations = {
        rule["Prefix"]: rule["ExpirationInDays"]
        for rule in bucket["LifecycleConfiguration"]["Rules"]
        if "ExpirationInDays" in rule
    }

    assert expirations.get("reviews/") == days
