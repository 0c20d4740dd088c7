"""How good an owner's own model is, measured as our own models are: on reviews that it never saw."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd
import skops.io
from sklearn.base import clone
from threadpoolctl import threadpool_limits

from estimators.estimator import UserEstimator
from estimators.trusted import TRUSTED
from model_training.evaluation.holdout import Mask, Predict, evaluate_held_out, fingerprint
from model_training.evaluation.scores import rounded, score
from model_training.registry import stored_model
from model_training.review_log.features import design, scored_features
from model_training.simulation.simulate import is_simulated
from model_training.training.train import describe, metrics

EVALUATION = (
    "The metrics are of the same estimator, fitted anew without weights on all but each learner's newest "
    "20 % of the scored reviews, and measured on those."
)
SECOND = pd.Timedelta(seconds=1)  # the card has whole ones
EVALUATION_OF_NEWER = (
    "The metrics are of the model itself, measured on the scored reviews after trained_until."
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


def measure_newer(
    predict: stored_model.Predict, reviews: pd.DataFrame, trained_until: datetime
) -> dict[str, Any]:
    """Score a model on the reviews that came after those that it was fitted to.

    Parameters
    ----------
    predict : callable
        The model: from cards to probabilities of recall.
    reviews : DataFrame
        `model_training.review_log.canonical.ReviewLog.reviews`.
    trained_until : datetime
        Until when the reviews went that it was fitted to, aware of its time zone.

    Returns
    -------
    dict
        Entries for the model's card; empty where no scored review is newer.
    """
    features = scored_features(reviews)
    newer = features[features["reviewed_at"] >= trained_until + SECOND]
    if newer.empty:
        return {}
    X, recalled = design(newer)
    scores = score(recalled, np.array(predict(list(X.itertuples(index=False, name=None)))))
    figures = {name: rounded(value) for name, value in asdict(scores).items()}
    return {
        "simulated": is_simulated(reviews["learner"]),
        "metrics": figures | {"held_out_reviews": len(newer)},
        "held_out_sha256": fingerprint(X, recalled),
        "evaluation": EVALUATION_OF_NEWER,
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
