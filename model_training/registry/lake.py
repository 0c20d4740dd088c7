"""The data lake in S3, as the training side reads and writes it."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple
from urllib.parse import urlsplit

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from lake.objects import DENIED, ForbiddenObjectError, error_code, get_object, is_missing
from recall.errors import RecallError

LOCAL_OUTPUTS = Path(__file__).parents[2] / ".local" / "outputs.json"  # what `make up` writes
# The local cloud takes any credentials; the user's own have no business there.
LOCAL_CREDENTIALS = {"aws_access_key_id": "test", "aws_secret_access_key": "test", "region_name": "us-east-1"}
# Content types by what keys end with.
KINDS = {
    "json": "application/json",
    "jsonl": "application/jsonl",
    "csv": "text/csv",
    "html": "text/html; charset=utf-8",
    "parquet": "application/vnd.apache.parquet",
    "skops": "application/zip",
    "sig": "application/vnd.dev.sigstore.bundle.v0.3+json",
}
LARGE_BYTES = 16 * 1024 * 1024  # what is larger is written in parts
# Another write came first (412), at this very moment (409), or was a deletion (404).
CONDITION_FAILED = {"PreconditionFailed", "ConditionalRequestConflict", "NoSuchKey"}


class LakeError(RecallError):
    """The lake can't be found, or doesn't give or take an object: names it, the problem and the fix."""


MOST_DELETED_AT_ONCE = 1_000  # by S3 itself


class StoredObject(NamedTuple):
    """An object's content and its ETag."""

    body: bytes
    etag: str


class ObjectVersion(NamedTuple):
    """One of an object's versions; a marker has no content, and says that the object was deleted then."""

    key: str
    version_id: str
    is_latest: bool
    is_marker: bool


class Lake:
    """One bucket.

    Parameters
    ----------
    client : boto3 S3 client
        The client, from `s3_client`.
    bucket : str
        The bucket's name.
    """

    def __init__(self, client: Any, bucket: str) -> None:
        self._client = client
        self.bucket = bucket

    def read(self, key: str) -> StoredObject | None:
        """Return an object, or None when there is none.

        Raises
        ------
        LakeError
            If S3 refuses or can't be reached, as in every method.
        """
        with self._lake_errors(key):
            response = get_object(self._client, self.bucket, key)
            return None if response is None else StoredObject(response["Body"].read(), response["ETag"])

    def write(self, key: str, body: bytes | BinaryIO) -> None:
        """Write an object, whatever was there; its content, or a file that has it.

        A large content goes in parts, so that a lost connection costs one of them.
        """
        if not isinstance(body, bytes) or len(body) <= LARGE_BYTES:
            self._put(key, body, {})
            return
        with self._lake_errors(key):
            self._client.upload_fileobj(
                io.BytesIO(body), self.bucket, key, ExtraArgs={"ContentType": _content_type(key)}
            )

    def replace(self, key: str, body: bytes, etag: str | None) -> bool:
        """Write an object if it still has the given ETag, or still doesn't exist (None).

        Returns
        -------
        bool
            False when somebody else came first: nothing was written.
        """
        try:
            self._put(key, body, {"IfNoneMatch": "*"} if etag is None else {"IfMatch": etag})
        except LakeError as error:
            cause = error.__cause__
            if not (isinstance(cause, ClientError) and self._came_second(cause, key, etag)):
                raise
            # The first try's response may have been lost on the way: the second one then met our own write.
            tried_again = cause.response.get("ResponseMetadata", {}).get("RetryAttempts", 0) > 0
            return tried_again and self._holds(key, body)
        return True

    def keys(self, prefix: str) -> dict[str, datetime]:
        """Return the keys that begin so, in order, and when each was last written by S3's clock."""
        with self._lake_errors(prefix):
            pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=prefix)
            return {
                entry["Key"]: entry["LastModified"] for page in pages for entry in page.get("Contents", [])
            }

    def delete(self, keys: Iterable[str]) -> None:
        """Delete objects; their versions stay, as older ones. A missing object is no error."""
        self._delete([{"Key": key} for key in keys])

    def versions(self, prefix: str) -> list[ObjectVersion]:
        """Return all versions of the objects whose keys begin so, newer ones first, then all markers."""
        with self._lake_errors(prefix):
            paginator = self._client.get_paginator("list_object_versions")
            pages = paginator.paginate(Bucket=self.bucket, Prefix=prefix)
            return [
                ObjectVersion(entry["Key"], entry["VersionId"], entry["IsLatest"], kind == "DeleteMarkers")
                for page in pages
                for kind in ("Versions", "DeleteMarkers")
                for entry in page.get(kind, [])
            ]

    def read_version(self, version: ObjectVersion) -> bytes | None:
        """Return a version's content, or None when it is gone or a marker."""
        with self._lake_errors(version.key):
            try:
                response = self._client.get_object(
                    Bucket=self.bucket, Key=version.key, VersionId=version.version_id
                )
                body: bytes = response["Body"].read()
            except ClientError as error:
                if error_code(error) in {"NoSuchKey", "NoSuchVersion", "MethodNotAllowed"}:
                    return None
                if error_code(error) in DENIED and not self._has(version):
                    return None
                raise
            return body

    def delete_versions(self, versions: Iterable[ObjectVersion]) -> None:
        """Delete versions for good."""
        self._delete([{"Key": each.key, "VersionId": each.version_id} for each in versions])

    def _delete(self, objects: list[dict[str, str]]) -> None:
        for start in range(0, len(objects), MOST_DELETED_AT_ONCE):
            some = objects[start : start + MOST_DELETED_AT_ONCE]
            with self._lake_errors(some[0]["Key"]):
                response = self._client.delete_objects(
                    Bucket=self.bucket, Delete={"Objects": some, "Quiet": True}
                )
            for refused in response.get("Errors", []):
                key, code = refused["Key"], refused["Code"]
                raise LakeError(f"s3://{self.bucket}/{key}: {code} on deletion; {_fix(code, key)}")

    def _came_second(self, error: ClientError, key: str, etag: str | None) -> bool:
        """Return whether a conditional write failed since somebody else came first.

        AWS's documentation says 404 for an object that is gone, and not whether that takes s3:ListBucket.
        """
        if error_code(error) in CONDITION_FAILED:
            return True
        if etag is None or error_code(error) not in DENIED:
            return False
        with self._lake_errors(key):
            return is_missing(self._client, self.bucket, key)

    def _has(self, version: ObjectVersion) -> bool:
        name = version.key, version.version_id
        return any((each.key, each.version_id) == name for each in self.versions(version.key))

    def _holds(self, key: str, body: bytes) -> bool:
        stored = self.read(key)
        return stored is not None and stored.body == body

    def _put(self, key: str, body: bytes | BinaryIO, condition: dict[str, str]) -> None:
        kind = _content_type(key)
        with self._lake_errors(key):
            self._client.put_object(Bucket=self.bucket, Key=key, Body=body, ContentType=kind, **condition)

    @contextmanager
    def _lake_errors(self, key: str) -> Iterator[None]:
        try:
            yield
        except ForbiddenObjectError as error:
            raise LakeError(str(error)) from error
        except (BotoCoreError, ClientError) as error:
            code = error_code(error) if isinstance(error, ClientError) else None
            raise LakeError(f"s3://{self.bucket}/{key}: {error}; {_fix(code, key)}") from error


def s3_client(endpoint_url: str | None, **credentials: str) -> Any:
    """Return an S3 client with AWS's default credentials or the given ones, for AWS or another endpoint.

    Raises
    ------
    LakeError
        If the endpoint or the configuration of AWS is invalid.
    """
    config = Config(
        connect_timeout=5,
        read_timeout=30,
        retries={"total_max_attempts": 3, "mode": "standard"},
        s3={"addressing_style": "path"} if endpoint_url else {},  # other endpoints have no bucket host names
    )
    try:
        return boto3.client("s3", endpoint_url=endpoint_url, config=config, **credentials)
    except (BotoCoreError, ValueError) as error:
        raise LakeError(f"{error}; check --endpoint-url and the AWS configuration") from error


def find_lake(bucket: str | None, endpoint_url: str | None) -> Lake:
    """Return the named lake, or without a name the one that `make up` deployed on this machine.

    Raises
    ------
    LakeError
        If no name is given and nothing is up, or as `s3_client` does.
    """
    if bucket is not None:
        return Lake(s3_client(endpoint_url), bucket)
    outputs = local_outputs("bucket", "which data lake? give --bucket")
    return Lake(s3_client(endpoint_url or outputs["endpoint"], **LOCAL_CREDENTIALS), outputs["bucket"])


def local_outputs(name: str, question: str) -> dict[str, str]:
    """Return what `make up` deployed on this machine: an output by its name, and the cloud's ``endpoint``.

    Raises
    ------
    LakeError
        With the question, if nothing is up.
    """
    try:
        outputs = json.loads(LOCAL_OUTPUTS.read_text(encoding="utf-8"))
        api = urlsplit(outputs["endpoint"])
        return {name: outputs[name], "endpoint": f"{api.scheme}://{api.netloc}"}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise LakeError(f"{question}, or run `make up` first") from error


def _content_type(key: str) -> str:
    return KINDS.get(key.rpartition(".")[2], "application/octet-stream")


def _fix(code: str | None, key: str) -> str:
    if code == "NoSuchBucket":
        return "check --bucket, or deploy the data lake first"
    if code in DENIED:
        if not key.startswith("models/"):
            return "the credentials may not do that; docs/reviews.md says what the commands for reviews need"
        return "the credentials need s3:ListBucket, and s3:GetObject and s3:PutObject on models/*"
    return "check the AWS credentials, --bucket and --endpoint-url"
