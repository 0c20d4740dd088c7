"""A release of an owner's own model: the same code refuses it here and in the function."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from model_training.own_model.other_files import advice
from model_training.registry.card import (
    LIBRARIES,
    RECORDED_CARDS,
    TRAINED_UNTIL,
    recorded_predictions,
    timestamp,
)
from model_training.registry.publish import DIGEST_DIGITS, PublishError, Release
from model_training.registry.stored_model import ONNX_FILE, SKOPS_FILE, Inputs, load_onnx
from recall.artifact import describe_features
from recall.errors import ArtifactError
from recall.pointer import ONNX, SKOPS

GIVE = {
    SKOPS: "give the file that skops.io.dump wrote",
    ONNX: "give the ONNX file that your framework exported",
}

if TYPE_CHECKING:
    import pandas as pd

    class OwnModel(Protocol):
        """A loaded model of an owner's own."""

        @property
        def description(self) -> dict[str, Any]:
            """What ``GET /v1/model`` says of it, as JSON values."""

        size: int

        def predict(self, cards: Sequence[Inputs]) -> list[float]:
            """Return the recall probability of each card."""


def load_skops_release(path: Path, reviews: pd.DataFrame | None = None) -> Release:
    """Read and check a skops file.

    Parameters
    ----------
    path : pathlib.Path
        The file that ``skops.io.dump`` wrote.
    reviews : DataFrame, optional
        `model_training.review_log.canonical.ReviewLog.reviews`, to measure the estimator on.

    Raises
    ------
    PublishError
        If the file can't be read, the function would refuse it, or it can't be fitted on the reviews: the
        message says why, and what to do.
    """
    from estimators.estimator import load  # noqa: PLC0415 - scikit-learn takes a second

    model, own = _loaded(path, SKOPS, load)
    facts = {} if reviews is None else _measured(path, model, reviews)
    return _release(model, own, facts, SKOPS_FILE, name="sklearn", library="skops")


def load_onnx_release(
    path: Path, trained_until: datetime | None = None, reviews: pd.DataFrame | None = None
) -> Release:
    """Read and check an ONNX file.

    Parameters
    ----------
    path : pathlib.Path
        The file that a framework exported.
    trained_until : datetime, optional
        Until when the reviews went that it was fitted to, aware of its time zone; unknown by default.
    reviews : DataFrame, optional
        `model_training.review_log.canonical.ReviewLog.reviews`: it is measured on those after that time.

    Raises
    ------
    PublishError
        If the file can't be read, or the function would refuse it: the message says why, and what to do.
    """
    model, own = _loaded(path, ONNX, load_onnx)
    facts: dict[str, Any] = {}
    if trained_until is not None:
        facts[TRAINED_UNTIL] = timestamp(trained_until)
        if reviews is not None:
            from model_training.own_model.measure import measure_newer  # noqa: PLC0415 - all of training

            facts |= measure_newer(own.predict, reviews, trained_until)
    return _release(model, own, facts, ONNX_FILE, name="onnx", library="onnxruntime")


def _loaded(path: Path, kind: str, load: Callable[[bytes], OwnModel]) -> tuple[bytes, OwnModel]:
    try:
        model = path.read_bytes()
    except OSError as error:
        problem = advice(path, b"", kind, f"{error.strerror}; {GIVE[kind]}")
        raise PublishError(f"{path}: {problem}") from error
    try:
        return model, load(model)
    except ArtifactError as error:
        raise PublishError(f"{path}: {advice(path, model, kind, str(error))}") from error


def _release(
    model: bytes, own: OwnModel, facts: dict[str, Any], file: str, *, name: str, library: str
) -> Release:
    digest = sha256(model).hexdigest()
    card = {
        **own.description,
        "model_sha256": digest,
        "recorded": recorded_predictions(own.predict(RECORDED_CARDS)),
        "features": describe_features(),
        "libraries": {name: version(name) for name in (*LIBRARIES, library)},
        **facts,
    }
    return Release(
        model=model,
        card=json.dumps(card, indent=2, sort_keys=True).encode() + b"\n",
        trained_at=None,  # neither kind of file says
        sha256=digest,
        version=f"{name}-{digest[:DIGEST_DIGITS]}",
        model_file=file,
        size=own.size,
    )


def _measured(path: Path, model: bytes, reviews: pd.DataFrame) -> dict[str, Any]:
    from model_training.own_model.measure import measure  # noqa: PLC0415 - all of training, and few need it

    try:
        return measure(model, reviews)
    except Exception as error:  # it is foreign code with foreign data
        raise PublishError(
            f"{path}: can't be fitted anew on the older reviews ({type(error).__name__}: {error}): publish "
            "it without --reviews"
        ) from error
