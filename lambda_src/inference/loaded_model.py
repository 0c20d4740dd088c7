"""A model of any format, ready to serve."""

from __future__ import annotations

from recall import artifact

TYPE_CHECKING = False  # `typing` itself costs a cold start 2 ms
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, Protocol

    Inputs = tuple[float, float, float]
    Predict = Callable[[list[Inputs]], list[float]]

    class ModelSource(Protocol):
        """Where a model comes from; a `remote` one may keep its caller waiting."""

        remote: bool

        def load(self, known: LoadedModel | None) -> LoadedModel:
            """Return the newest model, or `known` itself when that is still the newest."""


class LoadedModel:
    """A model, ready to serve, under the version that the pointer gave it.

    Parameters
    ----------
    predict : callable
        A list of cards in, the recall probability of each out; a card has its features in their order.
    description : dict
        What ``GET /v1/model`` says of it, as JSON values.
    loaded : Artifact or None
        Histories, intervals and ranges come from it; None of a model that only predicts.
    version : str
        The pointer's, or made up for a model that has none.
    trained_at : str, optional
        ISO 8601.
    etag : str
        The pointer object's entity tag, for the next conditional GET; empty without one.
    """

    __slots__ = ("artifact", "description", "etag", "predict", "ranges", "trained_at", "version")

    def __init__(
        self,
        predict: Predict,
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


def portable(body: bytes, version: str, trained_at: str | None = None, etag: str = "") -> LoadedModel:
    """Return the model that a portable artifact holds.

    Parameters
    ----------
    body : bytes
        The artifact, as `recall.artifact.encode` wrote it.
    version, trained_at, etag
        The attributes of `LoadedModel` of these names.

    Raises
    ------
    ArtifactError
        If the bytes aren't an artifact that can be served.
    """
    decoded = artifact.decode(body)
    probability = decoded.three_inputs.recall_probability

    def predict(cards: list[Inputs]) -> list[float]:
        return [probability(*card) for card in cards]

    return LoadedModel(predict, {"training": decoded.training}, decoded, version, trained_at, etag)
