"""A release of the user's own scikit-learn estimator: the same code refuses it here and in the function."""

from __future__ import annotations

import json
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from estimators.estimator import load
from model_training.registry.card import LIBRARIES, RECORDED_CARDS, recorded_predictions
from model_training.registry.publish import DIGEST_DIGITS, PublishError, Release
from model_training.registry.stored_model import SKOPS_FILE
from recall.artifact import describe_features
from recall.errors import ArtifactError

if TYPE_CHECKING:
    import pandas as pd


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
    try:
        model = path.read_bytes()
    except OSError as error:
        raise PublishError(f"{path}: {error.strerror}; give the file that skops.io.dump wrote") from error
    try:
        own = load(model)
    except ArtifactError as error:
        raise PublishError(f"{path}: {error}") from error
    digest = sha256(model).hexdigest()
    card = {
        **own.description,
        "model_sha256": digest,
        "recorded": recorded_predictions(own.predict(RECORDED_CARDS)),
        "features": describe_features(),
        "libraries": {name: version(name) for name in (*LIBRARIES, "skops")},
        **({} if reviews is None else _measured(path, model, reviews)),
    }
    return Release(
        model=model,
        card=json.dumps(card, indent=2, sort_keys=True).encode() + b"\n",
        trained_at=None,  # a skops file doesn't say
        sha256=digest,
        version=f"sklearn-{digest[:DIGEST_DIGITS]}",
        model_file=SKOPS_FILE,
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
