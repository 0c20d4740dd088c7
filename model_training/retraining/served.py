"""A model as it predicts for callers, for comparing it with another on the same reviews."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np

from model_training.evaluation.scores import Probabilities
from model_training.fitting.starting_point import DEFAULT_MODEL, default_model
from model_training.history.predict import predict_alone
from model_training.registry.lake import Lake
from model_training.registry.pointer import read_pointer
from model_training.registry.stored_model import Predict, read_model
from model_training.retraining.reviews import Scored
from model_training.review_log.features import FEATURE_COLUMNS
from recall.artifact import decode
from recall.history import HistoryModel

THREE_INPUTS, HISTORY = "three_inputs", "history"


@dataclass(frozen=True)
class ServedModel:
    """A model's two ways to predict.

    Parameters
    ----------
    version : str
        The version, as the service's responses name it.
    newest_review : datetime or None
        Time of the newest review it was trained on; None when its card doesn't say, and for the model that
        ships with the function: it has seen none of this lake's learners.
    three_inputs : callable
        From cards (days, review count, difficulty) to probabilities.
    history : HistoryModel or None
        None for a model that takes three inputs only.
    """

    version: str
    newest_review: datetime | None
    three_inputs: Predict
    history: HistoryModel | None

    def predictions(self, reviews: Scored) -> dict[str, Probabilities]:
        """Return what it predicts for each scored review, for each way to predict.

        A model without a history model predicts from the three inputs that a history gives, as the
        service does (`inference.cards`).
        """
        cards: list[Any] = list(reviews.features[FEATURE_COLUMNS].itertuples(index=False, name=None))
        answer = np.array(self.three_inputs(cards))
        alone = answer if self.history is None else predict_alone(self.history, reviews.histories)
        return {THREE_INPUTS: answer, HISTORY: alone}


def live_version(lake: Lake) -> str | None:
    """Return the version that the pointer names; None while the default model is live."""
    return read_pointer(lake).version


def served(lake: Lake, version: str | None) -> ServedModel:
    """Return a model of the lake, or the one that ships with the function (None).

    Raises
    ------
    LakeError, ArtifactError
        If it isn't there, or can't be served.
    """
    if version is None:
        artifact = decode(DEFAULT_MODEL.read_bytes())
        return ServedModel(
            default_model().name,
            None,
            _each(artifact.three_inputs.recall_probability),
            artifact.history,
        )
    model = read_model(lake, version)
    predict, history = model.served()
    return ServedModel(version, _newest(model.card.get("data")), predict, history)


def _each(predict: Callable[..., float]) -> Predict:
    return lambda cards: [predict(*card) for card in cards]


def _newest(facts: Any) -> datetime | None:
    try:
        return datetime.fromisoformat(facts["last_review"])
    except (TypeError, KeyError, ValueError):
        return None
