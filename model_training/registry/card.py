"""The model card: what a person should know before relying on a model, stored beside it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256
from importlib.metadata import version
from itertools import product
from platform import python_version
from typing import Any

MODEL_FILE, CARD_FILE = "model.json", "card.json"
# The model whose figures the card has: fitted without the held-out reviews, so that they can judge it.
MEASURED_FILE = "measured.json"
LIBRARIES = ("numpy", "pandas", "scikit-learn", "scipy")

EVALUATION = (
    "The metrics are of a model that was trained without each learner's newest 20 % of the scored reviews "
    "and measured on those. The served model was then fitted on all of them."
)
LIMITS = (
    "It predicts for learners like those in the log; it knows nothing of who the learner is.",
    "The reviews came when a scheduler chose them: far from those intervals the curve extrapolates.",
    "It sees a card by its reviews (the three-input curve only by review days and share of failures), not by "
    "its content.",
)
# What the card shows apart from the data.
MEASURED = {"metrics", "reliability", "simulated"}
TRAINED_UNTIL = "trained_until"  # in the card of an ONNX model: what its owner says
# What every new model predicts for them is recorded: days since the last review, review count, difficulty.
RECORDED_CARDS = list(product((0.5, 7.0, 90.0), (1.0, 12.0), (1.9, 7.3)))
SIMULATED_LIMIT = "It was trained on simulated reviews: its figures say nothing about people."


def timestamp(moment: datetime) -> str:
    """Return a moment as ISO 8601 in UTC, to the second."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def recorded_predictions(predicted: Sequence[float]) -> list[list[float]]:
    """Return `RECORDED_CARDS` with the prediction for each as a fourth number, as they are stored."""
    return [[*card, probability] for card, probability in zip(RECORDED_CARDS, predicted, strict=True)]


def make_card(
    training: dict[str, Any],
    model: bytes,
    trained_at: datetime,
    *,
    recorded: list[list[float]],
    recorded_histories: dict[str, Any] | None,
    held_out_sha256: str | None,
    measured: bytes | None = None,
) -> dict[str, Any]:
    """Describe a model.

    Parameters
    ----------
    training : dict
        The artifact's own training record.
    model : bytes
        The encoded artifact; the card carries its digest, so that the two can't be mixed up.
    trained_at : datetime
        The end of the training, aware of its time zone.
    recorded : list
        Result of `recorded_predictions`, by the estimator that was fitted.
    recorded_histories : dict or None
        Result of `model_training.history.known.recorded_histories`; None for a model without a history model.
    held_out_sha256 : str or None
        Fingerprint of the reviews that the metrics were measured on, from `evaluation.holdout.fingerprint`.
    measured : bytes, optional
        The encoded artifact that the metrics are of, fitted without those reviews.
    """
    data = {name: value for name, value in training.items() if name not in MEASURED}
    return {
        "trained_at": timestamp(trained_at),
        "model_sha256": sha256(model).hexdigest(),
        "simulated": training["simulated"],
        "data": data,
        "metrics": training["metrics"],
        "reliability": training.get("reliability", []),  # artifacts before it have none
        "held_out_sha256": held_out_sha256,
        "measured_sha256": None if measured is None else sha256(measured).hexdigest(),
        "recorded": recorded,
        "recorded_histories": recorded_histories,
        "evaluation": EVALUATION,
        "limits": [*LIMITS, *([SIMULATED_LIMIT] if training["simulated"] else [])],
        "libraries": {"python": python_version()} | {name: version(name) for name in LIBRARIES},
    }


def encode_card(card: dict[str, Any]) -> bytes:
    """Return the card as UTF-8 JSON."""
    return json.dumps(card, indent=2, sort_keys=True, allow_nan=False).encode() + b"\n"


def newest_review(card: dict[str, Any]) -> datetime | None:
    """Return until when the reviews went that a model was fitted to; None when its card doesn't say."""
    try:
        return datetime.fromisoformat(card.get(TRAINED_UNTIL) or card["data"]["last_review"])
    except (TypeError, KeyError, ValueError):
        return None
