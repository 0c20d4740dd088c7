"""The data lake's objects, as this function reads and writes them."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from lake.objects import get_object


class Objects:
    """The objects of a bucket.

    Parameters
    ----------
    s3 : boto3 S3 client
        Its role may list the keys that are asked for.
    bucket : str
        The bucket's name.
    """

    def __init__(self, s3: Any, bucket: str) -> None:
        self._s3 = s3
        self._bucket = bucket

    def text(self, key: str) -> str | None:
        """Return an object's text; None where there is none."""
        found = get_object(self._s3, self._bucket, key)
        return None if found is None else str(found["Body"].read(), "utf-8")

    def record(self, key: str) -> dict[str, Any] | None:
        """Return an object's JSON object; None where there is none, or something else."""
        text = self.text(key)
        try:
            value = None if text is None else json.loads(text)
        except ValueError:
            return None
        return value if isinstance(value, dict) else None

    def keys(self, prefix: str) -> dict[str, datetime]:
        """Return the keys under a prefix, and when S3 received each."""
        pages = self._s3.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=prefix)
        return {each["Key"]: each["LastModified"] for page in pages for each in page.get("Contents", [])}

    def write(self, key: str, record: dict[str, Any]) -> None:
        """Write an object as JSON."""
        body = json.dumps(record, indent=2, sort_keys=True).encode() + b"\n"
        self._s3.put_object(Bucket=self._bucket, Key=key, Body=body, ContentType="application/json")
