"""A local cloud of the benchmark's own, with an empty lake and an empty table of reviews."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import boto3

from lake.schema import COLUMNS, NAMESPACE, TABLE
from tools.local_cloud import process
from tools.local_cloud.home import REGION, Home

BUCKET = "benchmark-lake"
TABLE_BUCKET = "benchmark-reviews"


class Cloud(NamedTuple):
    """Where the lake and its table are.

    Attributes
    ----------
    url : str
        The local cloud's.
    table_bucket : str
        ARN of the table bucket.
    environment : dict of str to str
        In which programs reach this cloud, and no other.
    """

    url: str
    table_bucket: str
    environment: dict[str, str]


@contextmanager
def running(folder: Path) -> Iterator[Cloud]:
    """Run a local cloud, which keeps its files in a folder, and nothing of them afterwards."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        home = Home(folder, probe.getsockname()[1])
    process.start(home)
    try:
        yield Cloud(home.url, _deploy(home.url), home.environment())
    finally:
        process.stop(home)


def _deploy(url: str) -> str:
    """Make the lake's bucket and the table, as a deployment does; return the table bucket's ARN."""
    options = {
        "endpoint_url": url,
        "region_name": REGION,
        "aws_access_key_id": "test",
        "aws_secret_access_key": "test",
    }
    boto3.client("s3", **options).create_bucket(Bucket=BUCKET)
    tables = boto3.client("s3tables", **options)
    arn: str = tables.create_table_bucket(name=TABLE_BUCKET)["arn"]
    tables.create_namespace(tableBucketARN=arn, namespace=[NAMESPACE])
    fields = [{"name": name, "type": c.type, "required": c.required} for name, c in COLUMNS.items()]
    schema = {"iceberg": {"schema": {"fields": fields}}}
    tables.create_table(
        tableBucketARN=arn, namespace=NAMESPACE, name=TABLE, format="ICEBERG", metadata=schema
    )
    return arn
