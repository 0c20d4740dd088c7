"""A challenger by search: the best that FLAML finds, as a user's own scikit-learn model, checked like one."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zipfile import ZIP_DEFLATED

import skops.io

from model_training.evaluation.scores import rounded
from model_training.own_model.release import load_skops_release
from model_training.registry.card import encode_card, timestamp
from model_training.registry.publish import Release
from model_training.retraining.automl_families import SEED
from model_training.retraining.automl_search import Found, fitted, search
from model_training.retraining.reviews import Training
from model_training.review_log.distributions import input_distributions
from model_training.training.train import ranges


def challenger(training: Training, seconds: float, trained_at: datetime, run: str) -> Release | None:
    """Search, fit the best estimator on all reviews, and check it as `publish --sklearn` does.

    Parameters
    ----------
    training : Training
        The reviews, without those that will judge; of cells nothing is learned.
    seconds : float
        The budget of the search; the last fit comes on top.
    trained_at, run : datetime, str
        The time of the training and the run's name, for the card.

    Returns
    -------
    Release or None
        The challenger, not yet stored; None when the reviews before the newest all ended alike.

    Raises
    ------
    AutoMLError
        If FLAML isn't installed.
    PublishError
        If the service would refuse the estimator.
    """
    found = search(training.features, seconds)
    if found is None:
        return None
    facts = _summary(found) | {"seconds": seconds, "seed": SEED}
    return refitted(facts, training, trained_at, run)


def refitted(found: dict[str, Any], training: Training, trained_at: datetime, run: str) -> Release:
    """Fit an estimator that was found to reviews, and check it as `publish --sklearn` does.

    Parameters
    ----------
    found : dict
        ``automl`` of the card of a `challenger`.
    training, trained_at, run
        As for `challenger`.

    Raises
    ------
    PublishError
        If the service would refuse the estimator.
    """
    features = training.features
    with TemporaryDirectory(prefix="recall-automl-") as folder:
        path = Path(folder) / "model.skops"
        estimator = fitted(found["family"], found["parameters"], features)
        skops.io.dump(estimator, path, compression=ZIP_DEFLATED)
        release = load_skops_release(path)
    known = {
        "ranges": ranges(features),
        "inputs": input_distributions(features),
        "run": run,
    }
    moment = timestamp(trained_at)
    facts = {"trained_at": moment, "data": training.data | known, "automl": found}
    card = encode_card(json.loads(release.card) | facts)
    return replace(release, card=card, trained_at=moment)


def _summary(found: Found) -> dict[str, Any]:
    return {
        "family": found.family,
        "parameters": found.config,
        "trials": found.trials,
        "tuned_to_log_loss": rounded(found.log_loss),
    }
