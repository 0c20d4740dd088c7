"""Operators of ai.onnx.ml: linear models, scalers and ensembles of trees, with their attributes' lengths.

onnxruntime takes some of these lengths for granted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from onnx_models.values import FLOAT, INT64, UnfitError, Value

if TYPE_CHECKING:
    from onnx_models.call import Call

_MATRIX = 2


def floats(call: Call) -> list[Value]:
    """Return an input of the same shape in float32."""
    return [Value(FLOAT, call.input().dims)]


def scaler(call: Call) -> list[Value]:
    """Return the scaled features."""
    features = _features(call)
    for name in ("offset", "scale"):
        if call.count(name) not in (1, features):
            raise UnfitError(f"its {name} has {call.count(name)} numbers for {features} features")
    return floats(call)


def imputer(call: Call) -> list[Value]:
    """Return the features with missing ones replaced."""
    if call.count("imputed_value_floats") not in (1, _features(call)):
        raise UnfitError("it hasn't one imputed float for each feature")
    return [Value(call.input().kind, call.input().dims)]


def linear_regressor(call: Call) -> list[Value]:
    """Return a linear model's sums."""
    targets, features = call.number("targets", 1), _features(call)
    if targets < 1 or call.count("coefficients") != targets * features:
        raise UnfitError(f"it has {call.count('coefficients')} coefficients for {features} features")
    if call.count("intercepts") not in (0, targets):
        raise UnfitError(f"it has {call.count('intercepts')} intercepts for {targets} targets")
    return [Value(FLOAT, (call.input().dims[0], targets))]


def linear_classifier(call: Call) -> list[Value]:
    """Return a linear model's classes and their probabilities."""
    labels, features, scores = classes(call), _features(call), call.count("intercepts")
    if scores != labels and (scores, labels) != (1, 2):
        raise UnfitError(f"it has {scores} intercepts for {labels} classes")
    if call.count("coefficients") != scores * features:
        raise UnfitError(f"it has {call.count('coefficients')} coefficients for {features} features")
    rows = call.input().dims[0]
    return [Value(INT64, (rows,)), Value(FLOAT, (rows, labels))]


def tree_classifier(call: Call) -> list[Value]:
    """Return the classes and probabilities of an ensemble of trees."""
    _features(call)
    rows = call.input().dims[0]
    return [Value(INT64, (rows,)), Value(FLOAT, (rows, classes(call)))]


def tree_regressor(call: Call) -> list[Value]:
    """Return the sums of an ensemble of trees."""
    _features(call)
    targets = call.number("n_targets", 1)
    if targets < 1:
        raise UnfitError(f"it has {targets} targets")
    return [Value(FLOAT, (call.input().dims[0], targets))]


def columns(call: Call) -> list[Value]:
    """Return the last axis's elements that the second input names."""
    value, indices = call.input(), call.input(1)
    if value.rank == 0:
        raise UnfitError("its input has no axis")
    return [Value(value.kind, (*(value.dims[:-1] or (1,)), indices.size))]


def categories(call: Call) -> list[Value]:
    """Return a row of a truth table for each element."""
    listed = call.numbers("cats_int64s")
    if not listed:
        raise UnfitError("its categories aren't integers")
    return [Value(FLOAT, (*call.input().dims, len(listed)))]


def classes(call: Call) -> int:
    """Return how many classes a classifier has.

    Raises
    ------
    UnfitError
        If they are named by texts.
    """
    for name in ("classlabels_ints", "classlabels_int64s"):
        listed = call.numbers(name)
        if listed:
            return len(listed)
    raise UnfitError("its classes aren't integers: fit it on the classes 0 (forgotten) and 1 (recalled)")


def _features(call: Call) -> int:
    value = call.input()
    if value.rank != _MATRIX:
        raise UnfitError(f"its input has {value.rank} dimensions: it must have rows and features")
    return value.dims[1]
