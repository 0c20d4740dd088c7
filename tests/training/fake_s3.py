"""An S3 in memory, with real ETags, versions and conditional writes, that refuses a key if a test says so."""

import json
from datetime import UTC, datetime, timedelta
from hashlib import md5
from io import BytesIO
from types import SimpleNamespace
from typing import NamedTuple

from botocore.exceptions import ClientError

from model_training.registry.lake import Lake
from recall.pointer import decode

BEGAN = datetime(2026, 11, 1, tzinfo=UTC)
PAGE = 2


class Stored(NamedTuple):
    body: bytes
    kind: str
    etag: str
    modified: datetime


class Kept(NamedTuple):
    """A version; a marker has no content."""

    version_id: str
    stored: Stored | None


def refusal(code, operation="PutObject"):
    """Make the error that boto3 raises for one of S3's."""
    return ClientError({"Error": {"Code": code, "Message": "no"}}, operation)


class FakeS3:
    """A client of one versioned bucket, ``lake``. Its clock goes on by a second a write; pages hold two keys.

    Of a missing object it says that access is denied, as S3 does to whoever may not list the whole bucket.

    Each operation is announced to `before` by its name and key, a deletion of many keys key by key.

    Parameters
    ----------
    error : Exception, optional
        Is raised instead of writing a key that ends with `fails_at`.
    began : datetime
        When its clock began.
    """

    def __init__(self, error=None, fails_at="none", began=BEGAN):
        self.began = began
        self.objects = {}
        self.history = {}
        self.error, self.fails_at = error, fails_at
        self.writes = 0
        self.before_write = lambda _key: None
        self.before = lambda _operation, _key: None

    def put_object(self, *, Bucket, Key, Body, ContentType, IfMatch=None, IfNoneMatch=None):
        assert Bucket == "lake"
        self.before("put", Key)
        self.before_write(Key)
        if self.error and Key.endswith(self.fails_at):
            raise self.error
        there = self.objects.get(Key)
        if IfMatch is not None and there is None:
            raise refusal("NoSuchKey")
        if (IfMatch is not None and IfMatch != there.etag) or (IfNoneMatch == "*" and there is not None):
            raise refusal("PreconditionFailed")
        Body = Body if isinstance(Body, bytes) else Body.read()
        etag = f'"{md5(Body, usedforsecurity=False).hexdigest()}"'
        self.writes += 1
        stored = Stored(Body, ContentType, etag, self.began + timedelta(seconds=self.writes))
        self._keep(Key, stored)
        self.objects[Key] = stored

    def upload_fileobj(self, file, bucket, key, *, ExtraArgs):
        self.put_object(Bucket=bucket, Key=key, Body=file, **ExtraArgs)

    def get_object(self, *, Bucket, Key, VersionId=None):
        assert Bucket == "lake"
        self.before("get", Key)
        if VersionId is not None:
            found = [kept.stored for kept in self.history.get(Key, ()) if kept.version_id == VersionId]
            if not found:
                raise refusal("NoSuchVersion", "GetObject")
            if found[0] is None:
                raise refusal("MethodNotAllowed", "GetObject")
            return {"Body": BytesIO(found[0].body), "ETag": found[0].etag}
        if Key not in self.objects:
            raise refusal("AccessDenied", "GetObject")
        return {"Body": BytesIO(self.objects[Key].body), "ETag": self.objects[Key].etag}

    def delete_objects(self, *, Bucket, Delete):
        assert Bucket == "lake"
        assert Delete["Quiet"]
        for each in Delete["Objects"]:
            key = each["Key"]
            self.before("delete", key)
            if "VersionId" in each:
                self.history[key] = [v for v in self.history[key] if v.version_id != each["VersionId"]]
                latest = self.history[key][-1].stored if self.history[key] else None
            else:
                self._keep(key, None)
                latest = None
            self.objects.pop(key, None)
            if latest is not None:
                self.objects[key] = latest
        return {}

    def list_objects_v2(self, *, Bucket, Prefix, MaxKeys):
        assert MaxKeys == 1
        first = next(self._objects(Bucket=Bucket, Prefix=Prefix))
        return {"Contents": first["Contents"][:1]} if first else {}

    def get_paginator(self, operation):
        pages = {"list_objects_v2": self._objects, "list_object_versions": self._versions}
        return SimpleNamespace(paginate=pages[operation])

    def _objects(self, *, Bucket, Prefix):
        assert Bucket == "lake"
        self.before("list", Prefix)
        keys = sorted(key for key in self.objects if key.startswith(Prefix))
        for start in range(0, len(keys), PAGE):
            page = [
                {"Key": key, "LastModified": self.objects[key].modified} for key in keys[start : start + PAGE]
            ]
            yield {"Contents": page}
        if not keys:
            yield {}

    def _versions(self, *, Bucket, Prefix):
        assert Bucket == "lake"
        for key in sorted(key for key in self.history if key.startswith(Prefix)):
            entries = [
                {"Key": key, "VersionId": kept.version_id, "IsLatest": kept is self.history[key][-1]}
                for kept in reversed(self.history[key])
            ]
            markers = {kept.version_id for kept in self.history[key] if kept.stored is None}
            yield {
                "Versions": [entry for entry in entries if entry["VersionId"] not in markers],
                "DeleteMarkers": [entry for entry in entries if entry["VersionId"] in markers],
            }

    def _keep(self, key, stored):
        versions = self.history.setdefault(key, [])
        number = int(versions[-1].version_id[1:]) + 1 if versions else 1
        versions.append(Kept(f"v{number}", stored))

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
