"""The model that this environment serves: loaded once, kept, refreshed behind later calls."""

from __future__ import annotations

import json
import threading
import time

from inference.errors import ModelUnavailableError
from recall import artifact
from recall.errors import ArtifactError, DamagedArtifactError

TYPE_CHECKING = False  # `typing` itself costs a cold start 2 ms
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, Protocol

    from inference.s3 import S3Reader

    class ModelSource(Protocol):
        """Where a model comes from."""

        def load(self, known: LoadedModel | None) -> LoadedModel:
            """Return the newest model, or `known` itself when that is still the newest."""


POINTER_KEY = "models/current.json"
POINTER_SCHEMA_VERSION = 1
# After a failed load, calls are answered at once for so long: waiting for a broken S3 in every one of them
# would fill the function's concurrency.
RETRY_AFTER_SECONDS = 5


class LoadedModel:
    """An artifact, ready to serve, under the version that the pointer gave it."""

    __slots__ = ("artifact", "etag", "trained_at", "version")

    def __init__(self, loaded: artifact.Artifact, version: str, trained_at: str | None, etag: str) -> None:
        self.artifact = loaded
        self.version = version
        self.trained_at = trained_at
        self.etag = etag


class FileSource:
    """A model on disk, beside the code."""

    def __init__(self, path: str) -> None:
        self._path = path

    def load(self, known: LoadedModel | None) -> LoadedModel:
        """Read the file once; what is beside the code doesn't change."""
        if known is not None:
            return known
        with open(self._path, "rb") as file:  # noqa: PTH123 - pathlib costs a cold start 3 ms
            return LoadedModel(artifact.decode(file.read()), "file", None, "")


class LakeSource:
    """The model that the data lake's pointer names."""

    def __init__(self, reader: S3Reader) -> None:
        self._reader = reader

    def load(self, known: LoadedModel | None) -> LoadedModel:
        """Follow the pointer; fetch and check the artifact only when the pointer has changed."""
        pointer_object = self._reader.get(POINTER_KEY, known.etag if known else None)
        if pointer_object is None and known is not None:
            return known
        if pointer_object is None:
            raise DamagedArtifactError("the pointer is said to be unchanged, but was never read")
        pointer = _read_pointer(pointer_object.body)
        stored = self._reader.get(pointer["key"])
        if stored is None:
            raise DamagedArtifactError("the artifact was not sent")
        _check_digest(stored.body, pointer["sha256"])
        loaded = artifact.decode(stored.body)
        return LoadedModel(loaded, pointer["version"], pointer.get("trained_at"), pointer_object.etag)


def _check_digest(body: bytes, sha256: str) -> None:
    import hashlib  # noqa: PLC0415 - OpenSSL is loaded by the S3 reader already; a model on disk needs none

    if hashlib.sha256(body).hexdigest() != sha256:
        raise DamagedArtifactError("the artifact's sha256 isn't the pointer's")


def _read_pointer(body: bytes) -> dict[str, Any]:
    try:
        pointer = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise DamagedArtifactError("the pointer isn't JSON") from error
    if not isinstance(pointer, dict) or pointer.get("schema_version") != POINTER_SCHEMA_VERSION:
        raise DamagedArtifactError(f"the pointer isn't of schema version {POINTER_SCHEMA_VERSION}")
    for name in ("version", "key", "sha256"):
        if not isinstance(pointer.get(name), str):
            raise DamagedArtifactError(f"the pointer has no {name}")
    if not isinstance(pointer.get("trained_at"), str | None):
        raise DamagedArtifactError("the pointer's trained_at isn't text")
    return pointer


class ModelStore:
    """Keeps the last good model and replaces it when the source has a newer one.

    Parameters
    ----------
    source : ModelSource
        Where models come from.
    refresh_seconds : float
        How long a model is served before a call starts a look for a newer one, in the background.
    report_failure : callable
        Is given the reason of every failed load.
    clock : callable, default time.monotonic
        Seconds.
    """

    def __init__(
        self,
        source: ModelSource,
        refresh_seconds: float,
        report_failure: Callable[[str], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._source = source
        self._refresh_seconds = refresh_seconds
        self._report_failure = report_failure
        self._clock = clock
        self._model: LoadedModel | None = None
        self._next_load = -float("inf")
        self._refreshing: threading.Thread | None = None

    def current(self) -> LoadedModel:
        """Return the model to serve now.

        Raises
        ------
        ModelUnavailableError
            If none has been loaded yet and none can be.
        """
        due = self._clock() >= self._next_load
        if self._model is None:
            if due:
                self._load()
        elif due and (self._refreshing is None or not self._refreshing.is_alive()):
            # Not in the foreground: no caller waits for S3 while there is a model to answer with.
            self._refreshing = threading.Thread(target=self._load, daemon=True)
            self._refreshing.start()
        if self._model is None:
            raise ModelUnavailableError(
                "no model can be served yet: none has been published, or it can't be read; try again later",
                RETRY_AFTER_SECONDS,
            )
        return self._model

    def _load(self) -> None:
        wait = self._refresh_seconds
        try:
            self._model = self._source.load(self._model)
        except Exception as error:  # noqa: BLE001 - nobody waits for the thread: unreported, it would end unseen
            wait = RETRY_AFTER_SECONDS
            kind = "rejected" if isinstance(error, ArtifactError) else "unreachable"
            self._report_failure(f"model {kind}: {type(error).__name__}: {error}")
        self._next_load = self._clock() + wait
