"""How good the predictions are, measured on each learner's newest reviews by a model that never saw them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.metrics import brier_score_loss, log_loss, roc_auc_score

from model_training.estimator import PowerCurveClassifier
from model_training.features import OUTCOME, design, learner_weights

HELD_OUT_PERCENT = 20
CALIBRATION_BINS = 20

Outcomes = NDArray[np.int64]
Probabilities = NDArray[np.float64]


@dataclass(frozen=True)
class Scores:
    """Quality of predictions: the lower the better, but for ``auc``.

    Parameters
    ----------
    log_loss : float
        Mean −ln(probability of the outcome), in nats.
    auc : float or None
        Chance that a recalled review was predicted higher than a failed one; None when all ended alike.
    brier : float
        Mean squared difference between probability and outcome.
    ece : float
        Expected calibration error over `CALIBRATION_BINS` quantile bins.
    """

    log_loss: float
    auc: float | None
    brier: float
    ece: float


@dataclass(frozen=True)
class Evaluation:
    """Scores on held-out reviews.

    Parameters
    ----------
    model : Scores
        Of the forgetting curve, trained on the older reviews only.
    baseline : Scores
        Of always predicting the older reviews' recall rate.
    recalled : ndarray of shape (n_held_out,)
        Outcomes, 0 or 1.
    probability : ndarray of shape (n_held_out,)
        The model's predictions.
    """

    model: Scores
    baseline: Scores
    recalled: Outcomes
    probability: Probabilities


def held_out(features: pd.DataFrame) -> NDArray[np.bool_]:
    """Mark each learner's newest 20 % of the scored reviews (rounded down), of shape (n_scored_reviews,)."""
    newness = features.groupby("learner")["reviewed_at"].rank(method="first", ascending=False)
    size = features.groupby("learner")["reviewed_at"].transform("size")
    marks: NDArray[np.bool_] = (newness <= size * HELD_OUT_PERCENT // 100).to_numpy()
    return marks


def evaluate(features: pd.DataFrame) -> Evaluation | None:
    """Train on the older reviews and score the newest ones.

    Parameters
    ----------
    features : DataFrame
        From `model_training.features.scored_features`.

    Returns
    -------
    Evaluation or None
        None when nothing can be measured: no learner has five scored reviews, or all older ones ended alike.
    """
    newest = held_out(features)
    older = features[~newest]
    if not newest.any() or older[OUTCOME].nunique() < 2:  # noqa: PLR2004 - failed and recalled
        return None
    X, recalled = design(features[newest])
    probability = PowerCurveClassifier().fit(*design(older), learner_weights(older)).predict_proba(X)[:, 1]
    constant = np.full(len(recalled), older[OUTCOME].mean())
    return Evaluation(score(recalled, probability), score(recalled, constant), recalled, probability)


def score(recalled: Outcomes, probability: Probabilities) -> Scores:
    """Score predictions, arrays of shape (n_reviews,), against the outcomes."""
    one_class = np.unique(recalled).size == 1
    groups = reliability(recalled, probability, CALIBRATION_BINS)
    gap = (groups["predicted"] - groups["observed"]).abs()
    return Scores(
        log_loss=float(log_loss(recalled, probability, labels=[0, 1])),
        auc=None if one_class else float(roc_auc_score(recalled, probability)),
        brier=float(brier_score_loss(recalled, probability, pos_label=1)),
        ece=float(np.average(gap, weights=groups["reviews"])),
    )


def reliability(recalled: Outcomes, probability: Probabilities, bins: int) -> pd.DataFrame:
    """Compare predicted with observed recall in quantile bins of the prediction.

    Returns
    -------
    DataFrame
        At most ``bins`` rows of ``reviews``, ``predicted`` and ``observed``; equal predictions share a bin.
    """
    edges = np.unique(np.quantile(probability, np.linspace(0, 1, bins + 1)[1:-1]))
    table = pd.DataFrame({"predicted": probability, "observed": recalled})
    groups = table.groupby(np.searchsorted(edges, probability, side="right"))
    means = groups.mean().reset_index(drop=True)
    means.insert(0, "reviews", groups.size().to_numpy())
    return means
