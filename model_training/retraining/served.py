"""A model as it predicts for callers, for comparing it with another on the same reviews."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd

from model_training.evaluation.scores import Probabilities
from model_training.evaluation.served_candidates import three_inputs_with_learner
from model_training.history.predict import predict_alone, predict_with_learner
from model_training.registry.card import newest_review
from model_training.registry.default_model import DEFAULT_MODEL, default_version
from model_training.registry.lake import Lake
from model_training.registry.stored_model import Predict, StoredModel, read_model
from model_training.retraining.reviews import Judging
from model_training.review_log.features import FEATURE_COLUMNS
from recall.artifact import decode
from recall.history import HistoryModel
from recall.pointer import OWN_FORMATS
from recall.three_inputs import ThreeInputModel

THREE_INPUTS, HISTORY, HISTORY_STATE = "three_inputs", "history", "history_state"
WAYS = {
    THREE_INPUTS: "from three inputs",
    HISTORY: "from review histories",
    HISTORY_STATE: "from histories and the learner's state",
}


@dataclass(frozen=True)
class ServedModel:
    """A model's ways to predict.

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
    curve : ThreeInputModel or None
        The three-input model, which a learner's state shifts; None of an owner's own model, which knows no
        learner.
    """

    version: str
    newest_review: datetime | None
    three_inputs: Predict
    history: HistoryModel | None
    curve: ThreeInputModel | None = None

    def judged(self, reviews: Judging) -> dict[str, Probabilities]:
        """Return what it predicts for the judging reviews in each way that callers use, by `WAYS`."""
        predicted = self.predictions(reviews.features)
        if self.history is not None:
            known = predict_with_learner(self.history, reviews.log)[reviews.rows]
        elif self.curve is not None:
            known = three_inputs_with_learner(self.curve, reviews.log)[reviews.rows]
        else:
            known = predicted[THREE_INPUTS]
        return predicted | {HISTORY_STATE: known}

    def predictions(self, features: pd.DataFrame) -> dict[str, Probabilities]:
        """Return what it predicts for each scored review without knowing its learner.

        A model without a history model predicts from the three inputs that a history gives, as the
        service does (`inference.cards`).
        """
        cards: list[Any] = list(features[FEATURE_COLUMNS].itertuples(index=False, name=None))
        answer = np.array(self.three_inputs(cards))
        alone = answer if self.history is None else predict_alone(self.history, features)
        return {THREE_INPUTS: answer, HISTORY: alone}


def served(lake: Lake, version: str | None) -> ServedModel:
    """Return a model of the lake, or the one that ships with the function (None).

    Raises
    ------
    LakeError, ArtifactError
        If it isn't there, or can't be served.
    """
    if version is None:
        return of_artifact(default_version(), None, DEFAULT_MODEL.read_bytes())
    return of_stored(read_model(lake, version))


def of_stored(model: StoredModel) -> ServedModel:
    """Return a model of the lake that was read already; errors as of `served`."""
    newest = newest_review(model.card)
    if model.format in OWN_FORMATS:
        return ServedModel(model.version, newest, model.served().predict, None)
    return of_artifact(model.version, newest, model.body)


def of_artifact(version: str, newest: datetime | None, body: bytes) -> ServedModel:
    """Return a model of ours from its bytes; errors as of `served`."""
    artifact = decode(body)
    probability = artifact.three_inputs.recall_probability
    return ServedModel(
        version,
        newest,
        lambda cards: [probability(*card) for card in cards],
        artifact.history,
        artifact.three_inputs,
    )
