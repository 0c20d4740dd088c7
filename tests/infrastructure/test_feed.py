"""The feed: which changes of the memory it gets, what becomes of failures, and what it may do."""

import json

import pytest

from tests.infrastructure.conftest import only, resources, synthesized_stage

MAPPING = "AWS::Lambda::EventSourceMapping"
DAY = 24 * 3600


@pytest.fixture(scope="module")
def feeding():
    """Give the templates of prod with the memory and reviews."""
    return synthesized_stage("prod", memory=True, reviews_retention_days=365)


def test_feed_reads_the_stream_of_the_memorys_table_from_its_beginning(feeding):
    mapping = only(feeding["Learning"], MAPPING)

    assert "StreamArn" in json.dumps(mapping["EventSourceArn"])
    assert mapping["FunctionName"]["Ref"].startswith("FeedFunction")
    assert mapping["StartingPosition"] == "TRIM_HORIZON"


def test_feed_gets_written_cards_and_erased_learners_and_nothing_else(feeding):
    patterns = [
        json.loads(each["Pattern"])
        for each in only(feeding["Learning"], MAPPING)["FilterCriteria"]["Filters"]
    ]

    assert patterns == [
        {"eventName": ["INSERT", "MODIFY"], "dynamodb": {"Keys": {"item": {"S": [{"prefix": "card#"}]}}}},
        {"eventName": ["REMOVE"], "dynamodb": {"OldImage": {"erased": {"BOOL": [{"exists": True}]}}}},
    ]


def test_changes_that_fail_are_tried_in_halves_and_end_in_the_queue_before_the_stream_forgets_them(feeding):
    mapping, queue = only(feeding["Learning"], MAPPING), only(feeding["Learning"], "AWS::SQS::Queue")

    assert mapping["BisectBatchOnFunctionError"]
    assert "MaximumRetryAttempts" not in mapping
    assert 0 < mapping["MaximumRecordAgeInSeconds"] < DAY
    assert "FailedWork" in json.dumps(mapping["DestinationConfig"]["OnFailure"])
    assert queue["MessageRetentionPeriod"] == 14 * DAY
    assert queue["SqsManagedSseEnabled"]


def test_erasure_that_fails_ends_in_the_queue_too(feeding):
    (config,) = [
        each
        for each in resources(feeding["Learning"], "AWS::Lambda::EventInvokeConfig")
        if each["FunctionName"]["Ref"].startswith("JobsFunction")
    ]

    assert "FailedWork" in json.dumps(config["DestinationConfig"]["OnFailure"])


@pytest.mark.parametrize(
    "settings", [{"memory": True}, {"reviews_retention_days": 365}], ids=["memory", "lake"]
)
def test_without_memory_or_lake_there_is_no_feed(settings):
    templates = synthesized_stage("prod", **settings)

    assert not [name for name, each in templates.items() if resources(each, MAPPING)]
