"""Operators that make, copy or rearrange elements: a file can decide how many there will be."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

from onnx_models.values import (
    FLOAT,
    MOST_FOLLOWED,
    Floats,
    UnfitError,
    Value,
    axis_of,
    broadcast,
    integers,
    known,
    moved,
)

if TYPE_CHECKING:
    from onnx_models.call import Call


def constant(call: Call) -> list[Value]:
    """Return a constant node's tensor."""
    attributes = call.node.attributes
    name, value = next(iter(attributes.items()), ("", None))
    if name == "value" and isinstance(value, Value):
        return [value]
    if name == "value_int":
        return [integers((), (call.number(name, 0),))]
    if name == "value_ints":
        listed = tuple(call.numbers(name) or ())
        return [integers((len(listed),), listed)]
    if name == "value_float" and isinstance(value, float):
        return [Value(FLOAT, ())]
    if name == "value_floats" and isinstance(value, Floats):
        return [Value(FLOAT, (value.number,))]
    raise UnfitError(f"its {name[:80] or 'value'} isn't a tensor of numbers")


def identity(call: Call) -> list[Value]:
    """Return the input."""
    return [call.input()]


def shape(call: Call) -> list[Value]:
    """Return an input's dimensions, or some of them, as a tensor."""
    dims = call.input().dims
    chosen = dims[slice(call.number("start", 0), call.number("end", len(dims)))]
    return [integers((len(chosen),), chosen)]


def size(call: Call) -> list[Value]:
    """Return how many elements an input has, as a tensor."""
    return [integers((), (call.input().size,))]


def reshape(call: Call) -> list[Value]:
    """Return an input with other dimensions."""
    value = call.input()
    dims = list(call.sizes("shape", 1) or ())
    if not call.flag("allowzero"):
        dims = [value.dims[i] if size == 0 and i < value.rank else size for i, size in enumerate(dims)]
    if dims.count(-1) == 1:
        rest = -prod(dims)
        if rest == 0 or value.size % rest:
            raise UnfitError(f"{list(value.dims)} can't become {dims}")
        dims[dims.index(-1)] = value.size // rest
    if min(dims, default=0) < 0 or prod(dims) != value.size:
        raise UnfitError(f"{list(value.dims)} can't become {dims}")
    return [moved(value, tuple(dims))]


def flatten(call: Call) -> list[Value]:
    """Return an input as a matrix."""
    value = call.input()
    axis = call.number("axis", 1)
    axis = value.rank if axis == value.rank else axis_of(axis, value.rank)
    return [moved(value, (prod(value.dims[:axis]), prod(value.dims[axis:])))]


def squeeze(call: Call) -> list[Value]:
    """Return an input without dimensions of 1."""
    value = call.input()
    axes = call.sizes("axes", 1)
    if not axes:  # onnxruntime drops all, too, if the list is there and empty
        return [moved(value, tuple(size for size in value.dims if size != 1))]
    dropped = {axis_of(axis, value.rank) for axis in axes}
    if any(value.dims[axis] != 1 for axis in dropped):
        raise UnfitError(f"it drops an axis of {list(value.dims)} that isn't 1")
    return [moved(value, tuple(size for axis, size in enumerate(value.dims) if axis not in dropped))]


def unsqueeze(call: Call) -> list[Value]:
    """Return an input with additional dimensions of 1."""
    value = call.input()
    axes = call.sizes("axes", 1) or ()
    rank = value.rank + len(axes)
    added = {axis_of(axis, rank) for axis in axes}
    if len(added) != len(axes):
        raise UnfitError("it names an axis twice")
    rest = iter(value.dims)
    return [moved(value, tuple(1 if axis in added else next(rest) for axis in range(rank)))]


def transpose(call: Call) -> list[Value]:
    """Return an input with its dimensions in another order."""
    value = call.input()
    order = call.numbers("perm")
    axes = list(reversed(range(value.rank))) if order is None else list(order)
    if sorted(axes) != list(range(value.rank)):
        raise UnfitError(f"its perm {axes} isn't an order of {value.rank} dimensions")
    return [Value(value.kind, tuple(value.dims[axis] for axis in axes))]


def concat(call: Call) -> list[Value]:
    """Return the inputs one after another."""
    given = call.given()
    first = given[0]
    axis = axis_of(call.number("axis", 1), first.rank)
    others = {(value.dims[:axis], value.dims[axis + 1 :]) for value in given}
    if len(others) > 1 or any(value.rank != first.rank for value in given):
        raise UnfitError("its inputs' shapes don't fit each other")
    dims = (*first.dims[:axis], sum(value.dims[axis] for value in given), *first.dims[axis + 1 :])
    contents = [value.content for value in given if value.content is not None]
    followed = first.rank == 1 and len(contents) == len(given) and dims[0] <= MOST_FOLLOWED
    return [Value(first.kind, dims, sum(contents, ()) if followed else None)]


def split(call: Call) -> list[Value]:
    """Return the input in parts."""
    value = call.input()
    axis = axis_of(call.number("axis", 0), value.rank)
    total, parts = value.dims[axis], len(call.node.outputs)
    sizes = call.sizes("split", 1)
    if sizes is None:
        each = -(-total // parts)
        sizes = (*(each,) * (parts - 1), total - each * (parts - 1))
    if sum(sizes) != total or min(sizes) < 0 or len(sizes) != parts:
        raise UnfitError(f"{total} can't be split into {list(sizes)}")
    return [Value(value.kind, (*value.dims[:axis], each, *value.dims[axis + 1 :])) for each in sizes]


def expand(call: Call) -> list[Value]:
    """Return an input repeated to a shape."""
    value = call.input()
    return [Value(value.kind, broadcast(value.dims, _natural(known(call.input(1), "shape"))))]


def tile(call: Call) -> list[Value]:
    """Return an input repeated along its dimensions."""
    value = call.input()
    repeats = _natural(known(call.input(1), "repeats"))
    if len(repeats) != value.rank:
        raise UnfitError("it hasn't one number of repeats for each dimension")
    return [Value(value.kind, tuple(a * b for a, b in zip(value.dims, repeats, strict=True)))]


def constant_of_shape(call: Call) -> list[Value]:
    """Return a tensor of one number."""
    dims = _natural(known(call.input(), "shape"))
    element = call.node.attributes.get("value", Value(FLOAT, (1,)))
    if not isinstance(element, Value) or element.size != 1:
        raise UnfitError("its value isn't one number")
    followed = element.content is not None and prod(dims) <= MOST_FOLLOWED
    content = (element.content or ()) * prod(dims) if followed else None
    return [Value(element.kind, dims, content)]


def numbers(call: Call) -> list[Value]:
    """Return the numbers of a range."""
    start, end, step = (known(call.input(i), what) for i, what in enumerate(("start", "limit", "delta")))
    if len(start) != 1 or len(end) != 1 or len(step) != 1 or step[0] == 0:
        raise UnfitError("its start, limit and delta aren't one number each")
    listed = range(start[0], end[0], step[0])
    content = tuple(listed) if len(listed) <= MOST_FOLLOWED else None
    return [integers((len(listed),), content, call.input().kind)]


def _natural(dims: tuple[int, ...]) -> tuple[int, ...]:
    if any(size < 0 for size in dims):
        raise UnfitError(f"it names the dimensions {list(dims)}")
    return dims
