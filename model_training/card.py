"""The model card: what a person should know before relying on a model, stored beside it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from hashlib import sha256
from importlib.metadata import version
from platform import python_version
from typing import Any

MODEL_FILE, CARD_FILE = "model.json", "card.json"
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
SIMULATED_LIMIT = "It was trained on simulated reviews: its figures say nothing about people."


def timestamp(moment: datetime) -> str:
    """Return a moment as ISO 8601 in UTC, to the second."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def make_card(training: dict[str, Any], model: bytes, trained_at: datetime) -> dict[str, Any]:
    """Describe a model.

    Parameters
    ----------
    training : dict
        The artifact's own training record.
    model : bytes
        The encoded artifact; the card carries its digest, so that the two can't be mixed up.
    trained_at : datetime
        Aware of its time zone.
    """
    data = {name: value for name, value in training.items() if name not in MEASURED}
    return {
        "trained_at": timestamp(trained_at),
        "model_sha256": sha256(model).hexdigest(),
        "simulated": training["simulated"],
        "data": data,
        "metrics": training["metrics"],
        "reliability": training.get("reliability", []),  # artifacts before it have none
        "evaluation": EVALUATION,
        "limits": [*LIMITS, *([SIMULATED_LIMIT] if training["simulated"] else [])],
        "libraries": {"python": python_version()} | {name: version(name) for name in LIBRARIES},
    }


def encode_card(card: dict[str, Any]) -> bytes:
    """Return the card as UTF-8 JSON."""
    return json.dumps(card, indent=2, sort_keys=True, allow_nan=False).encode() + b"\n"
