"""A model on disk, beside the code."""

from __future__ import annotations

from inference.loaded_model import portable

TYPE_CHECKING = False  # `typing` itself costs a cold start 2 ms
if TYPE_CHECKING:
    from inference.loaded_model import LoadedModel

VERSION = "file"
OWN_ENDINGS = (".skops", ".onnx")


class FileSource:
    """A model on disk.

    Parameters
    ----------
    path : str
        Path of the artifact, which doesn't change while the environment lives; of an owner's own model if it
        ends like one, as in ``model.skops``.
    memory_mb : int
        The function's memory, of which an owner's own model may have a share; 0 where it isn't known.
    """

    remote = False

    def __init__(self, path: str, memory_mb: int = 0) -> None:
        self._path = path
        self._memory_mb = memory_mb

    def load(self, known: LoadedModel | None) -> LoadedModel:
        """Read the file once."""
        if known is not None:
            return known
        if self._path.endswith(OWN_ENDINGS):
            from pathlib import Path  # noqa: PLC0415 - costs a cold start 3 ms

            from inference.own_model import load_own  # noqa: PLC0415 - the same

            return load_own(Path(self._path), self._path.rpartition(".")[2], self._memory_mb, VERSION)
        with open(self._path, "rb") as file:  # noqa: PTH123 - pathlib costs a cold start 3 ms
            return portable(file.read(), VERSION)
