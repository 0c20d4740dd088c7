"""The history model as candidates: from a card's reviews alone, and with what is known of the learner."""

from __future__ import annotations

import numpy as np
import pandas as pd

from model_training.evaluation.candidate import Predictor
from model_training.features import card_numbers
from model_training.history import scored_histories
from model_training.history_fit import fit_history
from model_training.history_predict import predict_alone, predict_with_learner
from recall.history import HistoryModel


class HistoryCandidates:
    """The fits of the history model on one log.

    Parameters
    ----------
    reviews : DataFrame of shape (n_reviews, …)
        `model_training.review_log.ReviewLog.reviews`.
    """

    def __init__(self, reviews: pd.DataFrame) -> None:
        self._histories = scored_histories(reviews)
        days_apart = reviews.groupby(card_numbers(reviews), sort=False)["day"].diff()
        # Where in the log the scored reviews stand; histories come in the same order.
        self._reviews = np.flatnonzero(days_apart.to_numpy() >= 1)
        self._models: dict[bytes, HistoryModel] = {}

    def fit_alone(self, train: pd.DataFrame) -> Predictor:
        """Predict from each card's own reviews."""
        model = self._fit(train)
        return lambda rows: predict_alone(model, self._of(rows))

    def fit_with_learner(self, train: pd.DataFrame) -> Predictor:
        """Predict from each card's own reviews and a state that follows the learner's outcomes."""
        model = self._fit(train)
        return lambda rows: predict_with_learner(model, self._of(rows))

    def _fit(self, train: pd.DataFrame) -> HistoryModel:
        """Fit both heads, once for both candidates."""
        key = train["review"].to_numpy().tobytes()
        if key not in self._models:
            self._models[key] = fit_history(self._of(train))
        return self._models[key]

    def _of(self, rows: pd.DataFrame) -> pd.DataFrame:
        return self._histories.iloc[np.searchsorted(self._reviews, rows["review"])].reset_index(drop=True)
