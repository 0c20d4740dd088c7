"""The stored form of a model: JSON that says what it is, so that what isn't understood can be refused."""

from __future__ import annotations

import json
from binascii import crc32
from math import inf

from recall.errors import DamagedArtifactError, UnsupportedArtifactError
from recall.features import FEATURE_NAMES, FEATURES
from recall.three_inputs import ThreeInputModel

SCHEMA_VERSION = 2
KIND = "power_curve"
ENDLESS = ((-inf, inf),) * len(FEATURES)  # ranges of a model of which they aren't known

TYPE_CHECKING = False  # `typing` itself costs a cold start 2 ms
if TYPE_CHECKING:
    from typing import Any

    from recall.history import HistoryModel


class Artifact:
    """A model and what is known of its training.

    Parameters
    ----------
    three_inputs : ThreeInputModel
        Gives the curves of cards of which three inputs are known.
    training : dict
        Where it comes from: ``reviews``, ``learners``, ``simulated``, ``metrics`` and so on, as JSON values.
    history : HistoryModel, optional
        Gives the curves of cards whose reviews are known.

    Attributes
    ----------
    fingerprint : int
        From 0 to 2³² − 1; another one for other parameters. Says which model taught a learner's state.
    ranges : tuple of three (float, float)
        Values of each input that the model needn't extrapolate to, in the order of
        `recall.features.FEATURES`: the record's ``ranges``, or without end where it has none. The days have
        no lowest one: a curve begins with its review, however long training's shortest interval was.

    Raises
    ------
    DamagedArtifactError
        If the record's ``ranges`` aren't such pairs.
    """

    __slots__ = ("fingerprint", "history", "ranges", "three_inputs", "training")

    def __init__(
        self,
        three_inputs: ThreeInputModel,
        training: dict[str, Any],
        history: HistoryModel | None = None,
    ) -> None:
        self.three_inputs = three_inputs
        self.training = training
        self.history = history
        parameters = (three_inputs.to_dict(), history.to_dict() if history else None)
        self.fingerprint = crc32(repr(parameters).encode())
        self.ranges = _ranges(training.get("ranges"))


def describe_features() -> list[dict[str, Any]]:
    """Names, units and bounds of the model's inputs, as stored and as shown to callers."""
    return [
        {"name": f.name, "unit": f.unit, "minimum": f.minimum, "maximum": f.maximum, "integer": f.integer}
        for f in FEATURES
    ]


def as_document(artifact: Artifact) -> dict[str, Any]:
    """Return the artifact as JSON values, as it is stored."""
    document = {
        "schema_version": SCHEMA_VERSION,
        "kind": KIND,
        "features": describe_features(),
        "three_inputs": artifact.three_inputs.to_dict(),
        "training": artifact.training,
    }
    if artifact.history is not None:
        document["history"] = artifact.history.to_dict()
    return document


def encode(artifact: Artifact) -> bytes:
    """Return the artifact as UTF-8 JSON; equal artifacts give equal bytes."""
    document = as_document(artifact)
    return json.dumps(document, indent=2, sort_keys=True, allow_nan=False).encode() + b"\n"


def decode(data: bytes) -> Artifact:
    """Read what `encode` wrote; ``history`` may be absent.

    Raises
    ------
    DamagedArtifactError
        If the bytes aren't such a document, or a part of it is missing.
    UnsupportedArtifactError
        If its schema, kind or features aren't the ones that this version knows, or its parameters would break
        a curve's guarantees.
    """
    try:
        document = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise DamagedArtifactError("the artifact isn't JSON in UTF-8") from error
    if not isinstance(document, dict):
        raise DamagedArtifactError("the artifact isn't a JSON object")
    for key, known in (("schema_version", SCHEMA_VERSION), ("kind", KIND), ("features", describe_features())):
        if key not in document:
            raise DamagedArtifactError(f"the artifact has no {key}")
        if document[key] != known:
            raise UnsupportedArtifactError(f"the artifact's {key} is {document[key]!r}; known is {known!r}")
    three_inputs = ThreeInputModel.from_dict(document.get("three_inputs"))
    training = _training(document.get("training"))
    history = _history(document["history"]) if "history" in document else None
    return Artifact(three_inputs, training, history)


def _history(section: object) -> HistoryModel:
    from recall.history import HistoryModel  # noqa: PLC0415 - a model without one starts without its modules

    return HistoryModel.from_dict(section)


def _training(training: object) -> dict[str, Any]:
    if not isinstance(training, dict):
        raise DamagedArtifactError("the artifact has no training record")
    return training


def _ranges(ranges: Any) -> tuple[tuple[float, float], ...]:
    if ranges is None:
        return ENDLESS
    try:
        pairs = [ranges[name] for name in FEATURE_NAMES]
        (_, days), *others = [(float(lowest), float(highest)) for lowest, highest in pairs]
    except (TypeError, KeyError, ValueError, OverflowError) as error:
        raise DamagedArtifactError(
            "the artifact's training.ranges must hold two numbers a feature"
        ) from error
    return (-inf, days), *others
