"""The forgetting curve from cells instead of reviews."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.metrics import brier_score_loss, log_loss, roc_auc_score

from model_training.cells.outcomes import CellOutcomes, outcomes
from model_training.evaluation.scores import rounded
from model_training.fitting.starting_point import StartingPoint
from model_training.registry.card import RECORDED_CARDS, recorded_predictions, timestamp
from model_training.review_log.features import FEATURE_COLUMNS
from model_training.review_log.stability import BINS, EDGE_DIGITS, SHARE_DIGITS
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
        "inputs": _distributions(every),
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


def _distributions(rows: CellOutcomes) -> dict[str, Any]:
    """Return the distributions of the cells' reviews, which weigh alike: cells don't say whose they are."""
    found = {}
    for name, values in zip(FEATURE_COLUMNS, rows.inputs.T, strict=True):
        inner = np.linspace(0, 1, BINS + 1)[1:-1]
        deciles = np.quantile(values, inner, weights=rows.reviews, method="inverted_cdf")
        edges = np.unique(deciles.round(EDGE_DIGITS))
        counts = np.bincount(np.searchsorted(edges, values, side="right"), rows.reviews, len(edges) + 1)
        shares = (counts / counts.sum()).round(SHARE_DIGITS)
        found[name] = {"edges": edges.tolist(), "shares": shares.tolist()}
    return found
