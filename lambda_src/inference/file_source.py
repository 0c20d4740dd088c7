"""A model on disk, beside the code."""

from __future__ import annotations

from inference.loaded_model import portable

TYPE_CHECKING = False  # `typing` itself costs a cold start 2 ms
if TYPE_CHECKING:
    from inference.loaded_model import LoadedModel


class FileSource:
    """A portable model on disk.

    Parameters
    ----------
    path : str
        Path of the artifact, which doesn't change while the environment lives.
    """

    remote = False

    def __init__(self, path: str) -> None:
        self._path = path

    def load(self, known: LoadedModel | None) -> LoadedModel:
        """Read the file once."""
        if known is not None:
            return known
        with open(self._path, "rb") as file:  # noqa: PTH123 - pathlib costs a cold start 3 ms
            return portable(file.read(), "file")
