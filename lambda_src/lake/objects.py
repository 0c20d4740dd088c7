"""Reading objects of S3 that may be missing, with boto3.

S3 says 403 of a missing object to a role that may not list the bucket:
https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html. No role here may list all of it, but each
may list the keys that it reads, by a condition on ``s3:prefix``, which only a listing has. So that tells.
"""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError

DENIED = {"AccessDenied", "403"}  # the latter where the response has no body


class ForbiddenObjectError(PermissionError):
    """An object can't be read, or nobody can tell whether it exists: names it, and the missing permission."""


def get_object(client: Any, bucket: str, key: str) -> Any | None:
    """Return S3's response to GET, or None when there is no such object.

    Parameters
    ----------
    client : boto3 S3 client
        Its role may list keys that begin with `key`.
    bucket : str
        The bucket's name.
    key : str
        The object's key.

    Raises
    ------
    ForbiddenObjectError
        If the role may not read the object, or may not list it.
    ClientError, BotoCoreError
        As boto3 raises them for everything else: wrong credentials, a wrong clock, too many requests.
    """
    try:
        return client.get_object(Bucket=bucket, Key=key)
    except ClientError as error:
        if error_code(error) == "NoSuchKey":
            return None
        if error_code(error) not in DENIED:
            raise
    if is_missing(client, bucket, key):
        return None
    try:
        return client.get_object(Bucket=bucket, Key=key)  # it may have been written since
    except ClientError as error:
        if error_code(error) not in DENIED:
            raise
        raise ForbiddenObjectError(
            f"s3://{bucket}/{key}: is there, but may not be read; the role needs s3:GetObject on it"
        ) from error


def is_missing(client: Any, bucket: str, key: str) -> bool:
    """Tell a missing object from a forbidden one, by the first of the bucket's keys that begin like it.

    Raises
    ------
    ForbiddenObjectError
        If the role may not list it.
    """
    try:
        found = client.list_objects_v2(Bucket=bucket, Prefix=key, MaxKeys=1).get("Contents", [])
    except ClientError as error:
        if error_code(error) not in DENIED:
            raise
        raise ForbiddenObjectError(
            f"s3://{bucket}/{key}: is missing or forbidden, and may not be listed to find out; the role "
            f"needs s3:GetObject on it, and s3:ListBucket on the bucket for s3:prefix {key}"
        ) from error
    return [entry["Key"] for entry in found] != [key]


def error_code(error: ClientError) -> str:
    """Return the code that AWS gave, such as ``NoSuchKey``."""
    return str(error.response.get("Error", {}).get("Code"))
