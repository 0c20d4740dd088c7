"""An owner's own model, from the lake or from a file beside the code, loaded by the library that it needs."""

from __future__ import annotations

from inference.large_file import fetch
from inference.loaded_model import LoadedModel
from recall.errors import ArtifactError
from recall.model_size import maximum_model_bytes
from recall.pointer import ONNX

TYPE_CHECKING = False  # `typing` itself costs a cold start 2 ms
if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import Any

    from estimators.estimator import UserEstimator
    from inference.s3 import S3Reader
    from onnx_models.model import OnnxModel

    OwnModel = UserEstimator | OnnxModel


class OwnModels:
    """Loads the lake's models of the owner's own.

    Parameters
    ----------
    reader : S3Reader
        Reads the lake's bucket.
    memory_mb : int
        The function's memory, of which a model may have a share; 0 where it isn't known.
    """

    def __init__(self, reader: S3Reader, memory_mb: int) -> None:
        self._reader = reader
        self._memory_mb = memory_mb
        self._refused: tuple[str, type[ArtifactError], str] | None = None

    def load(self, named: dict[str, Any], etag: str) -> LoadedModel:
        """Load the model that a pointer names.

        Parameters
        ----------
        named : dict
            The pointer, from `recall.pointer.decode`.
        etag : str
            The pointer object's entity tag.

        Raises
        ------
        S3Error, ArtifactError
            As `inference.large_file.fetch` and `load_own` do.
        """
        if self._refused is not None and self._refused[0] == etag:
            _, kind, message = self._refused
            raise kind(message)
        maximum_bytes = maximum_model_bytes(self._memory_mb)
        source = fetch(self._reader, named["key"], named["sha256"], maximum_bytes)
        try:
            return load_own(
                source, named["format"], self._memory_mb, named["version"], named.get("trained_at"), etag
            )
        except ArtifactError as error:
            # To read and refuse a large file again every few seconds would slow the calls meanwhile.
            if not isinstance(source, bytes):
                self._refused = etag, type(error), str(error)
            raise


def load_own(
    source: bytes | Path,
    own_format: str,
    memory_mb: int,
    version: str,
    trained_at: str | None = None,
    etag: str = "",
) -> LoadedModel:
    """Load a model of the owner's own.

    Parameters
    ----------
    source : bytes or pathlib.Path
        The artifact, or its file.
    own_format : str
        One of `recall.pointer.OWN_FORMATS`.
    memory_mb : int
        The function's memory, of which a model may have a share; 0 where it isn't known.
    version, trained_at, etag
        The attributes of `LoadedModel` of these names.

    Raises
    ------
    ArtifactError
        If it can't be served.
    """
    own = _load(own_format)(source, maximum_model_bytes(memory_mb))
    return LoadedModel(own.predict, {"training": None, **own.description}, None, version, trained_at, etag)


def _load(own_format: str) -> Callable[[bytes | Path, int], OwnModel]:
    # Only what the model needs: scikit-learn takes seconds and a hundred MB of memory, onnxruntime some less.
    if own_format == ONNX:
        from onnx_models.model import load as load_onnx  # noqa: PLC0415

        return load_onnx
    from estimators.estimator import load as load_skops  # noqa: PLC0415

    return load_skops
