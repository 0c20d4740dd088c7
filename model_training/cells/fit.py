"""The forgetting curve from cells instead of reviews."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.metrics import brier_score_loss, log_loss, roc_auc_score

from model_training.cells.outcomes import outcomes
from model_training.evaluation.scores import rounded
from model_training.fitting.starting_point import StartingPoint
from model_training.registry.card import RECORDED_CARDS, recorded_predictions, timestamp
from model_training.review_log.distributions import distribution
from model_training.review_log.features import FEATURE_COLUMNS
from model_training.training.train import TrainedModel
from recall.artifact import Artifact
from recall.three_inputs import ThreeInputModel

Array = NDArray[np.float64]


def train_cells(cells: pd.DataFrame, start: StartingPoint) -> TrainedModel:
    """Fit the three-input curve on all cells, after measuring one of the older reviews on the newest ones.

    Parameters
    ----------
    cells : DataFrame
        The cells, from `model_training.cells.outcomes.read_cells`.
    start : StartingPoint
        Whose curve is the prior. The model has no history model: that needs the reviews themselves.
    """
    every = outcomes(cells)
    curve, ratio = every.fit(start.three_inputs)
    first, last = pd.to_datetime([cells["first_review"].min(), cells["last_review"].max()], utc=True)
    count = int(every.reviews.sum())
    profile = {
        "scored_reviews": count,
        "cells": len(cells),
        "first_review": timestamp(first),
        "last_review": timestamp(last),
        "simulated": bool(cells["simulated"].sum()),
        "ranges": {
            name: [float(values.min()), float(values.max())]
            for name, values in zip(FEATURE_COLUMNS, every.inputs.T, strict=True)
        },
        # Reviews weigh alike: cells don't say whose they are.
        "inputs": {
            name: distribution(values, every.reviews)
            for name, values in zip(FEATURE_COLUMNS, every.inputs.T, strict=True)
        },
        "prior": {"name": start.name, "share": rounded(ratio / (1 + ratio))},
        "metrics": _measured(cells, start.three_inputs),
    }
    recorded = recorded_predictions([curve.recall_probability(*card) for card in RECORDED_CARDS])
    return TrainedModel(Artifact(curve, profile), None, recorded, recorded_histories=None)


def predictions(curve: ThreeInputModel, inputs: Array) -> Array:
    """Return what a curve predicts for inputs of shape (n, 3)."""
    return np.array([curve.recall_probability(*card) for card in inputs.tolist()])


def _measured(cells: pd.DataFrame, prior: ThreeInputModel) -> dict[str, float | int | None]:
    """Return the figures on the newest reviews; null where there are none, or the older ones ended alike."""
    newest = cells["newest"] == 1
    older, judging = outcomes(cells[~newest]), outcomes(cells[newest])
    figures: dict[str, float | int | None] = dict.fromkeys(
        ("log_loss", "auc", "brier", "ece", "baseline_log_loss")
    )
    judged = int(judging.reviews.sum())
    if judged and len(np.unique(older.recalled)) > 1:
        probability = predictions(older.fit(prior)[0], judging.inputs)
        constant = np.full(len(probability), np.average(older.recalled, weights=older.reviews))
        y, counts = judging.recalled, judging.reviews
        figures |= {
            "log_loss": log_loss(y, probability, sample_weight=counts, labels=[0, 1]),
            "auc": roc_auc_score(y, probability, sample_weight=counts) if len(np.unique(y)) > 1 else None,
            "brier": brier_score_loss(y, probability, sample_weight=counts, pos_label=1),
            "baseline_log_loss": log_loss(y, constant, sample_weight=counts, labels=[0, 1]),
        }
    return {name: rounded(value) for name, value in figures.items()} | {"held_out_reviews": judged}
