"""A model as its ONNX file describes it: nodes, constants, inputs and outputs."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from onnx_models import schema
from onnx_models.protobuf import File
from onnx_models.tensors import Tensor, read_tensor
from onnx_models.values import Floats
from onnx_models.wire import Span
from recall.errors import ArtifactError, DamagedArtifactError
from recall.model_size import LARGEST_BYTES

if TYPE_CHECKING:
    from typing import Any

    from onnx_models.wire import Bytes

_FIRST_TAG = b"\x08"  # of ir_version: exporters write a message's fields in the order of their numbers
_OTHER = "the file isn't an ONNX model: export the model from its framework as one"


class Node(NamedTuple):
    """An operator in the graph; `attributes` by name: numbers, bytes, lists of them, or a `Value`."""

    op: str
    domain: str
    inputs: list[str]
    outputs: list[str]
    attributes: dict[str, Any]

    @property
    def title(self) -> str:
        """The operator with its domain, where that isn't ONNX's own."""
        return f"{self.domain}.{self.op}"[:80] if self.domain else self.op[:80]


class ValueInfo(NamedTuple):
    """An input or output: its element type, and its dimensions (None: free), or None where none are said."""

    name: str
    kind: int
    dims: tuple[int | None, ...] | None


class Graph(NamedTuple):
    """What is computed."""

    nodes: list[Node]
    constants: list[Tensor]
    inputs: list[ValueInfo]
    outputs: list[ValueInfo]


class Model(NamedTuple):
    """A model: the version of its format, what wrote it, its operators' versions by domain, and its graph."""

    ir_version: int
    producer: str
    opsets: dict[str, int]
    graph: Graph


def read_model(data: Bytes, maximum_bytes: int = LARGEST_BYTES) -> Model:
    """Read a whole file.

    Parameters
    ----------
    data : bytes or mmap.mmap
        The whole file.
    maximum_bytes : int, optional
        What its lists may take in memory while they are read.

    Raises
    ------
    DamagedArtifactError
        If it isn't an ONNX model, or not a whole one.
    UnsupportedArtifactError
        If it holds something that is never served, or longer lists.
    """
    file = File(data, maximum_bytes)
    try:
        found = file.read(Span(0, len(data)), schema.MODEL, "model")
    except ArtifactError as error:
        if data[:1] == _FIRST_TAG:
            raise
        raise DamagedArtifactError(_OTHER) from error
    if "graph" not in found or "ir_version" not in found:
        raise DamagedArtifactError(_OTHER)
    opsets: dict[str, int] = {}
    for span in found.get("opset_import", []):
        opset = file.read(span, schema.OPSET, "opset")
        version = opset.get("version", 0)
        if opsets.setdefault(_domain(opset), version) != version:
            raise DamagedArtifactError("the ONNX file names two opsets of one domain: export it again")
    producer = f"{found.get('producer_name', '')} {found.get('producer_version', '')}".strip()
    return Model(found["ir_version"], producer, opsets, _graph(file, found["graph"]))


def _graph(file: File, span: Span) -> Graph:
    found = file.read(span, schema.GRAPH, "graph")
    # onnxruntime reads what is said of the values between, too.
    for name in ("input", "output", "value_info"):
        found[name] = [_value_info(file, part) for part in found.get(name, [])]
    constants = [read_tensor(file, part) for part in found.get("initializer", [])]
    nodes = [_node(file, part) for part in found.get("node", [])]
    return Graph(nodes, constants, found["input"], found["output"])


def _node(file: File, span: Span) -> Node:
    found = file.read(span, schema.NODE, "node")
    attributes: dict[str, Any] = {}
    for part in found.get("attribute", []):
        name, value = _attribute(file, part)
        if name in attributes:
            raise DamagedArtifactError(f"an operator of the ONNX file has two {name[:80]!r}: export it again")
        attributes[name] = value
    return Node(
        found.get("op_type", ""), _domain(found), found.get("input", []), found.get("output", []), attributes
    )


def _attribute(file: File, span: Span) -> tuple[str, Any]:
    found = file.read(span, schema.ATTRIBUTE, "attribute")
    name, field = found.get("name", ""), schema.ATTRIBUTE_VALUES.get(found.get("type", 0))
    if field is None or set(found) - {"name", "type", field}:
        raise DamagedArtifactError(
            f"the ONNX file's attribute {name[:80]!r} has no type, or values of another"
        )
    value = found.get(field, schema.ATTRIBUTE_DEFAULTS[field])
    if field == "t":
        value = read_tensor(file, value).value
    elif field == "s":
        value = file.data[value.start : value.end]
    elif field == "floats":
        value = Floats(value)
    return name, value


def _value_info(file: File, span: Span) -> ValueInfo:
    found = file.read(span, schema.VALUE_INFO, "value")
    kind = file.read(found["type"], schema.TYPE, "type") if "type" in found else {}
    tensor = file.read(kind["tensor_type"], schema.TENSOR_TYPE, "type") if "tensor_type" in kind else {}
    dims = None
    if "shape" in tensor:
        parts = file.read(tensor["shape"], schema.SHAPE, "shape").get("dim", [])
        sizes = [file.read(part, schema.DIMENSION, "dimension").get("dim_value") for part in parts]
        # Converters write a free dimension as none, as a name, as 0 and as -1.
        dims = tuple(size if size and size > 0 else None for size in sizes)
    return ValueInfo(found.get("name", ""), tensor.get("elem_type", 0), dims)


def _domain(found: dict[str, Any]) -> str:
    domain = str(found.get("domain", ""))
    return "" if domain == "ai.onnx" else domain
