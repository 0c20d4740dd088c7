"""Operators that compute each element on its own, by ONNX's broadcasting."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING

from onnx_models.tensors import element_type
from onnx_models.values import (
    BOOL,
    INT32,
    INT64,
    INTEGERS,
    UnfitError,
    Value,
    broadcast,
    integers,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from onnx_models.call import Call

_FOLDED: dict[str, Callable[..., int]] = {
    "Add": operator.add,
    "Sub": operator.sub,
    "Mul": operator.mul,
    "Div": operator.floordiv,
    "Mod": operator.mod,
    "Min": min,
    "Max": max,
    "Neg": operator.neg,
    "Abs": abs,
    "Equal": operator.eq,
    "Greater": operator.gt,
    "GreaterOrEqual": operator.ge,
    "Less": operator.lt,
    "LessOrEqual": operator.le,
    "Not": operator.not_,
    "Where": lambda condition, yes, no: yes if condition else no,
}

_ARITY = {"Neg": 1, "Abs": 1, "Not": 1, "Where": 3}  # others fold two


def same(call: Call) -> list[Value]:
    """Return the result of an operator whose elements are of its first input's type."""
    return [_result(call, call.input().kind)]


def first(call: Call) -> list[Value]:
    """Return the result of an operator that keeps its first input's type and shape."""
    return [Value(call.input().kind, call.input().dims)]


def truth(call: Call) -> list[Value]:
    """Return the result of a comparison, or of an operator on truth values."""
    return [_result(call, BOOL)]


def where(call: Call) -> list[Value]:
    """Return the result of choosing between two inputs by a third."""
    return [_result(call, call.input(1).kind)]


def divide(call: Call) -> list[Value]:
    """Return the result of a division; one of integers must be by constants over 0.

    A division of integers by 0, and of the least one by -1, stops the whole process on some processors.
    """
    divisor = call.input(1)
    if divisor.kind in INTEGERS and (divisor.content is None or min(divisor.content, default=0) <= 0):
        raise UnfitError("it divides integers by what isn't a constant over 0: divide floats")
    return same(call)


def cast(call: Call) -> list[Value]:
    """Return an input as another type."""
    value = call.input()
    kind = element_type(call.number("to", 0), "a result of the ONNX file's Cast")
    if kind in INTEGERS and value.content is not None:
        return [integers(value.dims, tuple(map(int, value.content)), kind)]
    return [Value(kind, value.dims, value.content if kind == BOOL == value.kind else None)]


def cast_like(call: Call) -> list[Value]:
    """Return an input as the type of another one."""
    return [Value(call.input(1).kind, call.input().dims)]


def slopes(call: Call) -> list[Value]:
    """Return a result with the first input's shape, to which the others are broadcast."""
    value = call.input()
    if broadcast(*(given.dims for given in call.given())) != value.dims:
        raise UnfitError("its second input doesn't fit the first one")
    return [Value(value.kind, value.dims)]


def _result(call: Call, kind: int) -> Value:
    given = call.given()
    dims = broadcast(*(value.dims for value in given))
    content = _content(call.node.op, given, dims) if kind in (INT32, INT64, BOOL) else None
    return integers(dims, content, kind)


def _content(op: str, given: list[Value], dims: tuple[int, ...]) -> tuple[int, ...] | None:
    """Compute an operator's elements where they are known: of single numbers, or equal shapes."""
    function = _FOLDED.get(op)
    contents = [value.content for value in given if value.size == 1 or value.dims == dims]
    if function is None or len(given) != _ARITY.get(op, 2) or len(contents) < len(given):
        return None
    rows = [content for content in contents if content]
    if len(rows) < len(given):
        return None
    # Their signs matter to C's division, which Python's differs from.
    if op in ("Div", "Mod") and min(map(min, rows)) < 0:
        return None
    size = max(map(len, rows))
    spread = [row * size if len(row) == 1 else row for row in rows]
    return tuple(int(function(*elements)) for elements in zip(*spread, strict=True))
