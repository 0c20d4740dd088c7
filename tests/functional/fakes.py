"""A clock and a data lake that tests hold in their hands."""

import hashlib
import json
import threading

from inference import s3
from inference.lake_source import POINTER_KEY
from inference.s3 import S3Error, S3Object, S3Reader
from recall.artifact import Artifact, encode
from recall.three_inputs import ThreeInputModel

THREE_INPUTS = ThreeInputModel((-4.35, 0.49, -4.01, -0.98), -2.5, -2.96)
TRAINING = {
    "reviews": 88_183,
    "learners": 14,
    "simulated": False,
    "metrics": {"log_loss": 0.3384, "auc": None},
}
MODEL = encode(Artifact(THREE_INPUTS, TRAINING))
TRAINED_AT = "2026-11-20T15:00:00Z"
REFRESH_SECONDS = 60


class FakeClock:
    """Seconds that pass when a test says so."""

    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


class FakeReader(S3Reader):
    """Objects in memory, read like S3's; `error` breaks it, a cleared `gate` makes it hang until `finish`."""

    def __init__(self):
        self.objects = {}
        self.gets = []
        self.error = None
        self.missing_status = 404
        self.listing_error = None
        self.gate = threading.Event()
        self.gate.set()
        self._readers = set()

    def get(self, key, etag=None, start=None):
        self._readers.add(threading.current_thread())
        self.gets.append((key, etag))
        assert self.gate.wait(timeout=10)
        if self.error is not None:
            raise self.error
        if key not in self.objects:
            raise S3Error(f"GET {key}: status {self.missing_status}", self.missing_status)
        body = self.objects[key]
        current = f'"{hashlib.md5(body, usedforsecurity=False).hexdigest()}"'
        if current == etag:
            return None
        end = None if start is None else start + (s3.PART_BYTES if start else s3.MAXIMUM_BYTES)
        return S3Object(body[start:end], current, len(body))

    def finish(self):
        """Let reads go on that hang, and wait for the end of the threads that read."""
        self.gate.set()
        for reader in self._readers - {threading.current_thread()}:
            reader.join(timeout=10)
            assert not reader.is_alive()

    def is_missing(self, key):
        if self.listing_error is not None:
            raise self.listing_error
        return key not in self.objects


def publish(objects, version, model=MODEL, /, **changes):
    """Put a model and a pointer to it, with some of its parts replaced, among a lake's objects."""
    key = f"models/{version}/model.json"
    pointer = {
        "schema_version": 1,
        "version": version,
        "key": key,
        "sha256": hashlib.sha256(model).hexdigest(),
        "trained_at": TRAINED_AT,
        "published_at": "2026-11-20T16:00:00Z",
    }
    objects[key] = model
    objects[POINTER_KEY] = json.dumps(pointer | changes).encode()


def refresh(store):
    """Make the call that starts a refresh, wait for its end, and return the version that the call got."""
    others = set(threading.enumerate())
    version = store.current().version
    for load in set(threading.enumerate()) - others:
        load.join(timeout=10)
        assert not load.is_alive()
    return version
