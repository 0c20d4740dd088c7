"""A model that lies in the lake, read back and ready to predict."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, NamedTuple

from model_training.registry.card import CARD_FILE, MODEL_FILE
from model_training.registry.lake import Lake, LakeError
from recall.artifact import decode
from recall.errors import UnsupportedArtifactError
from recall.history import HistoryModel
from recall.pointer import ONNX, PORTABLE, SKOPS

if TYPE_CHECKING:
    from onnx_models.model import OnnxModel

PREFIX = "models/"
SKOPS_FILE, ONNX_FILE = "model.skops", "model.onnx"
SIGNATURE_FILE = "model.sig"
FORMATS = {MODEL_FILE: PORTABLE, SKOPS_FILE: SKOPS, ONNX_FILE: ONNX}

Inputs = tuple[float, float, float]
Predict = Callable[[Sequence[Inputs]], list[float]]


class Predictors(NamedTuple):
    """The parts of a model that predict recall.

    Parameters
    ----------
    predict : callable
        From cards' three inputs to probabilities of recall.
    history : HistoryModel or None
        The model that predicts from a card's reviews, if the artifact has one.
    """

    predict: Predict
    history: HistoryModel | None


@dataclass(frozen=True)
class StoredModel:
    """A version's artifact, card and signature.

    Parameters
    ----------
    version : str
        The version under which it was published.
    file : str
        The artifact's file name.
    body : bytes
        The artifact.
    card_body : bytes
        The card as `fit` or `own_model` wrote it; empty when it is missing.
    signature : bytes or None
        Result of `model_training.registry.signing.sign`; None when there is none.
    """

    version: str
    file: str
    body: bytes
    card_body: bytes
    signature: bytes | None = None

    @cached_property
    def card(self) -> dict[str, Any]:
        """The card; empty when it is missing or unreadable."""
        return parse_object(self.card_body)

    @property
    def files(self) -> dict[str, bytes]:
        """All that a signature is about, by name."""
        return {self.file: self.body, CARD_FILE: self.card_body}

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

    def served(self) -> Predictors:
        """Return what the function would predict with.

        Raises
        ------
        ArtifactError
            If this version of the project may not or can't serve the artifact.
        """
        if self.format == SKOPS:
            from estimators.estimator import load as load_skops  # noqa: PLC0415 - scikit-learn takes a second

            return Predictors(load_skops(self.body).predict, None)
        if self.format == ONNX:
            return Predictors(load_onnx(self.body).predict, None)
        artifact = decode(self.body)
        probability = artifact.three_inputs.recall_probability
        return Predictors(lambda cards: [probability(*card) for card in cards], artifact.history)


def load_onnx(body: bytes) -> OnnxModel:
    """Load an ONNX model.

    Raises
    ------
    ArtifactError
        If the function would refuse it, or onnxruntime isn't installed here.
    """
    if find_spec("onnxruntime") is None:
        raise UnsupportedArtifactError(
            "an ONNX model is checked with the package onnxruntime, which isn't installed here: pip install "
            "onnxruntime (there is none for Macs with Intel processors: use another machine)"
        )
    from onnx_models.model import load  # noqa: PLC0415 - few models need onnxruntime

    return load(body)


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
            card, signature = (lake.read(f"{PREFIX}{version}/{name}") for name in (CARD_FILE, SIGNATURE_FILE))
            return StoredModel(
                version, file, stored.body, card.body if card else b"", signature.body if signature else None
            )
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
