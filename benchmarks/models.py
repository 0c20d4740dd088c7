"""The models: ours and a user's own, published as the training side does it, and the reference's pickle."""

from __future__ import annotations

import hashlib
import json
import math
from typing import TYPE_CHECKING, NamedTuple

from benchmarks.bucket import BUCKET, ESTIMATOR_BUCKET
from benchmarks.build import HERE, run
from benchmarks.calls import card
from recall.artifact import Artifact, encode
from recall.three_inputs import ThreeInputModel

if TYPE_CHECKING:
    from pathlib import Path

# Of the size that a fit gives; the exact values cost nothing.
THREE_INPUTS = ThreeInputModel((-4.35, 0.49, -4.01, -0.98), -2.5, -2.96)


class Model(NamedTuple):
    """A stored model and its right answer for the first card."""

    stored: bytes
    answer: float


def recall_model() -> Model:
    """Return the service's model."""
    stored = encode(Artifact(THREE_INPUTS, {"simulated": True}))
    days, review_count, difficulty = card(0).values()
    return Model(stored, THREE_INPUTS.recall_probability(days, review_count, difficulty))


def reference_model(interpreter: str, layer: Path, scratch: Path) -> Model:
    """Train and pickle the reference's model with its own layer.

    Raises
    ------
    BenchmarkError
        If that layer doesn't work.
    """
    pickled = scratch / "model.pkl"
    trained = run(
        [interpreter, str(HERE / "reference" / "train.py"), str(pickled)],
        "the reference's layer doesn't work",
        {"PYTHONPATH": str(layer), "PYTHONDONTWRITEBYTECODE": "1"},
    )
    intercept, *slopes = json.loads(trained)
    logit = intercept + sum(slope * value for slope, value in zip(slopes, card(0).values(), strict=True))
    return Model(pickled.read_bytes(), 1.0 / (1.0 + math.exp(-logit)))


def estimator_model(interpreter: str, layer: Path, scratch: Path) -> Model:
    """Train and store an estimator of the user's own with the service's ML layer.

    Raises
    ------
    BenchmarkError
        If that layer doesn't work.
    """
    stored = scratch / "model.skops"
    answer = run(
        [interpreter, str(HERE / "estimator" / "train.py"), str(stored)],
        "the ML layer doesn't work",
        {"PYTHONPATH": str(layer), "PYTHONDONTWRITEBYTECODE": "1"},
        json.dumps(list(card(0).values())),
    )
    return Model(stored.read_bytes(), json.loads(answer))


def objects(recall: Model, estimator: Model, reference: Model) -> dict[str, bytes]:
    """Return the lakes' objects by bucket and key."""
    return {
        **published(BUCKET, "models/bench/model.json", recall, "portable"),
        **published(ESTIMATOR_BUCKET, "models/bench/model.skops", estimator, "skops"),
        f"{BUCKET}/reference/model.pkl": reference.stored,
    }


def published(bucket: str, key: str, model: Model, kind: str) -> dict[str, bytes]:
    """Return a model and the pointer to it, by bucket and key."""
    pointer = {
        "schema_version": 1,
        "version": "bench",
        "key": key,
        "sha256": hashlib.sha256(model.stored).hexdigest(),
        "format": kind,
        "trained_at": "2026-01-01T00:00:00Z",
        "published_at": "2026-01-01T00:00:00Z",
    }
    return {f"{bucket}/models/current.json": json.dumps(pointer).encode(), f"{bucket}/{key}": model.stored}
