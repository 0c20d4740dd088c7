"""The model that this environment serves: loaded once, kept, refreshed by a later call."""

from __future__ import annotations

import json
import threading
import time

from http_kit.errors import ModelUnavailableError
from recall import artifact
from recall.errors import ArtifactError, DamagedArtifactError

TYPE_CHECKING = False  # `typing` itself costs a cold start 2 ms
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, Protocol

    from inference.s3 import S3Reader

    Predict = Callable[[list[tuple[float, float, float]]], list[float]]
    ReadModel = tuple[Predict, dict[str, Any], artifact.Artifact | None]

    class ModelSource(Protocol):
        """Where a model comes from; a `remote` one may keep its caller waiting."""

        remote: bool

        def load(self, known: LoadedModel | None) -> LoadedModel:
            """Return the newest model, or `known` itself when that is still the newest."""


POINTER_KEY = "models/current.json"
MISSING_OR_HIDDEN = (403, 404)
DEFAULT_FOLDER = __file__.rpartition("/")[0] + "/default_model"
DEFAULT_PREFIX = "default-"
# After a failed load, calls are answered at once for so long: waiting for a broken S3 in every one of them
# would fill the function's concurrency.
RETRY_AFTER_SECONDS = 5
# The longest that a call waits for the first model; the function's own timeout is longer.
WAIT_SECONDS = 8.0
# The longest that a call waits for a newer one: many times what asking S3 takes, and little for who called.
REFRESH_WAIT_SECONDS = 0.25


class LoadedModel:
    """A model of any format, ready to serve, under the version that the pointer gave it.

    Parameters
    ----------
    predict : callable
        A list of cards in, the recall probability of each out; a card has its features in their order.
    description : dict
        What callers are told of it, as JSON values.
    loaded : Artifact or None
        Histories, intervals and ranges come from it; None of a model that only predicts.
    version : str
        The pointer's, or made up for a model that has none.
    trained_at : str, optional
        ISO 8601.
    etag : str
        The pointer's; empty without one.
    """

    __slots__ = ("artifact", "description", "etag", "predict", "ranges", "trained_at", "version")

    def __init__(
        self,
        predict: Callable[[list[tuple[float, float, float]]], list[float]],
        description: dict[str, Any],
        loaded: artifact.Artifact | None,
        version: str,
        trained_at: str | None,
        etag: str,
    ) -> None:
        self.predict = predict
        self.description = description
        self.artifact = loaded
        self.ranges = artifact.ENDLESS if loaded is None else loaded.ranges
        self.version = version
        self.trained_at = trained_at
        self.etag = etag


class FileSource:
    """A model on disk, beside the code."""

    remote = False

    def __init__(self, path: str) -> None:
        self._path = path

    def load(self, known: LoadedModel | None) -> LoadedModel:
        """Read the file once; what is beside the code doesn't change."""
        if known is not None:
            return known
        with open(self._path, "rb") as file:  # noqa: PTH123 - pathlib costs a cold start 3 ms
            return LoadedModel(*_read_portable(file.read()), "file", None, "")


class LakeSource:
    """The model that the data lake's pointer names, or the default one while there is no pointer.

    Parameters
    ----------
    reader : S3Reader
        Of the lake's bucket.
    default_folder : str
        Where the default model and its card lie.
    """

    remote = True

    def __init__(self, reader: S3Reader, default_folder: str = DEFAULT_FOLDER) -> None:
        self._reader = reader
        self._default_folder = default_folder

    def load(self, known: LoadedModel | None) -> LoadedModel:
        """Follow the pointer; fetch and check the artifact only when the pointer has changed."""
        from inference.s3 import S3Error  # noqa: PLC0415 - loaded by the reader already; a file needs none of it
        from recall import pointer  # noqa: PLC0415 - the same

        try:
            pointer_object = self._reader.get(POINTER_KEY, (known.etag or None) if known else None)
        except S3Error as error:
            # A lake in which nothing was ever published. Once something was, its absence is a failure.
            never_published = known is None or known.version.startswith(DEFAULT_PREFIX)
            if never_published and error.status in MISSING_OR_HIDDEN and self._reader.is_missing(POINTER_KEY):
                return known or _default_model(self._default_folder)
            raise
        if pointer_object is None and known is not None:
            return known
        if pointer_object is None:
            raise DamagedArtifactError("the pointer is said to be unchanged, but was never read")
        named = pointer.decode(pointer_object.body)
        stored = self._reader.get(named["key"])
        if stored is None:
            raise DamagedArtifactError("the artifact was not sent")
        if _sha256(stored.body) != named["sha256"]:
            raise DamagedArtifactError("the artifact's sha256 isn't the pointer's")
        read = _read_skops if named["format"] == pointer.SKOPS else _read_portable
        return LoadedModel(*read(stored.body), named["version"], named.get("trained_at"), pointer_object.etag)


def _read_portable(body: bytes) -> ReadModel:
    loaded = artifact.decode(body)
    probability = loaded.three_inputs.recall_probability
    return lambda cards: [probability(*card) for card in cards], {"training": loaded.training}, loaded


def _read_skops(body: bytes) -> ReadModel:
    # The ML layer is loaded for such models only: it takes seconds, and a hundred MB of memory.
    from estimators.estimator import load  # noqa: PLC0415

    own = load(body)
    return own.predict, {"training": None, **own.description}, None


def _default_model(folder: str) -> LoadedModel:
    """Read the model that ships with the code; its version says that it is the default."""
    with open(f"{folder}/model.json", "rb") as file:  # noqa: PTH123 - pathlib costs a cold start 3 ms
        body = file.read()
    with open(f"{folder}/card.json", "rb") as file:  # noqa: PTH123 - the same
        card = json.loads(file.read())
    version = f"{DEFAULT_PREFIX}{_sha256(body)[:8]}"
    return LoadedModel(*_read_portable(body), version, card["trained_at"], "")


def _sha256(body: bytes) -> str:
    import hashlib  # noqa: PLC0415 - OpenSSL is loaded by the S3 reader already; a model on disk needs none

    return hashlib.sha256(body).hexdigest()


class Trouble:
    """Why no newer model can be loaded.

    Parameters
    ----------
    reason : str
        ``unreachable`` (S3 or the network), or ``rejected`` (what the lake holds can't be served).
    since : str
        The first of the failures that no good load has ended, ISO 8601.
    """

    __slots__ = ("reason", "since")

    def __init__(self, reason: str, since: str) -> None:
        self.reason = reason
        self.since = since


class ModelStore:
    """Keeps the last good model and replaces it when the source has a newer one.

    Parameters
    ----------
    source : ModelSource
        Where models come from.
    refresh_seconds : float
        How long a model is served before a call looks for a newer one, and waits up to
        `REFRESH_WAIT_SECONDS` for it.
    report_failure : callable
        Is given the reason of every failed load.
    clock : callable, default time.monotonic
        Seconds.

    Attributes
    ----------
    trouble : Trouble or None
        Why the last try to load a model failed, if it did.
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
        self._next_load = self._next_wait = -float("inf")
        self._refreshing: threading.Thread | None = None
        self.trouble: Trouble | None = None

    def current(self) -> LoadedModel:
        """Return the model to serve now.

        Raises
        ------
        ModelUnavailableError
            If none has been loaded yet and none can be.
        """
        if self._clock() >= self._next_load:
            if self._source.remote:
                self._look()
            else:  # a thread costs a cold start 1 ms
                self._load()
        model = self._model
        if model is None:
            raise ModelUnavailableError(
                "no model can be served now: the one in the lake can't be read; try again later",
                RETRY_AFTER_SECONDS,
            )
        return model

    def _look(self) -> None:
        """Look for a newer model in the background, and wait for it a little, once in `refresh_seconds`.

        So even an environment that was idle, or frozen in a look, answers with what is live, and S3 in
        trouble slows one call in a while. The first model is waited for by every call, but not a resolver
        or a network that keeps silent for longer.
        """
        if self._refreshing is None or not self._refreshing.is_alive():
            self._refreshing = threading.Thread(target=self._load, daemon=True)
            self._refreshing.start()
        if self._model is None:
            self._refreshing.join(WAIT_SECONDS)
            if self._refreshing.is_alive():
                self._failed("unreachable", f"no model within {WAIT_SECONDS:g} s")
        elif self._clock() >= self._next_wait:
            self._next_wait = self._clock() + self._refresh_seconds
            self._refreshing.join(REFRESH_WAIT_SECONDS)

    def _load(self) -> None:
        try:
            self._model = self._source.load(self._model)
        except Exception as error:  # noqa: BLE001 - in a thread: unreported, it would end unseen
            reason = "rejected" if isinstance(error, ArtifactError) else "unreachable"
            self._failed(reason, f"{type(error).__name__}: {error}")
        else:
            self.trouble = None
            self._next_load = self._clock() + self._refresh_seconds

    def _failed(self, reason: str, detail: str) -> None:
        before = self.trouble  # once: another thread may end it
        since = before.since if before else time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        self.trouble = Trouble(reason, since)
        self._report_failure(f"model {reason}: {detail}")
        self._next_load = self._clock() + RETRY_AFTER_SECONDS
