"""The stored form of a model: JSON that says what it is, so that what isn't understood can be refused."""

from __future__ import annotations

import json
from math import inf

from recall.curve import COEFFICIENTS, LINES, PowerCurve
from recall.errors import DamagedArtifactError, UnsupportedArtifactError
from recall.features import FEATURE_NAMES, FEATURES

SCHEMA_VERSION = 1
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
    curve : PowerCurve
        Predicts recall from the three inputs.
    training : dict
        Where it comes from: ``reviews``, ``learners``, ``simulated``, ``metrics`` and so on, as JSON values.
    schedule : PowerCurve, optional
        The curve to take intervals from.
    history : HistoryModel, optional
        Predicts recall from a card's review history.

    Attributes
    ----------
    ranges : tuple of three (float, float)
        Lowest and highest value of each input in training, in the order of `recall.features.FEATURES`: the
        record's ``ranges``, or without end where it has none.

    Raises
    ------
    DamagedArtifactError
        If the record's ``ranges`` aren't such pairs.
    """

    __slots__ = ("curve", "history", "ranges", "schedule", "training")

    def __init__(
        self,
        curve: PowerCurve,
        training: dict[str, Any],
        schedule: PowerCurve | None = None,
        history: HistoryModel | None = None,
    ) -> None:
        self.curve = curve
        self.training = training
        self.schedule = schedule
        self.history = history
        self.ranges = _ranges(training.get("ranges"))


def describe_features() -> list[dict[str, Any]]:
    """Names, units and bounds of the model's inputs, as stored and as shown to callers."""
    return [
        {"name": f.name, "unit": f.unit, "minimum": f.minimum, "maximum": f.maximum, "integer": f.integer}
        for f in FEATURES
    ]


def encode(artifact: Artifact) -> bytes:
    """Return the artifact as UTF-8 JSON; equal artifacts give equal bytes."""
    document = {
        "schema_version": SCHEMA_VERSION,
        "kind": KIND,
        "features": describe_features(),
        "parameters": _parameters(artifact.curve),
        "training": artifact.training,
    }
    if artifact.schedule is not None:
        document["schedule"] = _parameters(artifact.schedule)
    if artifact.history is not None:
        document["history"] = artifact.history.to_dict()
    return json.dumps(document, indent=2, sort_keys=True, allow_nan=False).encode() + b"\n"


def decode(data: bytes) -> Artifact:
    """Read what `encode` wrote; ``schedule`` and ``history`` may be absent.

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
    curve, training = _curve("parameters", document.get("parameters")), _training(document.get("training"))
    schedule = _curve("schedule", document["schedule"]) if "schedule" in document else None
    history = _history(document["history"]) if "history" in document else None
    return Artifact(curve, training, schedule, history)


def _parameters(curve: PowerCurve) -> dict[str, dict[str, float]]:
    return {line: dict(zip(COEFFICIENTS, getattr(curve, line), strict=True)) for line in LINES}


def _curve(section: str, parameters: object) -> PowerCurve:
    if not isinstance(parameters, dict) or set(parameters) != set(LINES):
        raise DamagedArtifactError(f"the artifact's {section} must be {', '.join(LINES)}")
    return PowerCurve(*(_line(f"{section}.{name}", parameters[name]) for name in LINES))


def _line(name: str, line: object) -> tuple[float, float, float]:
    if not isinstance(line, dict) or set(line) != set(COEFFICIENTS):
        raise DamagedArtifactError(f"the artifact's {name} must have {', '.join(COEFFICIENTS)}")
    values = [line[coefficient] for coefficient in COEFFICIENTS]
    if any(isinstance(v, bool) or not isinstance(v, int | float) for v in values):
        raise DamagedArtifactError(f"the artifact's {name} must hold numbers")
    try:
        return float(values[0]), float(values[1]), float(values[2])
    except OverflowError as error:
        raise DamagedArtifactError(f"the artifact's {name} holds a number too large for a float") from error


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
        return tuple((float(lowest), float(highest)) for lowest, highest in pairs)
    except (TypeError, KeyError, ValueError, OverflowError) as error:
        raise DamagedArtifactError(
            "the artifact's training.ranges must hold two numbers a feature"
        ) from error
