"""The loader: which changes of the memory it gets, how many at once, and what becomes of failures."""

import json

import pytest

from tests.infrastructure.conftest import only, resources, synthesized_stage

MAPPING = "AWS::Lambda::EventSourceMapping"
MINUTE, DAY = 60, 24 * 3600


@pytest.fixture(scope="module")
def mapping(learning):
    """Give how the stream's records get to the function."""
    return only(learning, MAPPING)


def test_loader_reads_the_stream_of_the_memorys_table_from_its_beginning(mapping):
    assert "StreamArn" in json.dumps(mapping["EventSourceArn"])
    assert mapping["FunctionName"]["Ref"].startswith("LoaderFunction")
    assert mapping["StartingPosition"] == "TRIM_HORIZON"


def test_loader_gets_every_change_of_a_card_and_erased_learners_and_nothing_else(mapping):
    patterns = [json.loads(each["Pattern"]) for each in mapping["FilterCriteria"]["Filters"]]

    assert patterns == [
        {"dynamodb": {"Keys": {"item": {"S": [{"prefix": "card#"}]}}}},
        {"eventName": ["REMOVE"], "dynamodb": {"OldImage": {"erased": {"BOOL": [{"exists": True}]}}}},
    ]


def test_commits_are_large_and_few_but_in_the_local_cloud_nobody_waits(mapping):
    local = only(synthesized_stage("local")["Learning"], MAPPING)

    assert (mapping["BatchSize"], mapping["MaximumBatchingWindowInSeconds"]) == (10_000, 5 * MINUTE)
    assert (local["BatchSize"], local["MaximumBatchingWindowInSeconds"]) == (10_000, 0)


def test_changes_that_fail_are_tried_in_halves_and_end_in_the_queue_before_the_stream_forgets_them(
    mapping, learning
):
    queue = only(learning, "AWS::SQS::Queue")

    assert mapping["BisectBatchOnFunctionError"]
    assert "MaximumRetryAttempts" not in mapping
    assert 0 < mapping["MaximumRecordAgeInSeconds"] < DAY
    assert "FailedWork" in json.dumps(mapping["DestinationConfig"]["OnFailure"])
    assert queue["MessageRetentionPeriod"] == 14 * DAY
    assert queue["SqsManagedSseEnabled"]


def test_loader_is_on_the_lake_layer_and_knows_the_table_the_queue_and_the_function_that_erases(learning):
    function = only(learning, "AWS::Lambda::Function", "Loader")
    variables = {name: json.dumps(value) for name, value in function["Environment"]["Variables"].items()}

    assert (function["Handler"], function["MemorySize"], function["Timeout"]) == (
        "loader.handler.handler",
        2048,
        5 * MINUTE,
    )
    assert [layer["Ref"].partition("LayerVersion")[0] for layer in function["Layers"]] == ["Lake"]
    assert "TableBucket" in variables["TABLE_BUCKET_ARN"]
    assert "LakeJobsFunction" in variables["LAKE_JOBS_FUNCTION"]
    assert "FailedWork" in variables["FAILED_QUEUE_URL"]


def test_erasure_that_fails_ends_in_the_queue_too(learning):
    configs = {
        each["FunctionName"]["Ref"][:8]: each.get("DestinationConfig")
        for each in resources(learning, "AWS::Lambda::EventInvokeConfig")
    }

    assert "FailedWork" in json.dumps(configs["LakeJobs"]["OnFailure"])
    assert configs["Training"] is None


def test_without_reviews_there_is_no_loader():
    templates = synthesized_stage("prod", memory=True)

    assert not [name for name, each in templates.items() if resources(each, MAPPING)]
