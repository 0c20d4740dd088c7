"""What a model has to beat: no memory of the card, the reference design, and unconstrained flexibility."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression

from model_training.evaluation.candidate import Fit, Predictor
from model_training.evaluation.offset import online_probabilities
from model_training.fitting.estimator import PowerCurveClassifier
from model_training.review_log.features import OUTCOME, design

# srs-benchmark's MOVING-AVG
MOVING_AVERAGE_START, MOVING_AVERAGE_RATE = 1.2, 0.3


def fit_constant(train: pd.DataFrame) -> Predictor:
    """Predict the training rows' recall rate for every review."""
    rate = train[OUTCOME].mean()
    return lambda rows: np.full(len(rows), rate)


def fit_moving_average(_train: pd.DataFrame) -> Predictor:
    """Predict a learner's recent recall rate, whatever the card: p = logistic(x), x ← x + 0.3 (y − p)."""
    return lambda rows: online_probabilities(
        rows, np.zeros(len(rows)), MOVING_AVERAGE_RATE, MOVING_AVERAGE_START
    )


def estimator_fit(make: Callable[[], BaseEstimator]) -> Fit:
    """Return the fit of a scikit-learn classifier on the three inputs."""

    def fit(train: pd.DataFrame) -> Predictor:
        estimator = make().fit(*design(train))
        return lambda rows: estimator.predict_proba(design(rows)[0])[:, 1]

    return fit


def reference_logistic() -> LogisticRegression:
    """Return the reference design: plain logistic regression on the three inputs as they are."""
    return LogisticRegression(max_iter=1_000)


def power_curve() -> PowerCurveClassifier:
    """Return the forgetting curve fitted by plain maximum likelihood."""
    return PowerCurveClassifier(prior_strength=0.0)


def boosted_trees() -> HistGradientBoostingClassifier:
    """Return boosted trees that never rise with days or difficulty; a tenth of the rows says how many."""
    return HistGradientBoostingClassifier(
        learning_rate=0.05, max_iter=500, early_stopping=True, monotonic_cst=[-1, 0, -1], random_state=0
    )
