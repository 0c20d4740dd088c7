"""The table of reviews in S3 Tables: its columns, what AWS maintains and how soon, and when it goes."""

import pytest

from lake import schema
from tests.infrastructure.conftest import learning_stage, only, resources, synthesized_stage

KINDS = ("TableBucket", "Namespace", "Table")


def test_table_is_the_one_that_the_code_opens_with_the_columns_of_its_rows(learning):
    bucket, namespace, table = (only(learning, f"AWS::S3Tables::{kind}") for kind in KINDS)
    fields = table["IcebergMetadata"]["IcebergSchema"]["SchemaFieldList"]

    assert bucket["TableBucketName"] == "recall-prod"
    assert namespace["Namespace"] == table["Namespace"] == schema.NAMESPACE
    assert (table["TableName"], table["OpenTableFormat"]) == (schema.TABLE, "ICEBERG")
    assert [(field["Name"], field["Type"], field["Required"]) for field in fields] == [
        (name, column.type, column.required) for name, column in schema.COLUMNS.items()
    ]


def test_deleted_rows_are_gone_from_all_files_within_three_days(learning):
    files = only(learning, "AWS::S3Tables::TableBucket")["UnreferencedFileRemoval"]
    table = only(learning, "AWS::S3Tables::Table")

    assert files == {"Status": "Enabled", "UnreferencedDays": 1, "NoncurrentDays": 1}
    assert table["SnapshotManagement"] == {
        "Status": "enabled",
        "MaxSnapshotAgeHours": 24,
        "MinSnapshotsToKeep": 1,
    }


def test_small_files_are_made_into_files_of_a_size_that_a_function_can_write_anew(learning):
    assert only(learning, "AWS::S3Tables::Table")["Compaction"] == {
        "Status": "enabled",
        "TargetFileSizeMB": 64,
    }


@pytest.mark.parametrize(
    "stacks_of", [learning_stage, lambda: synthesized_stage("local")], ids=["prod", "local"]
)
def test_table_goes_with_its_stack_and_with_what_deletes_old_reviews(stacks_of):
    policies = {
        each["Type"].rpartition("::")[2]: each["DeletionPolicy"]
        for each in stacks_of()["Learning"]["Resources"].values()
        if each["Type"].startswith("AWS::S3Tables::")
    }

    assert policies == dict.fromkeys(KINDS, "Delete")


def test_command_line_finds_the_table_in_the_stacks_outputs(learning):
    output = learning["Outputs"]["TableBucketArn"]["Value"]["Fn::GetAtt"]

    assert output[0].startswith("TableBucket")
    assert output[1] == "TableBucketARN"


def test_queries_have_a_workgroup_with_encrypted_results_and_a_bound(learning):
    workgroup = only(learning, "AWS::Athena::WorkGroup")
    configuration = workgroup["WorkGroupConfiguration"]

    assert workgroup["Name"] == "recall-prod"
    assert configuration["EnforceWorkGroupConfiguration"] is True
    assert configuration["BytesScannedCutoffPerQuery"] == 100 * 1024**3
    results = configuration["ResultConfiguration"]
    assert results["EncryptionConfiguration"] == {"EncryptionOption": "SSE_S3"}
    assert results["OutputLocation"]["Fn::Join"][1][-1] == "/reports/athena/"


def test_what_holds_learners_is_forgotten_when_it_should_be(prod):
    rules = only(prod["DataLake"], "AWS::S3::Bucket")["LifecycleConfiguration"]["Rules"]
    noncurrent = {
        rule.get("Prefix"): rule["NoncurrentVersionExpiration"]
        for rule in rules
        if "NoncurrentVersionExpiration" in rule
    }
    expired = {rule["Prefix"]: rule["ExpirationInDays"] for rule in rules if "ExpirationInDays" in rule}

    # Without a number of versions that are kept all the same, as the bucket's other objects have one.
    seven_days = {"NoncurrentDays": 7}
    learners = ("reviews/", "decks/", "due/", "samples/", "reports/athena/")
    assert {prefix: noncurrent[prefix] for prefix in learners} == dict.fromkeys(learners, seven_days)
    assert expired == {"due/": 30, "samples/": 7, "reports/": 400, "reports/athena/": 1}


def test_without_reviews_nothing_of_it_is_there(prod):
    assert not [name for name, each in prod.items() if resources(each, "AWS::S3Tables::TableBucket")]
