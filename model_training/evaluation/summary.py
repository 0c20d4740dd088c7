"""From predictions to the figures of ``evaluation.json``."""

from __future__ import annotations

import json
from dataclasses import asdict
from importlib.metadata import version
from typing import Any

import pandas as pd

from model_training.evaluation.compare import Comparison
from model_training.evaluation.differences import paired_differences
from model_training.evaluation.intervals import COVERAGE, REPLICATES
from model_training.evaluation.scores import (
    MINIMUM_ROWS_OF_LEARNER,
    Probabilities,
    log_losses,
    rmse_bins,
    rounded,
    score,
)

LIBRARIES = ("fsrs", "fsrs-rs-python", "numpy", "scikit-learn", "scipy")


def summarise(comparison: Comparison, profile: dict[str, Any]) -> dict[str, Any]:
    """Return all figures as JSON values.

    Parameters
    ----------
    comparison : Comparison
        The predictions.
    profile : dict
        What the log holds, from `model_training.training.train.describe`.
    """
    losses = {
        name: log_losses(comparison.recalled, probability)
        for name, probability in comparison.probabilities.items()
    }
    per_learner = {
        name: _per_learner(comparison, probability) for name, probability in comparison.probabilities.items()
    }
    aucs = pd.DataFrame({name: figures["auc"] for name, figures in per_learner.items()})
    return {
        "protocol": comparison.protocol,
        "rows": len(comparison.rows),
        "reviews": profile["reviews"],
        "learners": int(comparison.rows["learner"].nunique()),
        "simulated": profile["simulated"],
        "models": {
            candidate.name: {"title": candidate.title, "knows": candidate.knows}
            | _figures(comparison, candidate.name, per_learner[candidate.name])
            for candidate in comparison.candidates
        },
        "differences": paired_differences(comparison.rows, losses, aucs),
        "bootstrap": {"replicates": REPLICATES, "coverage": COVERAGE},
        "libraries": {name: version(name) for name in LIBRARIES},
    }


def encode_summary(summary: dict[str, Any]) -> bytes:
    """Return the figures as UTF-8 JSON."""
    return json.dumps(summary, indent=2, allow_nan=False).encode() + b"\n"


def _figures(comparison: Comparison, name: str, per_learner: pd.DataFrame) -> dict[str, Any]:
    probability = comparison.probabilities[name]
    pooled = asdict(score(comparison.recalled, probability))
    pooled["rmse_bins"] = rmse_bins(comparison.rows, comparison.recalled, probability)
    means = per_learner[per_learner["rows"] >= MINIMUM_ROWS_OF_LEARNER].mean()
    return (
        {measure: rounded(value) for measure, value in pooled.items()}
        | {f"{measure}_learners": rounded(means[measure]) for measure in pooled}
        | {
            "per_learner": {
                str(learner): {"rows": int(figures["rows"])}
                | {measure: rounded(figures[measure]) for measure in pooled}
                for learner, figures in per_learner.iterrows()
            }
        }
    )


def _per_learner(comparison: Comparison, probability: Probabilities) -> pd.DataFrame:
    """Rows, `Scores` (AUC is NaN when all ended alike) and RMSE(bins) of each learner."""
    figures = {}
    for learner, rows in comparison.rows.groupby("learner"):
        recalled, own = comparison.recalled[rows.index], probability[rows.index]
        figures[learner] = {
            "rows": len(rows),
            **asdict(score(recalled, own)),
            "rmse_bins": rmse_bins(rows, recalled, own),
        }
    return pd.DataFrame.from_dict(figures, orient="index", dtype=float)
