"""The model that this environment serves: loaded once, kept, refreshed by a later call."""

from __future__ import annotations

import threading
import time

from http_kit.errors import ModelUnavailableError
from recall.errors import ArtifactError, RecallError

TYPE_CHECKING = False  # `typing` itself costs a cold start 2 ms
if TYPE_CHECKING:
    from collections.abc import Callable

    from inference.loaded_model import LoadedModel, ModelSource

# After a failed load, calls are answered at once for so long: waiting for a broken S3 in every one of them
# would fill the function's concurrency.
RETRY_AFTER_SECONDS = 5
# The longest that a call waits for the first model; the function's own timeout is longer.
WAIT_SECONDS = 8.0
# The longest that a call waits for a newer one: many times what a look takes, and little for a caller.
REFRESH_WAIT_SECONDS = 0.25


# What kept a model from being loaded, in the words of health and log.
REJECTED, UNREACHABLE, UNEXPECTED = "rejected", "unreachable", "unexpected"


class LoadFailure:
    """Why no newer model can be loaded.

    Parameters
    ----------
    reason : str
        ``rejected`` (what the lake holds can't be served), ``unreachable`` (S3 or the network gives no usable
        answer) or ``unexpected`` (anything else: a mistake in the code or in its environment).
    since : str
        Time of the first of the failures that no good load has ended, ISO 8601 in UTC.
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
    failure : LoadFailure or None
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
        self.failure: LoadFailure | None = None

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

        So even an environment that was idle, or frozen in a look, answers with what is live, and a broken S3
        slows one call in a while. The first model is waited for by every call, but not a resolver
        or a network that keeps silent for longer.
        """
        if self._refreshing is None or not self._refreshing.is_alive():
            self._refreshing = threading.Thread(target=self._load, daemon=True)
            self._refreshing.start()
        if self._model is None:
            self._refreshing.join(WAIT_SECONDS)
            if self._refreshing.is_alive():
                self._failed(UNREACHABLE, f"no model within {WAIT_SECONDS:g} s")
        elif self._clock() >= self._next_wait:
            self._next_wait = self._clock() + self._refresh_seconds
            self._refreshing.join(REFRESH_WAIT_SECONDS)

    def _load(self) -> None:
        try:
            self._model = self._source.load(self._model)
        except Exception as error:  # noqa: BLE001 - in a thread: unreported, it would end unseen
            self._failed(_reason(error), f"{type(error).__name__}: {error}")
        else:
            self.failure = None
            self._next_load = self._clock() + self._refresh_seconds

    def _failed(self, reason: str, detail: str) -> None:
        before = self.failure  # once: another thread may end it
        since = before.since if before else time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        self.failure = LoadFailure(reason, since)
        self._report_failure(f"model {reason}: {detail}")
        self._next_load = self._clock() + RETRY_AFTER_SECONDS


def _reason(error: Exception) -> str:
    if isinstance(error, ArtifactError):
        return REJECTED
    # `S3Error` is a `RecallError`; named so, a model on disk needs nothing of S3.
    return UNREACHABLE if isinstance(error, (RecallError, OSError)) else UNEXPECTED
