"""The stream of a memory's table, read from DynamoDB and given as Lambda gives it."""

import base64
from typing import Any

from tools.local_cloud.home import REGION


class MemoryStream:
    """The stream's records, each once.

    Parameters
    ----------
    tables : tests.functional.dynamodb.Tables
        The running DynamoDB.
    table : str
        Name of the memory's table; gets a stream of old and new images, as the deployed one has.
    """

    def __init__(self, tables: Any, table: str) -> None:
        import boto3  # noqa: PLC0415 - takes 0.3 s, and every session of pytest imports this module

        stream = {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}
        tables.client.update_table(TableName=table, StreamSpecification=stream)
        arn = tables.client.describe_table(TableName=table)["Table"]["LatestStreamArn"]
        access = {"region_name": REGION, "aws_access_key_id": "test", "aws_secret_access_key": "test"}
        self._client = boto3.client("dynamodbstreams", endpoint_url=tables.url, **access)
        (shard,) = self._client.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
        self._iterator = self._client.get_shard_iterator(
            StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
        )["ShardIterator"]

    def records(self) -> list[dict[str, Any]]:
        """Return the records since the last call, in their order."""
        found: list[dict[str, Any]] = []
        while True:
            page = self._client.get_records(ShardIterator=self._iterator)
            self._iterator = page["NextShardIterator"]
            if not page["Records"]:
                return found
            found += map(_as_lambda_gives_it, page["Records"])


def _as_lambda_gives_it(record: dict[str, Any]) -> dict[str, Any]:
    change = dict(record["dynamodb"])
    change["ApproximateCreationDateTime"] = change["ApproximateCreationDateTime"].timestamp()
    for image in ("OldImage", "NewImage"):
        if image in change:
            change[image] = {name: _value(value) for name, value in change[image].items()}
    return {"eventName": record["eventName"], "dynamodb": change}


def _value(value: dict[str, Any]) -> dict[str, Any]:
    return {"B": base64.b64encode(value["B"]).decode()} if "B" in value else value
