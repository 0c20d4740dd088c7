"""A search by FLAML's AutoML for the estimator that predicts newer reviews best, within a time budget."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from model_training.evaluation.scores import log_losses
from model_training.retraining.automl_families import (
    ONNX,
    SEED,
    SKLEARN,
    AutoMLError,
    automl,
    estimator_class,
    searched,
)
from model_training.review_log.features import FEATURE_COLUMNS, OUTCOME, learner_weights

TUNED_ON = 0.2  # the newest fifth of what may be learned from
MOST_TRIALS = 200  # of a family: with few reviews, more would only tune to the noise
OUTCOMES = 2  # failed and recalled

Parameters = dict[str, Any]


@dataclass(frozen=True)
class Trial:
    """An estimator that was tried.

    Parameters
    ----------
    log_loss : float
        Mean log loss in nats, on the reviews that it was tuned on.
    family : str
        The name of the estimator's class.
    parameters : dict
        The estimator's parameters that aren't its class's defaults, as JSON values.
    """

    log_loss: float
    family: str
    parameters: Parameters


def search(features: pd.DataFrame, seconds: float, *, onnx: bool) -> list[Trial]:
    """Search for what predicts the newest fifth of scored reviews best from those before.

    The families take turns; a trial under way at the end of the budget is finished, or cut short. The n-th
    trial is the same on every machine with memory enough; how many there are depends on its speed.

    Parameters
    ----------
    features : DataFrame
        Result of `model_training.review_log.features.scored_features`.
    seconds : float
        The budget, in seconds.
    onnx : bool
        Whether to search LightGBM and XGBoost, too.

    Returns
    -------
    list of Trial
        All trials in their order; empty when the reviews before the newest fifth all ended alike.

    Raises
    ------
    AutoMLError
        If FLAML isn't installed, or no trial was done in time.
    """
    time = features["reviewed_at"]
    newest = time >= time.sort_values(ignore_index=True)[int(len(time) * (1 - TUNED_ON))]
    older, tuned_on = features[~newest], features[newest]
    if older[OUTCOME].nunique() < OUTCOMES:
        return []
    families = SKLEARN | ONNX if onnx else SKLEARN
    trials: list[Trial] = []

    def tried(X: NDArray[Any], recalled: NDArray[Any], estimator: Any, *_others: Any) -> tuple[float, Any]:
        loss = float(log_losses(recalled, estimator.predict_proba(X)[:, 1]).mean())
        inner = estimator.estimator
        trials.append(Trial(loss, type(inner).__name__, parameters_of(inner)))
        return loss, {}

    X, recalled = _arrays(older)
    X_val, y_val = _arrays(tuned_on)
    with threadpool_limits(1):  # sums in the same order everywhere
        automl().fit(
            X,
            recalled,
            sample_weight=learner_weights(older),
            X_val=X_val,
            y_val=y_val,
            task="classification",
            metric=tried,
            eval_method="holdout",
            split_type="time",  # else rows are shuffled, and a forest draws others than when fitted again
            estimator_list=list(families),
            custom_hp=searched(families),
            time_budget=seconds,
            max_iter=MOST_TRIALS * len(families),
            learner_selector="roundrobin",  # FLAML's own choice of who is next depends on measured times
            sample=False,  # the same
            retrain_full=False,
            seed=SEED,
            n_jobs=1,
            verbose=0,
        )
    if not trials:
        raise AutoMLError(f"no trial was done within {seconds:g} s: give --automl-seconds more")
    return trials


def fitted(family: str, parameters: Parameters, features: pd.DataFrame) -> Any:
    """Return an estimator, fitted on scored reviews that weigh as for our own models.

    Raises
    ------
    AutoMLError
        If its library isn't installed.
    """
    X, recalled = _arrays(features)
    with threadpool_limits(1):
        return estimator_class(family)(**parameters).fit(X, recalled, sample_weight=learner_weights(features))


def parameters_of(estimator: Any) -> Parameters:
    """Return an estimator's parameters that aren't its class's defaults, as JSON values."""
    default = type(estimator)().get_params()
    return {
        name: value.item() if isinstance(value, np.generic) else value
        for name, value in estimator.get_params().items()
        # XGBoost's missing value is NaN, which equals nothing; FLAML leaves an empty list of callbacks.
        if value != default.get(name) and name not in {"missing", "callbacks"}
    }


def _arrays(features: pd.DataFrame) -> tuple[NDArray[Any], NDArray[Any]]:
    return features[FEATURE_COLUMNS].to_numpy(), features[OUTCOME].to_numpy()
