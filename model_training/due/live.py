"""The live model, evaluated for many cards at once."""

from __future__ import annotations

from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from model_training.due.curves import Array, from_histories, from_inputs
from model_training.due.sampled import Sampled
from model_training.registry.default_model import DEFAULT_MODEL, default_version
from model_training.registry.lake import Lake
from model_training.registry.pointer import live_version
from model_training.registry.stored_model import read_model
from recall.artifact import Artifact, decode
from recall.pointer import SKOPS


class Cards(NamedTuple):
    """Cards with their inputs, as columns.

    Parameters
    ----------
    days, review_count, difficulty : array of shape (n_cards,)
        `recall.features.FEATURES` at the moment to answer for.
    histories : array of shape (n_cards, 10) or None
        `recall.history.history_features` of each, where the reviews are known.
    failed_last : array of shape (n_cards,) or None
        Whether each card's last review was failed, where the reviews are known.
    """

    days: Array
    review_count: Array
    difficulty: Array
    histories: Array | None = None
    failed_last: NDArray[np.bool_] | None = None


class Model(Protocol):
    """A model of recall."""

    version: str

    def answers(self, cards: Cards, target_recall: float) -> tuple[Array, Array]:
        """Return each card's recall probability, and the days from its last review to the target."""


class Formula:
    """A model with the core's curves: it answers as ``POST /v1/predict`` and ``POST /v1/schedule`` do.

    Parameters
    ----------
    version : str
        The version that responses name.
    artifact : Artifact
        Its history model, if it has one, answers for histories.
    """

    def __init__(self, version: str, artifact: Artifact) -> None:
        self.version = version
        self._artifact = artifact

    def answers(self, cards: Cards, target_recall: float) -> tuple[Array, Array]:
        """Return each card's recall probability, and the days from its last review to the target."""
        model = self._artifact
        if cards.histories is not None and model.history is not None:
            curves = from_histories(model.history, cards.histories)
        else:
            curves = from_inputs(model.three_inputs, cards.review_count, cards.difficulty)
        return curves.recall(cards.days), curves.days_until(target_recall)


class OwnModel:
    """A user's own estimator, which only predicts: intervals come from samples of its predictions.

    Parameters
    ----------
    version : str
        The version that responses name.
    data : bytes
        The skops file.
    """

    def __init__(self, version: str, data: bytes) -> None:
        from estimators.estimator import load  # noqa: PLC0415 - scikit-learn takes a second

        self.version = version
        self._model = load(data)

    def _predict(self, inputs: Array) -> Array:
        return np.array(self._model.predict(inputs))  # type: ignore[arg-type] # it makes an array of it

    def answers(self, cards: Cards, target_recall: float) -> tuple[Array, Array]:
        """Return each card's recall probability, and the days from its last review to the target."""
        now = self._predict(np.column_stack([cards.days, cards.review_count, cards.difficulty]))
        # Many cards share what their intervals depend on.
        pairs = np.column_stack([cards.review_count, cards.difficulty])
        different, which = np.unique(pairs, axis=0, return_inverse=True)
        return now, Sampled(self._predict, different).days_until(target_recall)[which.ravel()]


def live_model(lake: Lake) -> Model:
    """Return the model that the pointer names, or the one that ships with the function.

    Raises
    ------
    LakeError, ArtifactError
        If it isn't there, or can't be served.
    """
    version = live_version(lake)
    if version is None:
        return Formula(default_version(), decode(DEFAULT_MODEL.read_bytes()))
    stored = read_model(lake, version)
    return OwnModel(version, stored.body) if stored.format == SKOPS else Formula(version, decode(stored.body))
