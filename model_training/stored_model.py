"""A model that lies in the lake, read back and ready to predict."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from model_training.card import CARD_FILE, MODEL_FILE
from model_training.lake import Lake, LakeError
from recall.artifact import decode
from recall.curve import PowerCurve

PREFIX = "models/"
SKOPS_FILE = "model.skops"
PORTABLE, SKOPS = "portable", "skops"
FORMATS = {MODEL_FILE: PORTABLE, SKOPS_FILE: SKOPS}

Card = tuple[float, float, float]
Predict = Callable[[Sequence[Card]], list[float]]


@dataclass(frozen=True)
class StoredModel:
    """A version's artifact and card.

    Parameters
    ----------
    version : str
        Under which it was published.
    file : str
        What the artifact is called.
    body : bytes
        The artifact.
    card : dict
        What `fit` or `own_estimator` wrote; empty when it is missing or unreadable.
    """

    version: str
    file: str
    body: bytes
    card: dict[str, Any]

    @property
    def key(self) -> str:
        """Where the artifact lies."""
        return f"{PREFIX}{self.version}/{self.file}"

    @property
    def format(self) -> str:
        """How the function reads it."""
        return FORMATS[self.file]

    @property
    def trained_at(self) -> str | None:
        """When it was trained, ISO 8601; None when the card doesn't say."""
        moment = self.card.get("trained_at")
        return moment if isinstance(moment, str) else None

    @property
    def sha256(self) -> str:
        """Hexadecimal digest of the artifact's bytes."""
        return sha256(self.body).hexdigest()

    def curves(self) -> list[Predict]:
        """Return what predicts recall from the three inputs: the model, then the curve to schedule with.

        Raises
        ------
        ArtifactError
            If this version of the project may not or can't serve the artifact.
        """
        if self.format == SKOPS:
            from estimators.estimator import load  # noqa: PLC0415 - scikit-learn takes a second

            return [load(self.body).predict]
        artifact = decode(self.body)
        curves = [artifact.curve] if artifact.schedule is None else [artifact.curve, artifact.schedule]
        return [_predictor(curve) for curve in curves]


def read_model(lake: Lake, version: str) -> StoredModel:
    """Read a version from the lake.

    Raises
    ------
    LakeError
        If it isn't there, or S3 doesn't give it.
    """
    for file in FORMATS:
        stored = lake.read(f"{PREFIX}{version}/{file}")
        if stored is not None:
            return StoredModel(version, file, stored.body, read_card(lake, version))
    raise LakeError(
        f"{version}: no such model in s3://{lake.bucket}/{PREFIX}; the command `models` lists them"
    )


def read_card(lake: Lake, version: str) -> dict[str, Any]:
    """Return a version's card; empty when it is missing or unreadable."""
    return read_json(lake, f"{PREFIX}{version}/{CARD_FILE}")


def measured(card: dict[str, Any], section: str, name: str) -> float | None:
    """Return a number of a card's section, such as the log loss of its metrics; None when there is none."""
    values = card.get(section)
    value = values.get(name) if isinstance(values, dict) else None
    return value if isinstance(value, int | float) else None


def read_json(lake: Lake, key: str) -> dict[str, Any]:
    """Return a stored JSON object; empty when it is missing or unreadable."""
    stored = lake.read(key)
    return {} if stored is None else parse_object(stored.body)


def parse_object(body: bytes) -> dict[str, Any]:
    """Return a JSON object; empty when the bytes aren't one."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _predictor(curve: PowerCurve) -> Predict:
    return lambda cards: [curve.recall_probability(*card) for card in cards]
