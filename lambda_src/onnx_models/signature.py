"""A model's inputs and output: the three features in, one recall probability for each card out."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from onnx_models.tensors import element_type
from onnx_models.values import FLOATS, KINDS, Value
from recall.errors import UnsupportedArtifactError
from recall.features import FEATURE_NAMES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from onnx_models.onnx_file import Graph, ValueInfo

_FEATURES = len(FEATURE_NAMES)
_MATRIX = 2
_OUTCOMES = 2  # forgotten and recalled
_FREE = (
    "export it with a free number of rows (dynamic_shapes or dynamic_axes in torch.onnx.export, [None, 3] "
    "in onnxmltools and skl2onnx)"
)
_INPUTS = (
    f"it must have one input of shape [N, {_FEATURES}] in the order {', '.join(FEATURE_NAMES)}, or three "
    "inputs of these names"
)


class Feed(NamedTuple):
    """An input of the model.

    Parameters
    ----------
    name : str
        Its name in the file.
    kind : str
        ``float32`` or ``float64``.
    feature : int or None
        Which feature it is, None for all three in a row.
    rank : int
        1 for ``[N]``, 2 for ``[N, 1]`` or ``[N, 3]``.
    """

    name: str
    kind: str
    feature: int | None
    rank: int

    def dims(self, rows: int) -> tuple[int, ...]:
        """Return its dimensions for so many rows."""
        width = 1 if self.feature is not None else _FEATURES
        return (rows, width)[: self.rank]


def feeds(graph: Graph) -> list[Feed]:
    """Return the inputs that a graph is to be given.

    Raises
    ------
    UnsupportedArtifactError
        If they are others than the three features.
    """
    constants = {constant.name for constant in graph.constants}
    given = [info for info in graph.inputs if info.name not in constants]
    if len(given) == 1:
        return [_feed(given[0], None)]
    if sorted(info.name for info in given) != sorted(FEATURE_NAMES):
        names = ", ".join(info.name[:40] for info in given[:8]) or "none"
        raise UnsupportedArtifactError(f"the ONNX model's inputs are {names}: {_INPUTS}")
    return [_feed(info, FEATURE_NAMES.index(info.name)) for info in given]


def output(graph: Graph) -> str:
    """Return the name of the output that holds the recall probability.

    Raises
    ------
    UnsupportedArtifactError
        If there isn't exactly one output of floats.
    """
    probable = [info.name for info in graph.outputs if info.kind in FLOATS]
    if len(probable) != 1:
        listed = ", ".join(
            f"{info.name[:40]} ({KINDS.get(info.kind, info.kind)})" for info in graph.outputs[:8]
        )
        raise UnsupportedArtifactError(
            f"the ONNX model's outputs are {listed or 'none'}: it must have one of float32 or float64, the "
            "recall probability, and besides it at most labels of int64"
        )
    for info in graph.outputs:
        element_type(info.kind, f"the ONNX model's output {info.name[:40]}")
    return probable[0]


def check_output(value: Value, rows: int) -> None:
    """Check the output's shape for so many rows.

    Raises
    ------
    UnsupportedArtifactError
        If it isn't one probability for each row, or those of both outcomes.
    """
    if value.kind not in FLOATS or value.dims not in ((rows,), (rows, 1), (rows, _OUTCOMES)):
        fix = "" if value.dims[:1] == (rows,) else f"; {_FREE}"
        raise UnsupportedArtifactError(
            f"the ONNX model's output has shape {list(value.dims)} for {rows} rows: it must be [N], [N, 1] "
            f"or [N, 2] (forgotten, recalled){fix}"
        )


def values(inputs: list[Feed], rows: int) -> Mapping[str, Value]:
    """Return what is known of the inputs for so many rows."""
    kinds = {name: number for number, name in KINDS.items()}
    return {feed.name: Value(kinds[feed.kind], feed.dims(rows)) for feed in inputs}


def _feed(info: ValueInfo, feature: int | None) -> Feed:
    name = info.name[:40]
    if element_type(info.kind, f"the ONNX model's input {name}") not in FLOATS:
        raise UnsupportedArtifactError(
            f"the ONNX model's input {name} is of type {KINDS[info.kind]}: export it with float32 inputs"
        )
    width = _FEATURES if feature is None else 1
    dims = (None, width) if info.dims is None else info.dims
    if dims and dims[0] is not None:
        raise UnsupportedArtifactError(f"the ONNX model's input {name} has {dims[0]} rows, always: {_FREE}")
    fits = (len(dims) == _MATRIX and dims[1] in (None, width)) or (len(dims) == 1 and feature is not None)
    if not fits:
        shape = ", ".join("N" if size is None else str(size) for size in dims)
        raise UnsupportedArtifactError(f"the ONNX model's input {name} has shape [{shape}]: {_INPUTS}")
    return Feed(info.name, KINDS[info.kind], feature, len(dims))
