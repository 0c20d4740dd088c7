"""A search by FLAML for the estimator that predicts newer reviews best, within a time budget."""

from __future__ import annotations

from dataclasses import dataclass
from time import monotonic
from typing import Any

import pandas as pd
from threadpoolctl import threadpool_limits

from model_training.evaluation.scores import log_losses
from model_training.retraining.automl_families import FAMILIES, searchers
from model_training.review_log.features import FEATURE_COLUMNS, OUTCOME, learner_weights

TUNED_ON = 0.2  # the newest fifth of what may be learned from
MOST_TRIALS = 200  # of a family: with few reviews, more would only tune to the noise
OUTCOMES = 2  # failed and recalled

Config = dict[str, Any]


@dataclass(frozen=True)
class Found:
    """The best of a search.

    Parameters
    ----------
    family : str
        The estimator's family, a key of `FAMILIES`.
    config : dict
        The estimator's parameters.
    log_loss : float
        Mean log loss in nats, on the reviews that it was tuned on.
    trials : int
        Number of trials, of all families.
    """

    family: str
    config: Config
    log_loss: float
    trials: int


def search(features: pd.DataFrame, seconds: float) -> Found | None:
    """Search for what predicts the newest fifth of scored reviews best from those before.

    Every family gets an equal share of the time, and one trial at least; the trial under way at its end is
    finished. The n-th trial is the same on every machine; how many there are depends on its speed.

    Parameters
    ----------
    features : DataFrame
        Result of `model_training.review_log.features.scored_features`.
    seconds : float
        The budget, in seconds.

    Returns
    -------
    Found or None
        None when the reviews before the newest fifth all ended alike.

    Raises
    ------
    AutoMLError
        If FLAML isn't installed.
    """
    by_family = searchers()
    time = features["reviewed_at"]
    newest = time >= time.sort_values(ignore_index=True)[int(len(time) * (1 - TUNED_ON))]
    older, tuned_on = features[~newest], features[newest]
    if older[OUTCOME].nunique() < OUTCOMES:
        return None
    X, recalled = tuned_on[FEATURE_COLUMNS].to_numpy(), tuned_on[OUTCOME].to_numpy()

    def log_loss(family: str, config: Config) -> float:
        probability = fitted(family, config, older).predict_proba(X)[:, 1]
        return float(log_losses(recalled, probability).mean())

    tried: list[tuple[float, str, Config]] = []
    for family, searcher in by_family.items():
        end = monotonic() + seconds / len(by_family)
        for trial in map(str, range(MOST_TRIALS)):
            suggested = searcher.suggest(trial)
            if suggested is not None:  # it had this one before
                config = {name: _plain(value) for name, value in suggested.items()}
                loss = log_loss(family, config)
                found = {f"config/{name}": value for name, value in config.items()}
                searcher.on_trial_complete(trial, {"loss": loss, **found})
                tried.append((loss, family, config))
            if monotonic() >= end:
                break
    loss, family, config = min(tried, key=lambda trial: trial[0])
    return Found(family, config, loss, len(tried))


def fitted(family: str, config: Config, features: pd.DataFrame) -> Any:
    """Return an estimator, fitted on scored reviews that weigh as for our own models."""
    X, recalled = features[FEATURE_COLUMNS].to_numpy(), features[OUTCOME].to_numpy()
    with threadpool_limits(1):  # sums in the same order everywhere
        return FAMILIES[family](**config).fit(X, recalled, learner_weights(features))


def _plain(value: Any) -> int | float:
    """Return a number without numpy's type, which would go into the model's file."""
    return value if isinstance(value, int) else float(value)
