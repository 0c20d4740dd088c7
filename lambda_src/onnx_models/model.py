"""A checked ONNX file as a model of recall."""

from __future__ import annotations

from mmap import ACCESS_READ, mmap
from typing import TYPE_CHECKING

import numpy as np

from onnx_models.check import ROWS, check
from recall.errors import UnsupportedArtifactError
from recall.features import FEATURE_NAMES
from recall.model_size import LARGEST_BYTES
from recall.pointer import ONNX, TOLERANCES
from recall.probes import PROBES

try:
    import onnxruntime
except ImportError as error:
    raise UnsupportedArtifactError(
        "this stage doesn't serve ONNX models: set onnx to true (and runtime python3.12 or later) in "
        "cdk.json and deploy"
    ) from error

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path
    from typing import Any

    from onnx_models.check import Checked
    from onnx_models.signature import Feed

    Array = np.ndarray[Any, np.dtype[Any]]

# A card's predictions differ by less than this in whatever batch it is, and leave [0, 1] by less.
TOLERANCE = TOLERANCES[ONNX]
_FATAL = 4  # the least that onnxruntime can write to the log


class OnnxModel:
    """A model in ONNX, ready to predict.

    Parameters
    ----------
    checked : Checked
        What `check` found.
    session : onnxruntime.InferenceSession
        Of the same bytes.
    """

    def __init__(self, checked: Checked, session: onnxruntime.InferenceSession) -> None:
        self.size = checked.size
        self._checked = checked
        self._session = session

    @property
    def description(self) -> dict[str, Any]:
        """What ``GET /v1/model`` says of the model, as JSON values."""
        return {
            "format": "onnx",
            "producer": self._checked.producer,
            "opset": {domain or "ai.onnx": version for domain, version in self._checked.opsets.items()},
            "operators": self._checked.operators,
            "onnxruntime": onnxruntime.__version__,
        }

    def predict(self, cards: Sequence[tuple[float, float, float]]) -> list[float]:
        """Predict recall.

        Parameters
        ----------
        cards : sequence of tuple
            Each card's features, in the order of `recall.features.FEATURE_NAMES`.

        Returns
        -------
        list of float
            In [0, 1], one for each card.

        Raises
        ------
        ValueError
            If the model predicts anything but one finite number in [0, 1] for each card.
        """
        X = np.array(cards, dtype=np.float64).reshape(-1, len(FEATURE_NAMES))
        predicted = [self._batch(X[start : start + ROWS[-1]]) for start in range(0, len(X), ROWS[-1])]
        flat = np.concatenate(predicted) if predicted else np.empty(0)
        # Written so that NaN is not within the bounds.
        within = (flat >= -TOLERANCE) & (flat <= 1.0 + TOLERANCE)
        if not within.all():
            first = int(within.argmin())
            card = ", ".join(f"{name} {value:g}" for name, value in zip(FEATURE_NAMES, X[first], strict=True))
            raise ValueError(
                f"it predicts {flat[first]:.6g} for {card}, which is no probability: end it with a sigmoid, "
                "or clip it to 0 and 1"
            )
        probabilities: list[float] = np.clip(flat, 0.0, 1.0).tolist()
        return probabilities

    def _batch(self, X: Array) -> Array:
        rows = next(rows for rows in ROWS if rows >= len(X))
        filled = np.concatenate([X, np.repeat(X[-1:], rows - len(X), axis=0)]) if len(X) < rows else X
        fed = {feed.name: _column(filled, feed) for feed in self._checked.feeds}
        try:
            (predicted,) = self._session.run([self._checked.output], fed)
        except Exception as error:  # onnxruntime's exceptions have no common base
            raise ValueError(f"onnxruntime can't compute it ({_summary(error)})") from error
        if len(predicted) != rows:
            raise ValueError(f"it predicts {len(predicted)} numbers for {rows} cards")
        recalled: Array = predicted.reshape(rows, -1)[: len(X), -1].astype(np.float64)
        return recalled


def load(source: bytes | Path, maximum_bytes: int = LARGEST_BYTES) -> OnnxModel:
    """Load a model from an ONNX file and make sure that it can be served.

    Parameters
    ----------
    source : bytes or pathlib.Path
        The whole file, or where it is: a large one is never in memory as a whole then. Nobody else may write
        there, for onnxruntime reads it after it was checked.
    maximum_bytes : int, optional
        The size that it may have; by default that of the largest model which a function can serve.

    Raises
    ------
    DamagedArtifactError
        If it isn't a whole ONNX file.
    UnsupportedArtifactError
        If it is intact, but must not or cannot be served: the message says why, and what to do.
    """
    checked = _checked(source, maximum_bytes)
    try:
        model = OnnxModel(checked, _session(source))
        together = model.predict(PROBES)
        for rows in ROWS[:-1]:
            _compare(model, together, rows)
    except ValueError as error:
        raise UnsupportedArtifactError(
            f"the ONNX model fails on cards within the features' bounds: {error}"
        ) from error
    return model


def _checked(source: bytes | Path, maximum_bytes: int) -> Checked:
    if isinstance(source, bytes):
        return check(source, maximum_bytes)
    with source.open("rb") as file:
        if source.stat().st_size == 0:  # mmap takes no empty file
            return check(b"", maximum_bytes)
        with mmap(file.fileno(), 0, access=ACCESS_READ) as data:
            return check(data, maximum_bytes)


def _session(source: bytes | Path) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
    # As fast without, and it never gives back what the largest batch took.
    options.enable_cpu_mem_arena = False
    # Else it takes a file with "ORTM" at its fifth byte for one of its own format, which wasn't checked.
    options.add_session_config_entry("session.load_model_format", "ONNX")
    options.log_severity_level = _FATAL
    onnxruntime.set_default_logger_severity(_FATAL)
    onnxruntime.disable_telemetry_events()
    try:
        return onnxruntime.InferenceSession(source, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime's exceptions have no common base
        raise UnsupportedArtifactError(f"onnxruntime can't load the model ({_summary(error)})") from error


def _compare(model: OnnxModel, together: list[float], rows: int) -> None:
    """Check that a card's prediction doesn't depend on the others of its batch."""
    apart = [
        probability
        for start in range(0, len(PROBES), rows)
        for probability in model.predict(PROBES[start : start + rows])
    ]
    difference = max(abs(a - b) for a, b in zip(apart, together, strict=True))
    if difference > TOLERANCE:
        raise UnsupportedArtifactError(
            f"the ONNX model predicts a card differently by {difference:.2g} when other cards are beside it: "
            "export it for inference (model.eval()), with a free number of rows and without quantisation"
        )


def _column(X: Array, feed: Feed) -> Array:
    chosen = X if feed.feature is None else X[:, feed.feature : feed.feature + 1]
    return np.ascontiguousarray(chosen, dtype=feed.kind).reshape(feed.dims(len(X)))


def _summary(error: Exception) -> str:
    return " ".join(str(error).split())[:200]
