"""What is known of a tensor without computing it: element type, dimensions, and small integers' values."""

from __future__ import annotations

from math import prod
from typing import NamedTuple

# Element types by number: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto (TensorProto.DataType)
FLOAT, INT32, INT64, BOOL, DOUBLE = 1, 6, 7, 9, 11
KINDS = {FLOAT: "float32", INT32: "int32", INT64: "int64", BOOL: "bool", DOUBLE: "float64"}
OTHER_KINDS = {2: "uint8", 3: "int8", 8: "text", 10: "float16", 16: "bfloat16"}
SIZES = {FLOAT: 4, INT32: 4, INT64: 8, BOOL: 1, DOUBLE: 8}
FLOATS = (FLOAT, DOUBLE)
INTEGERS = (INT32, INT64)
# Shapes and indices are short lists of small numbers; others' values aren't followed.
MOST_FOLLOWED = 256
GREATEST_FOLLOWED = 2**31 - 1


class UnfitError(Exception):
    """An operator can't be computed, or how much it would make isn't known; the message says why."""


class Floats(NamedTuple):
    """An attribute that lists floats: how many they are is all that is read of it."""

    number: int


class Value(NamedTuple):
    """A tensor as it will be.

    Parameters
    ----------
    kind : int
        The element type, a key of `KINDS`.
    dims : tuple of int
        Its dimensions, each at least 0.
    content : tuple of int, optional
        Its elements, row by row, where they are integers or truth values that are known.
    """

    kind: int
    dims: tuple[int, ...]
    content: tuple[int, ...] | None = None

    @property
    def size(self) -> int:
        """Number of elements."""
        return prod(self.dims)

    @property
    def rank(self) -> int:
        """Number of dimensions."""
        return len(self.dims)


def integers(dims: tuple[int, ...], content: tuple[int, ...] | None, kind: int = INT64) -> Value:
    """Return a tensor of integers, with its content as far as that is followed."""
    followed = (
        content is not None
        and len(content) <= MOST_FOLLOWED
        and all(abs(number) <= GREATEST_FOLLOWED for number in content)
    )
    return Value(kind, dims, content if followed else None)


def moved(value: Value, dims: tuple[int, ...]) -> Value:
    """Return the same elements with other dimensions."""
    followed = value.content is not None and len(value.content) <= MOST_FOLLOWED
    return Value(value.kind, dims, value.content if followed else None)


def known(value: Value | None, what: str) -> tuple[int, ...]:
    """Return the content of an input that decides on a size.

    Raises
    ------
    UnfitError
        If it depends on more than the number of rows.
    """
    if value is None or value.content is None:
        raise UnfitError(f"its {what} would be computed from the cards' values: make it a constant")
    return value.content


def axis_of(axis: int, rank: int) -> int:
    """Return an axis counted from the front.

    Raises
    ------
    UnfitError
        If there is no such axis.
    """
    if not -rank <= axis < rank:
        raise UnfitError(f"it names axis {axis} of a tensor with {rank} dimensions")
    return axis % rank


def broadcast(*shapes: tuple[int, ...]) -> tuple[int, ...]:
    """Return the dimensions of an operator's result by ONNX's (numpy's) rule.

    Raises
    ------
    UnfitError
        If the shapes don't fit each other.
    """
    rank = max(map(len, shapes), default=0)
    result = []
    for sizes in zip(*((1,) * (rank - len(shape)) + shape for shape in shapes), strict=True):
        others = {size for size in sizes if size != 1}
        if len(others) > 1:
            raise UnfitError(f"shapes {', '.join(map(str, map(list, shapes)))} don't fit each other")
        result.append(others.pop() if others else 1)
    return tuple(result)
