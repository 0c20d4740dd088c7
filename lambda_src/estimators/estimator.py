"""A fitted scikit-learn estimator as a model of recall."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np
import sklearn
import skops.io
from skops.io.exceptions import UntrustedTypesFoundException

from estimators.skops_file import check_file
from estimators.structure import N_CLASSES, check_structure, parts
from estimators.trusted import TRUSTED
from recall.errors import ArtifactError, DamagedArtifactError, UnsupportedArtifactError
from recall.features import FEATURE_NAMES
from recall.model_size import LARGEST_BYTES
from recall.probes import PROBES

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path
    from typing import Any, BinaryIO


class UserEstimator:
    """A user's estimator, ready to predict.

    Parameters
    ----------
    estimator : scikit-learn estimator
        Fitted: a classifier of two classes with ``predict_proba``, or a regressor.
    size : int, optional
        Bytes of its skops file, decompressed; 0 of one that comes from none.

    Raises
    ------
    UnsupportedArtifactError
        If it is neither.
    """

    def __init__(self, estimator: Any, size: int = 0) -> None:
        self._estimator = estimator
        self.size = size
        self._recalled = _recalled_column(estimator)

    @property
    def description(self) -> dict[str, Any]:
        """What ``GET /v1/model`` says of the estimator, as JSON values."""
        steps = [step for _name, step in getattr(self._estimator, "steps", [("", self._estimator)])]
        names = [step if isinstance(step, str) else type(step).__name__ for step in steps]
        return {"format": "skops", "estimator": " → ".join(names), "scikit_learn": sklearn.__version__}

    def predict(self, cards: Sequence[tuple[float, float, float]]) -> list[float]:
        """Predict recall.

        Parameters
        ----------
        cards : sequence of tuple
            Each card's features, in the order of `recall.features.FEATURE_NAMES`.

        Returns
        -------
        list of float
            In [0, 1], one for each card: a classifier's probability of the greater class, or a regressor's
            prediction, clipped.

        Raises
        ------
        ValueError
            If the estimator predicts anything but one finite number for each card.
        """
        X = np.array(cards, dtype=np.float64)
        if self._recalled is None:
            predicted = np.clip(self._estimator.predict(X), 0.0, 1.0)
        else:
            predicted = self._estimator.predict_proba(X)[:, self._recalled]
        # Written so that NaN is not within the bounds.
        if predicted.shape != (len(X),) or not ((predicted >= 0.0) & (predicted <= 1.0)).all():
            raise ValueError("it doesn't predict one probability in [0, 1] for each card")
        probabilities: list[float] = predicted.astype(np.float64).tolist()
        return probabilities


def load(source: bytes | Path, maximum_bytes: int = LARGEST_BYTES) -> UserEstimator:
    """Load a model from a skops file and make sure that it can be served.

    Parameters
    ----------
    source : bytes or pathlib.Path
        The whole file, or where it is: a large one is never in memory as a whole then.
    maximum_bytes : int, optional
        The size that it may have, as a file and decompressed; by default that of the largest model which a
        function can serve.

    Raises
    ------
    DamagedArtifactError
        If it isn't a whole skops file.
    UnsupportedArtifactError
        If it is intact, but must not or cannot be served: the message says why, and what to do.
    """
    with io.BytesIO(source) if isinstance(source, bytes) else source.open("rb") as file:
        size = check_file(file, maximum_bytes)
        estimator = _read(file)
    try:
        _check_features(estimator)
        _prepare(estimator)
        model = UserEstimator(estimator, size)
        model.predict(PROBES)
    except ArtifactError:
        raise
    except Exception as error:  # an estimator may raise anything
        raise UnsupportedArtifactError(
            f"the model fails on cards within the features' bounds ({_summary(error)}): "
            f"fit it on an array of {', '.join(FEATURE_NAMES)}, with column positions instead of names"
        ) from error
    return model


def _read(file: BinaryIO) -> Any:
    try:
        estimator = skops.io.load(file, trusted=list(TRUSTED))
        check_structure(estimator)
    except ArtifactError:
        raise
    except UntrustedTypesFoundException as error:
        raise _untrusted(file) from error
    except Exception as error:  # a damaged file makes skops, numpy and scikit-learn raise anything
        raise DamagedArtifactError(f"the model's file is damaged ({_summary(error)})") from error
    return estimator


def _recalled_column(estimator: Any) -> int | None:
    """Return which column of ``predict_proba`` is the greater class's, None for a regressor."""
    if sklearn.base.is_regressor(estimator):
        return None
    if not sklearn.base.is_classifier(estimator):
        raise UnsupportedArtifactError(
            f"the model is a {type(estimator).__name__}: it must be a classifier or a regressor"
        )
    if not hasattr(estimator, "predict_proba"):
        raise UnsupportedArtifactError(
            f"the model's {type(estimator).__name__} has no predict_proba: wrap it in CalibratedClassifierCV"
        )
    classes = list(estimator.classes_)
    if len(classes) != N_CLASSES:
        raise UnsupportedArtifactError(f"the model has {len(classes)} classes: it must be 2")
    return classes.index(max(classes))


def _check_features(estimator: Any) -> None:
    names = getattr(estimator, "feature_names_in_", FEATURE_NAMES)
    count = getattr(estimator, "n_features_in_", len(FEATURE_NAMES))
    if tuple(names) != FEATURE_NAMES or count != len(FEATURE_NAMES):
        found = ", ".join(map(str, names)) if tuple(names) != FEATURE_NAMES else f"{count} features"
        raise UnsupportedArtifactError(
            f"the model was fitted on {found[:200]}: it must be {', '.join(FEATURE_NAMES)}, in this order"
        )


def _prepare(estimator: Any) -> None:
    """Make an estimator predict from arrays, on one thread; its predictions stay the same.

    An estimator with feature names warns at each prediction from an array. A pool of threads takes longer to
    start than a prediction, and sums a forest's trees in another order each time.
    """
    for part, _n_features in parts(estimator):
        if not isinstance(part, sklearn.base.BaseEstimator):
            continue
        if getattr(part, "_sklearn_output_config", {}).get("transform", "default") != "default":
            raise UnsupportedArtifactError(
                "the model needs pandas, which the layer doesn't have: fit it without set_output"
            )
        vars(part).pop("feature_names_in_", None)
        if "n_jobs" in vars(part):
            part.n_jobs = 1


def _untrusted(file: BinaryIO) -> UnsupportedArtifactError:
    name = min(set(skops.io.get_untrusted_types(file=file)) - set(TRUSTED))
    fix = "use scikit-learn's own transformers; numpy's functions are fine in a FunctionTransformer"
    if name.endswith(".make_column_selector"):
        fix = "give the ColumnTransformer column positions, such as [0, 1]"
    return UnsupportedArtifactError(f"the model holds {name[:200]}, which isn't trusted: {fix}")


def _summary(error: Exception) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split())[:200]
