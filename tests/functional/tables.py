"""Real tables of reviews, in the Iceberg catalogue of the local cloud's S3 Tables."""

import secrets
from contextlib import suppress
from tempfile import NamedTemporaryFile
from typing import Any

import pytest

from lake.schema import COLUMNS, NAMESPACE, TABLE
from tools.local_cloud.home import REGION


class ReviewTables:
    """Makes tables of reviews in a running local cloud.

    Parameters
    ----------
    url : str
        The local cloud's.
    """

    def __init__(self, url: str) -> None:
        import boto3  # noqa: PLC0415 - takes 0.3 s, and every session of pytest imports this module

        self.url = url
        options = {
            "endpoint_url": url,
            "region_name": REGION,
            "aws_access_key_id": "test",
            "aws_secret_access_key": "test",
        }
        self._tables = boto3.client("s3tables", **options)
        self.s3 = boto3.client("s3", **options)

    def create(self) -> str:
        """Return the ARN of a new table bucket, with an empty table of reviews as the deployed one."""
        arn: str = self._tables.create_table_bucket(name=f"reviews-{secrets.token_hex(8)}")["arn"]
        self._tables.create_namespace(tableBucketARN=arn, namespace=[NAMESPACE])
        fields = [
            {"name": name, "type": column.type, "required": column.required}
            for name, column in COLUMNS.items()
        ]
        self._tables.create_table(
            tableBucketARN=arn,
            namespace=NAMESPACE,
            name=TABLE,
            format="ICEBERG",
            metadata={"iceberg": {"schema": {"fields": fields}}},
        )
        return arn

    def open(self, arn: str) -> Any:
        """Return a table, as a function has it."""
        from lake.catalog import open_table  # noqa: PLC0415 - as above

        return open_table(arn, self.url)

    def objects(self, arn: str) -> dict[str, bytes]:
        """Return every object that a table bucket holds, by its key."""
        bucket = arn.rpartition("/")[2]
        pages = self.s3.get_paginator("list_objects_v2").paginate(Bucket=bucket)
        keys = [entry["Key"] for page in pages for entry in page.get("Contents", [])]
        bodies = {}
        for key in keys:
            # A file of an older snapshot may go while they are read.
            with suppress(self.s3.exceptions.NoSuchKey):
                bodies[key] = self.s3.get_object(Bucket=bucket, Key=key)["Body"].read()
        return bodies

    def holding(self, arn: str, text: str) -> list[str]:
        """Return the keys of the objects that hold a text: in their bytes, rows, or entries of a manifest."""
        return [
            key
            for key, body in self.objects(arn).items()
            if text in key or text.encode() in body or text in _content(key, body)
        ]


def _content(key: str, body: bytes) -> str:
    import pyarrow.parquet as pq  # noqa: PLC0415 - as above
    from pyiceberg.avro.file import AvroFile  # noqa: PLC0415
    from pyiceberg.io.pyarrow import PyArrowFileIO  # noqa: PLC0415

    with NamedTemporaryFile() as file:
        file.write(body)
        file.flush()
        if key.endswith(".parquet"):
            return str(pq.read_table(file.name).to_pylist())
        if key.endswith(".avro"):
            with AvroFile(PyArrowFileIO().new_input(file.name)) as records:
                return str(list(records))
    return ""


@pytest.fixture(scope="session")
def review_tables(tables):
    """Give the tables of this session's local cloud."""
    return ReviewTables(tables.url)


@pytest.fixture
def review_table(review_tables):
    """Give a new, empty table of reviews."""
    return review_tables.open(review_tables.create())
