"""Constants in an ONNX file: as many numbers as their dimensions say, within the file."""

from __future__ import annotations

import struct
from math import prod
from typing import TYPE_CHECKING, NamedTuple

from onnx_models.schema import TENSOR
from onnx_models.values import (
    BOOL,
    DOUBLE,
    FLOAT,
    INT32,
    INT64,
    KINDS,
    MOST_FOLLOWED,
    OTHER_KINDS,
    SIZES,
    Value,
)
from onnx_models.wire import Span
from recall.errors import DamagedArtifactError, UnsupportedArtifactError

if TYPE_CHECKING:
    from typing import Any

    from onnx_models.protobuf import File
    from onnx_models.wire import Bytes

# Where numbers are that aren't in raw_data: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
_FIELDS = {
    FLOAT: "float_data",
    INT32: "int32_data",
    BOOL: "int32_data",
    INT64: "int64_data",
    DOUBLE: "double_data",
}
_CODES = {INT32: "i", INT64: "q", BOOL: "B"}
_MOST_DIMENSIONS = 8
_INT32_END = 2**31


class Tensor(NamedTuple):
    """A constant by its name, empty where it has none."""

    name: str
    value: Value


def read_tensor(file: File, span: Span) -> Tensor:
    """Read a constant.

    Raises
    ------
    DamagedArtifactError
        If it hasn't as many numbers as its dimensions say.
    UnsupportedArtifactError
        If it is of another element type, or its numbers are in another file.
    """
    found = file.read(span, TENSOR, "tensor")
    name = found.get("name", "")
    kind = element_type(found.get("data_type", 0), f"the constant {name[:80]!r}")
    listed = found.get("dims", ())
    dims = tuple(listed[: _MOST_DIMENSIONS + 1])
    if len(dims) > _MOST_DIMENSIONS or any(size < 0 for size in dims):
        raise _damaged(name, f"has the dimensions {list(dims)}")
    if found.get("data_location", 0) != 0:
        raise UnsupportedArtifactError(f"the ONNX file has {TENSOR[13].refused}")
    fields = [field for field in ("raw_data", *set(_FIELDS.values())) if field in found]
    count = prod(dims)
    if not fields and count == 0:
        return Tensor(name, Value(kind, dims, () if kind in _CODES else None))
    if len(fields) != 1 or fields[0] not in ("raw_data", _FIELDS[kind]):
        raise _damaged(name, f"has no numbers of its type, {KINDS[kind]}")
    there = _count(found[fields[0]], fields[0], kind)
    if there != count:
        raise _damaged(name, f"has {there:g} numbers, its dimensions {list(dims)} say {count}")
    return Tensor(name, Value(kind, dims, _content(file.data, found[fields[0]], kind, count)))


def element_type(number: int, what: str) -> int:
    """Return an element type that is served.

    Raises
    ------
    UnsupportedArtifactError
        If it is any other.
    """
    if number not in KINDS:
        raise UnsupportedArtifactError(
            f"{what} is of type {OTHER_KINDS.get(number, number)}: export the model in float32"
        )
    return number


def _count(numbers: Any, field: str, kind: int) -> float:
    if field == "raw_data":
        return float((numbers.end - numbers.start) / SIZES[kind])
    return numbers if isinstance(numbers, int) else len(numbers)


def _content(data: Bytes, numbers: Any, kind: int, count: int) -> tuple[int, ...] | None:
    if kind == BOOL:
        elements = data[numbers.start : numbers.end] if isinstance(numbers, Span) else numbers
        # onnxruntime makes 1 of any other number, or keeps it.
        if not set(elements) <= {0, 1}:
            raise DamagedArtifactError(
                "a constant of the ONNX file holds truth values other than 0 and 1: export it again"
            )
    if kind not in _CODES or count > MOST_FOLLOWED:
        return None
    if isinstance(numbers, Span):
        return struct.unpack_from(f"<{count}{_CODES[kind]}", data, numbers.start)
    if kind != INT64 and any(not -_INT32_END <= number < _INT32_END for number in numbers):
        raise DamagedArtifactError(
            "a constant of the ONNX file holds numbers beyond its type: export it again"
        )
    return tuple(numbers)


def _damaged(name: str, problem: str) -> DamagedArtifactError:
    return DamagedArtifactError(f"the ONNX file's constant {name[:80]!r} {problem}: export it again")
