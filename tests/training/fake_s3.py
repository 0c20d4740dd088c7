"""An S3 in memory, with real ETags and conditional writes, that refuses one key when a test says so."""

import json
from datetime import UTC, datetime, timedelta
from hashlib import md5
from io import BytesIO
from typing import NamedTuple

from botocore.exceptions import ClientError

from model_training.lake import Lake
from recall.pointer import decode

BEGAN = datetime(2026, 11, 1, tzinfo=UTC)


class Stored(NamedTuple):
    body: bytes
    kind: str
    etag: str
    modified: datetime


def refusal(code, operation="PutObject"):
    """Make the error that boto3 raises for one of S3's."""
    return ClientError({"Error": {"Code": code, "Message": "no"}}, operation)


class FakeS3:
    """A client of one bucket, ``lake``. Its clock goes on by a second a write; pages hold two keys.

    Parameters
    ----------
    error : Exception, optional
        Is raised instead of writing a key that ends with `fails_at`.
    """

    def __init__(self, error=None, fails_at="none"):
        self.objects = {}
        self.error, self.fails_at = error, fails_at
        self.writes = 0
        self.before_write = lambda _key: None

    def put_object(self, *, Bucket, Key, Body, ContentType, IfMatch=None, IfNoneMatch=None):
        assert Bucket == "lake"
        self.before_write(Key)
        if self.error and Key.endswith(self.fails_at):
            raise self.error
        there = self.objects.get(Key)
        if IfMatch is not None and there is None:
            raise refusal("NoSuchKey")
        if (IfMatch is not None and IfMatch != there.etag) or (IfNoneMatch == "*" and there is not None):
            raise refusal("PreconditionFailed")
        etag = f'"{md5(Body, usedforsecurity=False).hexdigest()}"'
        self.writes += 1
        self.objects[Key] = Stored(Body, ContentType, etag, BEGAN + timedelta(seconds=self.writes))

    def get_object(self, *, Bucket, Key):
        assert Bucket == "lake"
        if Key not in self.objects:
            raise refusal("NoSuchKey", "GetObject")
        return {"Body": BytesIO(self.objects[Key].body), "ETag": self.objects[Key].etag}

    def get_paginator(self, operation):
        assert operation == "list_objects_v2"
        return self

    def paginate(self, *, Bucket, Prefix):
        assert Bucket == "lake"
        keys = sorted(key for key in self.objects if key.startswith(Prefix))
        for start in range(0, len(keys), 2):
            page = [
                {"Key": key, "LastModified": self.objects[key].modified} for key in keys[start : start + 2]
            ]
            yield {"Contents": page}
        if not keys:
            yield {}

    @property
    def lake(self):
        """The lake in it."""
        return Lake(self, "lake")

    @property
    def pointer(self):
        """What the pointer says, as the function reads it, but for its digest."""
        content = decode(self.objects["models/current.json"].body)
        del content["digest"]
        return content

    @property
    def moves(self):
        """The recorded moves, as JSON, in the order in which they were written."""
        keys = [key for key in self.objects if key.startswith("models/history/")]
        return [json.loads(self.objects[key].body) for key in keys]
