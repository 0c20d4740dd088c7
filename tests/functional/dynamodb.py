"""A real DynamoDB, the local cloud's, with a table of the memory for each test."""

import secrets
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tools.local_cloud import process
from tools.local_cloud.home import REGION, Home


class Tables:
    """A running DynamoDB, in which new tables of the memory are made.

    Attributes
    ----------
    url : str
        Its endpoint.
    client : boto3 client
        For what a test puts, or looks at, past the service.
    """

    def __init__(self, url: str) -> None:
        import boto3  # noqa: PLC0415 - takes 0.3 s, and every session of pytest imports this module

        self.url = url
        self.client = boto3.client(
            "dynamodb",
            endpoint_url=url,
            region_name=REGION,
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )

    def create(self) -> str:
        """Return the name of a new table, with the keys and the retention of the deployed one."""
        name, keys = f"memory-{secrets.token_hex(8)}", {"learner": "HASH", "item": "RANGE"}
        self.client.create_table(
            TableName=name,
            KeySchema=[{"AttributeName": key, "KeyType": kind} for key, kind in keys.items()],
            AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in keys],
            BillingMode="PAY_PER_REQUEST",
        )
        retention = {"Enabled": True, "AttributeName": "expires_at"}
        self.client.update_time_to_live(TableName=name, TimeToLiveSpecification=retention)
        return name

    def items(self, table: str) -> list[dict[str, object]]:
        """Return everything that a table holds, as boto3 gives it."""
        pages = self.client.get_paginator("scan").paginate(TableName=table, ConsistentRead=True)
        return [item for page in pages for item in page["Items"]]


def memory_environment(table: str, url: str, **changes: str) -> dict[str, str]:
    """Return the variables of a memory function with this table.

    Parameters
    ----------
    table : str
        Name of the table.
    url : str
        Endpoint of its DynamoDB.
    **changes : str
        More variables, or others in their place.
    """
    return {
        "MEMORY_TABLE": table,
        "MEMORY_RETENTION_DAYS": "1095",
        "TENANTS": "{}",
        "MODEL_BUCKET": "lake",
        "MODEL_REFRESH_SECONDS": "60",
        "METRICS_NAMESPACE": "Recall",
        "STAGE": "test",
        "AWS_ENDPOINT_URL_DYNAMODB": url,
        "AWS_REGION": REGION,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
    } | changes


@contextmanager
def running_dynamodb(folder: Path) -> Iterator[Tables]:
    """Run the DynamoDB of a local cloud of one's own, which keeps its files in a folder."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        home = Home(folder, probe.getsockname()[1])
    process.start(home)
    try:
        yield Tables(home.url)
    finally:
        process.stop(home)


@pytest.fixture(scope="session")
def tables(tmp_path_factory):
    """Give the DynamoDB of a local cloud of this session's own."""
    with running_dynamodb(tmp_path_factory.mktemp("dynamodb")) as running:
        yield running


@pytest.fixture
def table(tables):
    """Give the name of a new table."""
    return tables.create()
