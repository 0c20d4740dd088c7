"""Operators that sum over elements: reductions, normalisations and products of matrices."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

from onnx_models.values import INT64, UnfitError, Value, axis_of, broadcast, integers

if TYPE_CHECKING:
    from onnx_models.call import Call

_MATRIX = _PAIR = 2


def reduce(call: Call) -> list[Value]:
    """Return sums, means and the like over axes."""
    value = call.input()
    axes = call.sizes("axes", 1)
    if not axes and call.flag("noop_with_empty_axes"):
        return [Value(value.kind, value.dims)]
    chosen = {axis_of(axis, value.rank) for axis in axes or range(value.rank)}
    dims = _without(value.dims, chosen, keep=call.flag("keepdims", default=True))
    content = value.content
    if content is not None and call.node.op == "ReduceProd" and len(chosen) == value.rank:
        return [integers(dims, (prod(content),), value.kind)]
    return [Value(value.kind, dims)]


def place_of_extreme(call: Call) -> list[Value]:
    """Return where the greatest or least element along an axis is."""
    value = call.input()
    chosen = {axis_of(call.number("axis", 0), value.rank)}
    return [Value(INT64, _without(value.dims, chosen, keep=call.flag("keepdims", default=True)))]


def normalise(call: Call) -> list[Value]:
    """Return a layer's normalisation, and what it was normalised by."""
    value = call.input()
    axis = axis_of(call.number("axis", -1), value.rank)
    rest = Value(value.kind, value.dims[:axis] + (1,) * (value.rank - axis))
    for weights in call.given()[1:]:
        if broadcast(value.dims[axis:], weights.dims) != value.dims[axis:]:
            raise UnfitError("its weights don't fit its input")
    return [Value(value.kind, value.dims), rest, rest]


def batch_normalise(call: Call) -> list[Value]:
    """Return the normalisation by stored means and variances."""
    value = call.input()
    if call.flag("training_mode") or len(call.node.outputs) > 1:
        raise UnfitError("it normalises by the batch: export the model for inference (model.eval())")
    channels = value.dims[1] if value.rank > 1 else 1
    if any(call.input(position).dims != (channels,) for position in range(1, 5)):
        raise UnfitError("its weights don't fit its input")
    return [Value(value.kind, value.dims)]


def instance_normalise(call: Call) -> list[Value]:
    """Return the normalisation of each row's channels on their own."""
    value = call.input()
    if value.rank <= _MATRIX or any(call.input(position).dims != (value.dims[1],) for position in (1, 2)):
        raise UnfitError("its weights don't fit its input")
    return [Value(value.kind, value.dims)]


def multiply(call: Call) -> list[Value]:
    """Return a product of matrices."""
    left, right = call.input(), call.input(1)
    a = (1, *left.dims) if left.rank == 1 else left.dims
    b = (*right.dims, 1) if right.rank == 1 else right.dims
    if min(left.rank, right.rank) < 1 or a[-1] != b[-2]:
        raise UnfitError(f"{list(left.dims)} can't be multiplied by {list(right.dims)}")
    dims = broadcast(a[:-2], b[:-2])
    dims += () if left.rank == 1 else a[-2:-1]
    dims += () if right.rank == 1 else b[-1:]
    return [Value(left.kind, dims)]


def multiply_and_add(call: Call) -> list[Value]:
    """Return a product of two matrices with a third one added (Gemm)."""
    left, right = call.input(), call.input(1)
    if left.rank != _MATRIX or right.rank != _MATRIX:
        raise UnfitError("its inputs aren't matrices")
    a = left.dims[::-1] if call.flag("transA") else left.dims
    b = right.dims[::-1] if call.flag("transB") else right.dims
    dims = (a[0], b[1])
    added = call.optional(2)
    if a[1] != b[0] or (added is not None and broadcast(dims, added.dims) != dims):
        raise UnfitError("its inputs' shapes don't fit each other")
    return [Value(left.kind, dims)]


def einstein(call: Call) -> list[Value]:
    """Return a sum of products by an equation of letters, such as ``ij,jk->ik``.

    Of more inputs onnxruntime multiplies two after the other: what that makes can be larger than the result.
    """
    if len(call.inputs) > _PAIR:
        raise UnfitError("it has more than two inputs: multiply two at a time")
    letters, result = _letters(call)
    return [Value(call.input().kind, tuple(letters[letter] for letter in result))]


def products(call: Call, results: list[Value]) -> int:
    """Return how many products of two numbers an operator computes."""
    if call.node.op == "Einsum":
        return prod(_letters(call)[0].values())
    left = call.input()
    rows_first = call.node.op == "Gemm" and call.flag("transA")
    return results[0].size * (left.dims[0] if rows_first else left.dims[-1])


def _letters(call: Call) -> tuple[dict[str, int], str]:
    equation = call.node.attributes.get("equation", b"")
    text = equation.decode("ascii", "replace").replace(" ", "") if isinstance(equation, bytes) else ""
    inputs, arrow, result = text.partition("->")
    terms = inputs.split(",")
    given = call.given()
    letters: dict[str, int] = {}
    fits = bool(arrow) and len(terms) == len(given) and len(set(result)) == len(result)
    for term, value in zip(terms, given, strict=False):
        fits = fits and len(term) == value.rank and (term.isalpha() or not term)
        for letter, dim in zip(term, value.dims, strict=False):
            fits = fits and letters.setdefault(letter, dim) == dim
    if not fits or not set(result) <= set(letters):
        raise UnfitError(f"its equation {text[:80]!r} isn't letters that fit its inputs, such as ij,jk->ik")
    return letters, result


def _without(dims: tuple[int, ...], chosen: set[int], *, keep: bool) -> tuple[int, ...]:
    kept = ((1 if axis in chosen else dim) for axis, dim in enumerate(dims) if keep or axis not in chosen)
    return tuple(kept)
