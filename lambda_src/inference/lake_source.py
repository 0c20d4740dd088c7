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
    """

    remote = True

    def __init__(self, reader: S3Reader, default_folder: str = DEFAULT_FOLDER) -> None:
        self._reader = reader
        self._default_folder = default_folder

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
        stored = self._reader.read(named["key"])
        if stored is None:
            raise DamagedArtifactError("the artifact was not sent")
        if sha256(stored.body).hexdigest() != named["sha256"]:
            raise DamagedArtifactError("the artifact's sha256 isn't the pointer's")
        load = _load_skops if named["format"] == pointer.SKOPS else portable
        return load(stored.body, named["version"], named.get("trained_at"), pointer_object.etag)


def default_model(folder: str = DEFAULT_FOLDER) -> LoadedModel:
    """Return the model that ships with the code; its version says that it is the default."""
    with open(f"{folder}/model.json", "rb") as file:  # noqa: PTH123 - pathlib costs a cold start 3 ms
        body = file.read()
    with open(f"{folder}/card.json", "rb") as file:  # noqa: PTH123 - the same
        card = json.loads(file.read())
    return portable(body, f"{DEFAULT_PREFIX}{sha256(body).hexdigest()[:8]}", card["trained_at"])


def _load_skops(body: bytes, version: str, trained_at: str | None, etag: str) -> LoadedModel:
    # The ML layer is loaded for such models only: it takes seconds, and a hundred MB of memory.
    from estimators.estimator import load  # noqa: PLC0415

    own = load(body)
    return LoadedModel(own.predict, {"training": None, **own.description}, None, version, trained_at, etag)
