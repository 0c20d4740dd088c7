"""The local cloud's S3 Tables: removed snapshots are gone with the files that no other snapshot has."""

import secrets

import boto3
import pyarrow as pa
import pytest
from pyiceberg.catalog import load_catalog

from tools.local_cloud.home import REGION

ACCESS = {"region_name": REGION, "aws_access_key_id": "test", "aws_secret_access_key": "test"}
FIELDS = [{"name": "learner", "type": "string", "required": True}]
SCHEMA = pa.schema([pa.field("learner", pa.string(), nullable=False)])


@pytest.fixture
def bucket(tables):
    """Give the name of a new table bucket with a table ``n.t``."""
    name = f"tables-{secrets.token_hex(8)}"
    client = boto3.client("s3tables", endpoint_url=tables.url, **ACCESS)
    arn = client.create_table_bucket(name=name)["arn"]
    client.create_namespace(tableBucketARN=arn, namespace=["n"])
    schema = {"iceberg": {"schema": {"fields": FIELDS}}}
    client.create_table(tableBucketARN=arn, namespace="n", name="t", format="ICEBERG", metadata=schema)
    return name


@pytest.fixture
def table(tables, bucket):
    """Give the table as PyIceberg has it."""
    catalog = {
        "type": "rest",
        "uri": f"{tables.url}/iceberg",
        "warehouse": f"arn:aws:s3tables:{REGION}:000000000000:bucket/{bucket}",
    }
    return load_catalog("local", **catalog).load_table("n.t")


@pytest.fixture
def objects(tables, bucket):
    """Give the table bucket's objects as they are when called: bytes by key."""
    s3 = boto3.client("s3", endpoint_url=tables.url, **ACCESS)

    def read():
        found = s3.list_objects_v2(Bucket=bucket).get("Contents", [])
        return {each["Key"]: s3.get_object(Bucket=bucket, Key=each["Key"])["Body"].read() for each in found}

    return read


def learners(*names):
    return pa.table({"learner": list(names)}, schema=SCHEMA)


def test_files_of_removed_snapshots_are_deleted_and_those_of_kept_ones_stay(table, objects):
    table.append(learners("ann", "bob"))
    first = table.current_snapshot().snapshot_id
    table.append(learners("cid"))
    second = table.current_snapshot().snapshot_id
    table.delete("learner == 'ann'")
    held = [key for key, body in objects().items() if b"ann" in body]
    assert any(key.endswith(".parquet") for key in held)

    table.maintenance.expire_snapshots().by_id(first).commit()
    kept = table.refresh().scan(snapshot_id=second).to_arrow()
    assert sorted(kept["learner"].to_pylist()) == ["ann", "bob", "cid"]

    table.maintenance.expire_snapshots().by_id(second).commit()
    assert [key for key, body in objects().items() if key.endswith(".parquet") and b"ann" in body] == []
    assert [key for key in objects() if key.endswith(".metadata.json")] == ["n/t/metadata/v5.metadata.json"]
    left = table.refresh()
    assert [snapshot.snapshot_id for snapshot in left.snapshots()] == [left.current_snapshot().snapshot_id]
    assert sorted(left.scan().to_arrow()["learner"].to_pylist()) == ["bob", "cid"]
