"""Operators that choose elements by position: slices, indices, the greatest ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onnx_models.values import INT64, UnfitError, Value, axis_of, known, moved

if TYPE_CHECKING:
    from onnx_models.call import Call

_GREATEST = (2**31 - 1, 2**63 - 1)


def slices(call: Call) -> list[Value]:
    """Return a part of an input."""
    value = call.input()
    starts, ends = call.sizes("starts", 1) or (), call.sizes("ends", 2) or ()
    axes = call.sizes("axes", 3)
    axes = tuple(range(len(starts))) if axes is None else axes
    steps = call.sizes("steps", 4) or (1,) * len(starts)
    if not len(starts) == len(ends) == len(axes) == len(steps) or 0 in steps:
        raise UnfitError("its starts, ends, axes and steps don't fit each other")
    dims, content = list(value.dims), value.content
    for start, end, axis, step in zip(starts, ends, axes, steps, strict=True):
        place = axis_of(axis, value.rank)
        taken = _taken(start, end, step, value.dims[place])
        dims[place] = len(taken)
        content = tuple(content[at] for at in taken) if content is not None and value.rank == 1 else None
    return [Value(value.kind, tuple(dims), content)]


def _taken(start: int, end: int, step: int, size: int) -> range:
    """Return the positions that onnxruntime's slice takes.

    Backwards it differs from Python's: from before the first element it takes the first one, and to the
    greatest integer it takes all.
    """
    if step > 0 or size == 0:
        return range(*slice(start, end, step).indices(size))
    start, stop = (at + size if at < 0 else at for at in (start, end))
    return range(min(max(start, 0), size - 1), -1 if end in _GREATEST else max(stop, -1), step)


def gather(call: Call) -> list[Value]:
    """Return the parts of the first input that the second one's integers name."""
    value, indices = call.input(), call.input(1)
    axis = axis_of(call.number("axis", 0), value.rank)
    dims = (*value.dims[:axis], *indices.dims, *value.dims[axis + 1 :])
    content = None
    if value.content is not None and indices.content is not None and value.rank == 1:
        places = [axis_of(index, value.size) for index in indices.content]
        content = tuple(value.content[place] for place in places)
    return [moved(Value(value.kind, dims, content), dims)]


def gather_elements(call: Call) -> list[Value]:
    """Return an element of the first input for each of the second one's integers."""
    return [Value(call.input().kind, call.input(1).dims)]


def gather_slices(call: Call) -> list[Value]:
    """Return the parts of the first input that the second one's rows of integers name (GatherND)."""
    value, indices = call.input(), call.input(1)
    batch = call.number("batch_dims", 0)
    depth = indices.dims[-1] if indices.dims else 0
    fits = 0 <= batch < min(value.rank, indices.rank) and value.dims[:batch] == indices.dims[:batch]
    if not fits or not 1 <= depth <= value.rank - batch:
        raise UnfitError("its indices don't fit its input")
    return [Value(value.kind, (*indices.dims[:-1], *value.dims[batch + depth :]))]


def top(call: Call) -> list[Value]:
    """Return the greatest elements along an axis, and where they were."""
    value = call.input()
    axis = axis_of(call.number("axis", -1), value.rank)
    count = known(call.input(1), "k") if "k" not in call.node.attributes else (call.number("k", 0),)
    if len(count) != 1 or not 0 <= count[0] <= value.dims[axis]:
        raise UnfitError(f"it chooses {list(count)} of {value.dims[axis]} elements")
    dims = (*value.dims[:axis], count[0], *value.dims[axis + 1 :])
    return [Value(value.kind, dims), Value(INT64, dims)]


def one_hot(call: Call) -> list[Value]:
    """Return a row of a truth table for each of an input's integers."""
    indices, depth, values = call.input(), known(call.input(1), "depth"), call.input(2)
    if len(depth) != 1 or depth[0] < 1:
        raise UnfitError(f"its depth is {list(depth)}")
    rank = indices.rank + 1
    axis = axis_of(call.number("axis", -1), rank)
    return [Value(values.kind, (*indices.dims[:axis], depth[0], *indices.dims[axis:]))]
