"""The model that the data lake's pointer names, or the default one while there is no pointer."""

from __future__ import annotations

import json
from hashlib import sha256

from inference.loaded_model import LoadedModel, portable
from inference.s3 import MissingObjectError
from recall import pointer
from recall.errors import DamagedArtifactError

TYPE_CHECKING = False  # `typing` itself costs a cold start 2 ms
if TYPE_CHECKING:
    from inference.own_model import OwnModels
    from inference.s3 import S3Reader

POINTER_KEY = "models/current.json"
DEFAULT_FOLDER = __file__.rpartition("/")[0] + "/default_model"
DEFAULT_PREFIX = "default-"


class LakeSource:
    """The model that the data lake's pointer names, or the default one while there is no pointer.

    Parameters
    ----------
    reader : S3Reader
        Reads the lake's bucket.
    default_folder : str
        Where the default model and its card lie.
    memory_mb : int
        The function's memory, of which an owner's own model may have a share; 0 where it isn't known.
    """

    remote = True

    def __init__(self, reader: S3Reader, default_folder: str = DEFAULT_FOLDER, *, memory_mb: int = 0) -> None:
        self._reader = reader
        self._default_folder = default_folder
        self._memory_mb = memory_mb
        self._own_models: OwnModels | None = None

    def load(self, known: LoadedModel | None) -> LoadedModel:
        """Follow the pointer; fetch and check the artifact only when the pointer has changed."""
        try:
            pointer_object = self._reader.read(POINTER_KEY, (known.etag or None) if known else None)
        except MissingObjectError:
            # A lake in which nothing was ever published. Once something was, its absence is a failure.
            if known is None or known.version.startswith(DEFAULT_PREFIX):
                return known or default_model(self._default_folder)
            raise
        if pointer_object is None and known is not None:
            return known
        if pointer_object is None:
            raise DamagedArtifactError("the pointer is said to be unchanged, but was never read")
        named = pointer.decode(pointer_object.body)
        if named["format"] != pointer.PORTABLE:
            return self._own().load(named, pointer_object.etag)
        stored = self._reader.read(named["key"])
        if stored is None:
            raise DamagedArtifactError("the artifact was not sent")
        if sha256(stored.body).hexdigest() != named["sha256"]:
            raise DamagedArtifactError("the artifact's sha256 isn't the pointer's")
        return portable(stored.body, named["version"], named.get("trained_at"), pointer_object.etag)

    def _own(self) -> OwnModels:
        if self._own_models is None:
            from inference.own_model import OwnModels  # noqa: PLC0415 - pathlib alone costs a cold start 3 ms

            self._own_models = OwnModels(self._reader, self._memory_mb)
        return self._own_models


def default_model(folder: str = DEFAULT_FOLDER) -> LoadedModel:
    """Return the model that ships with the code; its version says that it is the default."""
    with open(f"{folder}/model.json", "rb") as file:  # noqa: PTH123 - pathlib costs a cold start 3 ms
        body = file.read()
    with open(f"{folder}/card.json", "rb") as file:  # noqa: PTH123 - the same
        card = json.loads(file.read())
    return portable(body, f"{DEFAULT_PREFIX}{sha256(body).hexdigest()[:8]}", card["trained_at"])
