"""The served models as candidates: from three inputs or histories, with and without the learner's state."""

from __future__ import annotations

import numpy as np
import pandas as pd

from model_training.evaluation.candidate import Predictor
from model_training.evaluation.scores import Probabilities
from model_training.fitting.starting_point import SCRATCH
from model_training.history.both_models import fit_both
from model_training.history.predict import predict_alone, predict_with_learner
from model_training.history.replay import learner_timelines
from model_training.review_log.features import FEATURE_COLUMNS, OUTCOME, design
from recall import learner
from recall.history import HistoryModel
from recall.three_inputs import ThreeInputModel


class ServedCandidates:
    """The fits of the served models on one log; their priors saw no real review of ours."""

    def __init__(self) -> None:
        self._models: dict[bytes, tuple[ThreeInputModel, HistoryModel]] = {}

    def fit_three_inputs(self, train: pd.DataFrame) -> Predictor:
        """Predict from a card's three inputs."""
        model, _ = self._fit(train)
        return lambda rows: np.array([model.recall_probability(*card) for card in design(rows)[0].to_numpy()])

    def fit_three_inputs_with_learner(self, train: pd.DataFrame) -> Predictor:
        """Predict from a card's three inputs and a state that follows the learner's outcomes."""
        model, _ = self._fit(train)
        return lambda rows: three_inputs_with_learner(model, rows)

    def fit_alone(self, train: pd.DataFrame) -> Predictor:
        """Predict from each card's own reviews."""
        _, model = self._fit(train)
        return lambda rows: predict_alone(model, rows)

    def fit_with_learner(self, train: pd.DataFrame) -> Predictor:
        """Predict from each card's own reviews and a state that follows the learner's outcomes."""
        _, model = self._fit(train)
        return lambda rows: predict_with_learner(model, rows)

    def _fit(self, train: pd.DataFrame) -> tuple[ThreeInputModel, HistoryModel]:
        """Fit both models, once for all four candidates."""
        key = train["review"].to_numpy().tobytes()
        if key not in self._models:
            estimator, history = fit_both(train, SCRATCH)
            self._models[key] = estimator.to_model(), history
        return self._models[key]


def three_inputs_with_learner(model: ThreeInputModel, rows: pd.DataFrame) -> Probabilities:
    """Predict each review from its inputs and what its learner's earlier outcomes taught, as it is served."""
    cards, recalled = rows[FEATURE_COLUMNS].to_numpy(), rows[OUTCOME].to_numpy() == 1
    probability = np.empty(len(rows))
    for timeline in learner_timelines(rows):
        state = learner.START
        for row in timeline.tolist():
            days, count, difficulty = cards[row].tolist()
            probability[row] = model.recall_probability(days, count, difficulty, state)
            state = model.learner_after(state, days, count, difficulty, recalled=bool(recalled[row]))
    return probability
