"""How good a user's own estimator is, measured as our own models are: on reviews that it never saw."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import skops.io
from sklearn.base import clone
from threadpoolctl import threadpool_limits

from estimators.estimator import UserEstimator
from estimators.trusted import TRUSTED
from model_training.evaluation.holdout import Mask, Predict, evaluate_held_out
from model_training.registry import stored_model
from model_training.review_log.features import design, scored_features
from model_training.simulation.simulate import is_simulated
from model_training.training.train import describe, metrics

EVALUATION = (
    "The metrics are of the same estimator, fitted anew without weights on all but each learner's newest "
    "20 % of the scored reviews, and measured on those."
)


def measure(model: bytes, reviews: pd.DataFrame) -> dict[str, Any]:
    """Fit the same estimator on the older reviews and score the newest ones.

    Parameters
    ----------
    model : bytes
        A skops file that has passed `estimators.estimator.load`.
    reviews : DataFrame
        `model_training.review_log.canonical.ReviewLog.reviews`.

    Returns
    -------
    dict
        Entries for the model's card; without figures where nothing can be measured.

    Raises
    ------
    Exception
        Whatever a foreign estimator raises when it is fitted.
    """
    features = scored_features(reviews)

    def fit_older(older: Mask) -> Predict:
        predict = fitted_anew(model, features[older])
        return lambda X: np.array(predict(list(X.itertuples(index=False, name=None))))

    # The matrices are narrow: more threads would spend their time waiting for each other.
    with threadpool_limits(1):
        evaluation = evaluate_held_out(features, fit_older)
    return {
        "simulated": is_simulated(reviews["learner"]),
        "data": describe(reviews) | {"scored_reviews": len(features)},
        "metrics": metrics(evaluation),
        "held_out_sha256": evaluation.held_out_sha256 if evaluation else None,
        "evaluation": EVALUATION,
    }


def fitted_anew(model: bytes, features: pd.DataFrame) -> stored_model.Predict:
    """Return what the same estimator predicts, fitted anew without weights.

    Parameters
    ----------
    model : bytes
        A skops file that has passed `estimators.estimator.load`.
    features : DataFrame
        The scored reviews to fit to, from `model_training.review_log.features.scored_features`.
    """
    X, recalled = design(features)
    estimator = clone(skops.io.loads(model, trusted=list(TRUSTED)))
    with threadpool_limits(1):
        return UserEstimator(estimator.fit(X.to_numpy(), recalled)).predict
