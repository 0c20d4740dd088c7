"""From predictions to the figures of ``evaluation.json``."""

from __future__ import annotations

import json
from dataclasses import asdict
from importlib.metadata import version
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model_training.evaluation.bootstrap import COVERAGE, REPLICATES, interval, resampled_means
from model_training.evaluation.candidates import REFERENCES
from model_training.evaluation.compare import Comparison
from model_training.evaluation.scores import log_losses, rmse_bins, score

# The mean over learners takes those with enough reviews for a figure of their own.
MINIMUM_ROWS_OF_LEARNER = 300
DIGITS = 6
LIBRARIES = ("fsrs", "fsrs-rs-python", "numpy", "scikit-learn", "scipy")

Array = NDArray[np.float64]


def summarise(comparison: Comparison, profile: dict[str, Any]) -> dict[str, Any]:
    """Return all figures as JSON values.

    Parameters
    ----------
    comparison : Comparison
        The predictions.
    profile : dict
        What the log holds, from `model_training.training.describe`.
    """
    losses = {
        name: log_losses(comparison.recalled, probability)
        for name, probability in comparison.probabilities.items()
    }
    return {
        "protocol": comparison.protocol,
        "rows": len(comparison.rows),
        "reviews": profile["reviews"],
        "learners": int(comparison.rows["learner"].nunique()),
        "simulated": profile["simulated"],
        "models": {name: _figures(comparison, name, losses[name]) for name in losses},
        "differences": _differences(comparison.rows, losses),
        "bootstrap": {"replicates": REPLICATES, "coverage": COVERAGE},
        "libraries": {name: version(name) for name in LIBRARIES},
    }


def encode_summary(summary: dict[str, Any]) -> bytes:
    """Return the figures as UTF-8 JSON."""
    return json.dumps(summary, indent=2, allow_nan=False).encode() + b"\n"


def _figures(comparison: Comparison, name: str, losses: Array) -> dict[str, Any]:
    rows, probability = comparison.rows, comparison.probabilities[name]
    scores = asdict(score(comparison.recalled, probability))
    by_learner = pd.Series(losses).groupby(rows["learner"])
    per_learner = pd.DataFrame({"rows": by_learner.size(), "log_loss": by_learner.mean()})
    enough = per_learner.index[per_learner["rows"] >= MINIMUM_ROWS_OF_LEARNER]
    bins = {
        learner: rmse_bins(group, comparison.recalled[group.index], probability[group.index])
        for learner, group in rows[rows["learner"].isin(enough)].groupby("learner")
    }
    return {
        "log_loss": _rounded(scores["log_loss"]),
        "log_loss_learners": _mean(per_learner.loc[enough, "log_loss"]),
        "auc": _rounded(scores["auc"]),
        "brier": _rounded(scores["brier"]),
        "ece": _rounded(scores["ece"]),
        "rmse_bins": _rounded(rmse_bins(rows, comparison.recalled, probability)),
        "rmse_bins_learners": _mean(pd.Series(bins, dtype=float)),
        "per_learner": {
            str(learner): {"rows": int(figures["rows"]), "log_loss": _rounded(figures["log_loss"])}
            for learner, figures in per_learner.iterrows()
        },
    }


def _differences(rows: pd.DataFrame, losses: dict[str, Array]) -> dict[str, Any]:
    """Mean differences of log loss to each reference, with intervals; below zero is better than it."""
    names = list(losses)
    table = np.column_stack([losses[name] for name in names])
    replicates = {
        unit: resampled_means(table, clusters) if len(np.unique(clusters)) > 1 else None
        for unit, clusters in (
            ("cards", rows["card_number"].to_numpy()),
            ("learners", pd.factorize(rows["learner"])[0]),
        )
    }

    def difference(name: str, reference: str) -> dict[str, Any]:
        model, other = names.index(name), names.index(reference)
        intervals = {
            unit: None
            if means is None
            else [_rounded(edge) for edge in interval(means[:, model] - means[:, other])]
            for unit, means in replicates.items()
        }
        return {"log_loss": _rounded(float(np.mean(losses[name] - losses[reference])))} | intervals

    return {
        reference: {name: difference(name, reference) for name in names if name != reference}
        for reference in REFERENCES
    }


def _mean(values: pd.Series) -> float | None:
    return None if values.empty else _rounded(values.mean())


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(float(value), DIGITS)
