"""A challenger by search: the best that FLAML's AutoML finds, as a user's own model, checked like one."""

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
from model_training.own_model.release import load_onnx_release, load_skops_release
from model_training.registry.card import encode_card, timestamp
from model_training.registry.publish import Release
from model_training.retraining.automl_families import SEED, SKLEARN_CLASSES
from model_training.retraining.automl_onnx import to_onnx
from model_training.retraining.automl_search import Trial, fitted, search
from model_training.retraining.reviews import Training
from model_training.review_log.distributions import input_distributions
from model_training.training.train import ranges


def challenger(
    training: Training, seconds: float, trained_at: datetime, run: str, *, onnx: bool
) -> Release | None:
    """Search, fit the best estimator on all reviews, and check it as `publish` does.

    Parameters
    ----------
    training : Training
        The reviews, without those that will judge; of cells nothing is learned.
    seconds : float
        The budget of the search; the last fit comes on top.
    trained_at, run : datetime, str
        The time of the training and the run's name, for the card.
    onnx : bool
        Whether the stage serves ONNX models: only then LightGBM and XGBoost are searched.

    Returns
    -------
    Release or None
        The challenger, not yet stored; None when the reviews before the newest all ended alike.

    Raises
    ------
    AutoMLError
        If FLAML isn't installed, or no trial was done in time.
    PublishError
        If the service would refuse the estimator.
    """
    trials = search(training.features, seconds, onnx=onnx)
    if not trials:
        return None
    best = min(trials, key=lambda trial: trial.log_loss)
    facts = {
        "family": best.family,
        "parameters": best.parameters,
        "tuned_to_log_loss": rounded(best.log_loss),
        "searched": _by_family(trials),
        "seconds": seconds,
        "seed": SEED,
    }
    return refitted(facts, training, trained_at, run)


def refitted(found: dict[str, Any], training: Training, trained_at: datetime, run: str) -> Release:
    """Fit an estimator that was found to reviews, and check it as `publish` does.

    Parameters
    ----------
    found : dict
        ``automl`` of the card of a `challenger`.
    training, trained_at, run
        As for `challenger`.

    Raises
    ------
    AutoMLError
        If the estimator's library isn't installed.
    PublishError
        If the service would refuse the estimator.
    """
    features = training.features
    release = _release(fitted(found["family"], found["parameters"], features))
    known = {
        "ranges": ranges(features),
        "inputs": input_distributions(features),
        "run": run,
    }
    moment = timestamp(trained_at)
    facts = {"trained_at": moment, "data": training.data | known, "automl": found}
    card = encode_card(json.loads(release.card) | facts)
    return replace(release, card=card, trained_at=moment)


def _release(estimator: Any) -> Release:
    with TemporaryDirectory(prefix="recall-automl-") as folder:
        if type(estimator).__name__ in SKLEARN_CLASSES:
            path = Path(folder) / "model.skops"
            skops.io.dump(estimator, path, compression=ZIP_DEFLATED)
            return load_skops_release(path)
        path = Path(folder) / "model.onnx"
        path.write_bytes(to_onnx(estimator))
        return load_onnx_release(path)


def _by_family(trials: list[Trial]) -> dict[str, dict[str, Any]]:
    """Return each family's number of trials and lowest log loss."""
    return {
        family: {
            "trials": sum(trial.family == family for trial in trials),
            "log_loss": rounded(min(trial.log_loss for trial in trials if trial.family == family)),
        }
        for family in dict.fromkeys(trial.family for trial in trials)
    }
