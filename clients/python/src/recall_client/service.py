"""What the service says of itself: its health, its model, and how right its predictions were."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

import msgspec


class Health(msgspec.Struct, frozen=True, kw_only=True):
    """That the service can predict.

    Parameters
    ----------
    status : {"ok"}
        Otherwise the call raises `UnavailableError`.
    model_version : str
        Version of the models that predict now.
    degraded : bool
        Whether the newest model can't be loaded, and the last good one predicts in its place.
    reason : {"unreachable", "rejected", "unexpected"}, optional
        Why, only while degraded: the storage gives no usable response, what it holds can't be served, or
        something else broke.
    since : datetime, optional
        When that was first seen, only while degraded.
    """

    status: Literal["ok"]
    model_version: str
    degraded: bool
    reason: Literal["unreachable", "rejected", "unexpected"] | None = None
    since: datetime | None = None


class Feature(msgspec.Struct, frozen=True, kw_only=True):
    """One of the three inputs.

    Parameters
    ----------
    name, unit : str
        As in a request, such as ``days_since_last_review`` in ``days``.
    minimum, maximum : float
        Bounds, both allowed.
    integer : bool
        Whether only whole numbers are allowed.
    """

    name: str
    unit: str
    minimum: float
    maximum: float
    integer: bool


class Model(msgspec.Struct, frozen=True, kw_only=True):
    """The model that predicts, and how good it was.

    Parameters
    ----------
    model_version : str
        Version of the models that predict now.
    trained_at : datetime, optional
        When it was trained, if that is known.
    training : mapping, optional
        What it was trained on, and how good it was on reviews that it hadn't seen; None of a model
        of the owner's own, which comes without figures.
    features : tuple of Feature
        The three inputs.
    maximum_cards : int
        How many cards a request may hold; this client sends as many requests as it takes.
    format : {"skops", "onnx"}, optional
        Of a model of the owner's own: of scikit-learn, or of another framework.
    estimator, scikit_learn : str, optional
        What the owner's scikit-learn model consists of, and the version of scikit-learn that serves it.
    producer, onnxruntime : str, optional
        What exported the owner's ONNX model, and the version of onnxruntime that serves it.
    opset : mapping of str to int, optional
        The version of the ONNX model's operators, for each of their domains.
    operators : tuple of str, optional
        The operators that the ONNX model consists of.
    """

    model_version: str
    trained_at: datetime | None
    training: dict[str, Any] | None
    features: tuple[Feature, ...]
    maximum_cards: int
    format: Literal["skops", "onnx"] | None = None
    estimator: str | None = None
    scikit_learn: str | None = None
    producer: str | None = None
    opset: dict[str, int] | None = None
    operators: tuple[str, ...] | None = None
    onnxruntime: str | None = None


class ModelParameters(msgspec.Struct, frozen=True, kw_only=True):
    """The model as it is stored, to evaluate its formulas elsewhere.

    Parameters
    ----------
    model_version : str
        Version of the model.
    schema_version : int
        Of the form in which the model is stored.
    kind : str
        What the curve is; ``power_curve`` for a power law of forgetting.
    features : tuple of Feature
        The three inputs.
    three_inputs : mapping
        Coefficients for cards of which three inputs are known.
    training : mapping
        What it was trained on, and how good it was on reviews that it hadn't seen.
    history : mapping, optional
        Coefficients for cards whose reviews are known; None of a model without this part.
    """

    model_version: str
    schema_version: int
    kind: str
    features: tuple[Feature, ...]
    three_inputs: dict[str, Any]
    training: dict[str, Any]
    history: dict[str, Any] | None = None


class QualityFigures(msgspec.Struct, frozen=True, kw_only=True):
    """How well predictions foretold outcomes.

    Parameters
    ----------
    source : {"shown", "replayed_three_inputs", "replayed_history"}
        ``shown``: the predictions that came with the reviews; else those that the live model makes
        afterwards.
    model_version : str, optional
        Whose predictions; None if the callers didn't say.
    reviews, recalled : int
        Number of outcomes, and how many of them were recalled.
    log_loss : float
        Mean of −ln(probability of what happened), in nats.
    auc : float, optional
        Chance that a recalled review was predicted higher than a failed one, 0 to 1; None if all ended alike.
    brier : float
        Mean squared difference of prediction and outcome, 0 to 1.
    calibration_error : float
        Mean distance of predicted from observed recall, 0 to 1.
    reliability : tuple of (float, float, float)
        Of each bin of predictions: their mean, the share recalled, the number of reviews.
    """

    source: Literal["shown", "replayed_three_inputs", "replayed_history"]
    model_version: str | None
    reviews: int
    recalled: int
    log_loss: float
    auc: float | None
    brier: float
    calibration_error: float
    reliability: tuple[tuple[float, float, float], ...]


class DriftOfInputs(msgspec.Struct, frozen=True, kw_only=True):
    """Population stability index of each input: below 0.1 no shift, from 0.25 on a large one."""

    days_since_last_review: float
    review_count: float
    difficulty: float


class InputDrift(msgspec.Struct, frozen=True, kw_only=True):
    """How far the inputs of 7 days are from a reference.

    Parameters
    ----------
    reference : {"training", "older_reviews"}
        What the live model was trained on, or the reviews before these 7 days.
    reviews : int
        Number of reviews in the 7 days.
    inputs : DriftOfInputs
        The index of each input.
    """

    reference: Literal["training", "older_reviews"]
    reviews: int
    inputs: DriftOfInputs


class QualityDay(msgspec.Struct, frozen=True, kw_only=True):
    """A UTC day.

    Parameters
    ----------
    day : date
        Which day.
    model_version : str
        Version of the models that were live when the day ended.
    predictions : tuple of QualityFigures
        By source and version.
    drift : InputDrift, optional
        Of the 7 days up to this one; None with fewer than 500 reviews.
    """

    day: date
    model_version: str
    predictions: tuple[QualityFigures, ...]
    drift: InputDrift | None


class Quality(msgspec.Struct, frozen=True, kw_only=True):
    """How right the predictions were, where reviews are collected.

    Parameters
    ----------
    made_at : datetime
        When the predictions were compared with the outcomes.
    model_version : str
        Version of the models that were live then.
    week : QualityFigures, optional
        Of the newest 7 days; None with fewer than 500 outcomes.
    days : tuple of QualityDay
        The last 90 days, in order.
    """

    made_at: datetime
    model_version: str
    week: QualityFigures | None
    days: tuple[QualityDay, ...]
