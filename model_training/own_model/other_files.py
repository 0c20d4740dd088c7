"""What to do with a file that isn't of the kind that `publish` was told: other frameworks' own files."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple
from zipfile import BadZipFile, ZipFile

from estimators.skops_file import PICKLE_STARTS, SCHEMA
from recall.pointer import ONNX, SKOPS

KERAS = (
    "load it in Keras 3 with the environment variable KERAS_BACKEND=torch, write it with "
    'model.export("model.onnx", format="onnx"), and give that to --onnx'
)
TREES = "convert it with onnxmltools.{}, and give that to --onnx"


class Kind(NamedTuple):
    """A kind of file.

    Parameters
    ----------
    what : str
        What such a file is, for people.
    fix : str
        How a model in it can be published.
    suffixes : tuple of str
        How its name ends, lower case.
    is_it : callable
        Whether a file is one, from its bytes and its members' names where it is a zip.
    """

    what: str
    fix: str
    suffixes: tuple[str, ...]
    is_it: Callable[[bytes, frozenset[str]], bool]


def _starts(*starts: bytes) -> Callable[[bytes, frozenset[str]], bool]:
    return lambda body, _members: body.startswith(starts)


def _is_onnx(body: bytes, _members: frozenset[str]) -> bool:
    # The format's version comes first, then another field of one byte; a TensorFlow SavedModel's is 1.
    return len(body) > 2 and body[0] == 0x08 and 3 <= body[1] < 0x80 and body[2] in range(0x12, 0x80)  # noqa: PLR2004 - protobuf's tags


KINDS = {
    SKOPS: Kind("a skops file", "give it to --sklearn", (".skops",), lambda _, members: SCHEMA in members),
    ONNX: Kind("an ONNX file", "give it to --onnx", (".onnx",), _is_onnx),
    "Git LFS": Kind(
        "a Git LFS pointer, not the file itself",
        "fetch that with git lfs pull",
        (),
        _starts(b"version https://git-lfs.github.com/spec/"),
    ),
    "Keras": Kind("a Keras model", KERAS, (".keras",), lambda _, members: "model.weights.h5" in members),
    "HDF5": Kind("an HDF5 file, such as Keras's", KERAS, (".h5", ".hdf5"), _starts(b"\x89HDF")),
    "PyTorch": Kind(
        "a PyTorch file",
        "write the model with torch.onnx.export, its number of rows dynamic, and give that to --onnx",
        (".pt", ".pt2", ".pth", ".ckpt"),
        lambda _, members: any(name.endswith(("/data.pkl", "/archive_format")) for name in members),
    ),
    "TensorFlow": Kind(
        "a TensorFlow model",
        f"save it from Keras as model.keras; {KERAS}",
        (".pb", ".tflite"),
        lambda body, _members: body[4:8] == b"TFL3" or body.startswith(b"\x08\x01\x12"),
    ),
    "XGBoost": Kind(
        "an XGBoost model",
        TREES.format("convert_xgboost(…)"),
        (".ubj", ".xgb", ".bst"),
        lambda body, _members: body.startswith(b"{L\0") or b'"learner"' in body[:200],
    ),
    "LightGBM": Kind(
        "a LightGBM model",
        TREES.format("convert_lightgbm(…, zipmap=False)"),
        (".lgb",),
        _starts(b"tree\n", b"tree\r\n"),
    ),
    "fit": Kind(
        "a model of `recall fit`",
        "publish its folder: recall publish DIR",
        (),
        lambda body, _members: body.lstrip().startswith(b"{") and b'"three_inputs"' in body,
    ),
    "pickle": Kind(
        "a pickle, which runs code when it is read",
        "export the model from its framework as an ONNX file (scikit-learn: skops.io.dump, and --sklearn)",
        (".pkl", ".pickle", ".joblib"),
        _starts(*PICKLE_STARTS),
    ),
    "JSON": Kind(
        "a JSON file",
        "export the model from its framework as an ONNX file",
        (".json",),
        lambda body, _members: body.lstrip().startswith(b"{"),
    ),
}
EXPORTER = b"tf2onnx"  # the producer's name, at the beginning of ONNX files that come from TensorFlow
LONGEST_HEAD = 100  # bytes
# What estimators.skops_file says of them is better: skops.io.dump is the fix.
LEFT_TO_SKOPS = {"pickle", "JSON"}


def advice(path: Path, body: bytes, wanted: str, problem: str) -> str:
    """Say what a refused file is and what to do with it; the problem when it is nothing else that is known.

    Parameters
    ----------
    path : pathlib.Path
        Where it lies; a folder may be a TensorFlow SavedModel.
    body : bytes
        Its content; empty of a folder.
    wanted : str
        The format that it should have had: `recall.pointer.SKOPS` or `recall.pointer.ONNX`.
    problem : str
        Why it was refused.
    """
    if (path / "saved_model.pb").exists():
        found: str | None = "TensorFlow"
    else:
        found = _kind(path, body) if path.is_file() else None
    if found == wanted == ONNX and EXPORTER in body[:LONGEST_HEAD]:
        return f"{problem}; TensorFlow's exporter made it: {KINDS['TensorFlow'].fix}"
    if found in {None, wanted} or (wanted == SKOPS and found in LEFT_TO_SKOPS):
        return problem
    kind = KINDS[found]
    return f"is {kind.what}: {kind.fix}"


def _kind(path: Path, body: bytes) -> str | None:
    """Return which kind a file is, by its content, or by its name where that tells nothing."""
    members = _members(body)
    by_content = (name for name, kind in KINDS.items() if kind.is_it(body, members))
    by_name = (name for name, kind in KINDS.items() if path.name.lower().endswith(kind.suffixes))
    return next(by_content, None) or next(by_name, None)


def _members(body: bytes) -> frozenset[str]:
    try:
        with ZipFile(io.BytesIO(body)) as archive:
            return frozenset(archive.namelist())
    except (BadZipFile, ValueError, NotImplementedError):
        return frozenset()
