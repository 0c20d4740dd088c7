"""Checks the nodes of an ensemble of trees, whose ids onnxruntime's compiled code follows.

https://onnx.ai/onnx/operators/onnx_aionnxml_TreeEnsembleRegressor.html
"""

from __future__ import annotations

from array import array
from itertools import groupby
from typing import TYPE_CHECKING

from onnx_models.tabular import classes
from onnx_models.values import UnfitError, Value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from onnx_models.call import Call

_LEAF = b"LEAF"
_BRANCHES = {b"BRANCH_LEQ", b"BRANCH_LT", b"BRANCH_GTE", b"BRANCH_GT"}
_INTEGERS = ("treeids", "nodeids", "featureids", "truenodeids", "falsenodeids")
# onnxruntime reads a tree by a function that calls itself: one of 50,000 levels ends the process, one of
# 5,000 doesn't. Forests on a million reviews are 60 deep.
MOST_DEPTH = 512


def check_trees(call: Call) -> None:
    """Check an ensemble.

    Raises
    ------
    UnfitError
        If its lists don't fit each other, or a node points outside its tree, to its ancestors or to a
        feature that isn't there.
    """
    lists = {name: _integers(call, f"nodes_{name}") for name in _INTEGERS}
    modes = call.node.attributes.get("nodes_modes", ())
    count = len(modes)
    _check_lengths(call, count)
    if count == 0 or not isinstance(modes, list) or not set(modes) <= {_LEAF, *_BRANCHES}:
        raise UnfitError("its nodes aren't leaves and comparisons (BRANCH_LEQ, …): fit it on numbers")
    if any(len(numbers) != count for numbers in lists.values()):
        raise UnfitError("the lists of its nodes have different lengths")
    features = call.input().dims[1]
    if not (min(lists["featureids"]) >= 0 and max(lists["featureids"]) < features):
        raise UnfitError(f"a node compares a feature that isn't one of the {features}")
    leaves: dict[int, set[int]] = {}
    start = 0
    for tree, group in groupby(lists["treeids"]):
        stop = start + sum(1 for _ in group)
        if tree in leaves:
            raise UnfitError("the nodes of a tree aren't together")
        part = slice(start, stop)
        leaves[tree] = _check_tree(
            modes[part], lists["nodeids"][part], lists["truenodeids"][part], lists["falsenodeids"][part]
        )
        start = stop
    _check_weights(call, leaves)


def _check_tree(
    modes: Sequence[bytes], ids: Sequence[int], true_ids: Sequence[int], false_ids: Sequence[int]
) -> set[int]:
    """Walk a tree from its first node; return the ids of its leaves."""
    places = {node: place for place, node in enumerate(ids)}
    if len(places) < len(ids):
        raise UnfitError("two nodes of a tree have one id")
    leaves = set()
    met = 0
    level = [0]
    for _depth in range(MOST_DEPTH):
        met += len(level)
        if met > len(ids):  # more ways than nodes: one is reached twice, or by itself
            raise UnfitError("a node of a tree has two parents")
        below = []
        for place in level:
            if modes[place] == _LEAF:
                leaves.add(ids[place])
                continue
            for child in (true_ids[place], false_ids[place]):
                if child not in places:
                    raise UnfitError(f"a node points to {child}, which isn't in its tree")
                below.append(places[child])
        level = below
        if not level:
            break
    if level or met != len(ids):
        raise UnfitError(f"a tree has nodes that aren't reached, or is more than {MOST_DEPTH} deep")
    return leaves


def _check_weights(call: Call, leaves: dict[int, set[int]]) -> None:
    kind = "class" if call.node.op == "TreeEnsembleClassifier" else "target"
    trees, nodes, targets = (_integers(call, f"{kind}_{name}") for name in ("treeids", "nodeids", "ids"))
    if not len(trees) == len(nodes) == len(targets) == _count(call, f"{kind}_weights"):
        raise UnfitError("the lists of its leaves' weights have different lengths")
    most = classes(call) if kind == "class" else call.number("n_targets", 1)
    if len(targets) == 0 or not (min(targets) >= 0 and max(targets) < most):
        raise UnfitError(f"a leaf votes for what isn't one of its {most}")
    if any(node not in leaves.get(tree, ()) for tree, node in zip(trees, nodes, strict=True)):
        raise UnfitError("a weight belongs to what isn't a leaf")
    if _count(call, "base_values") not in (0, 1, most):
        raise UnfitError("it hasn't one base value for each output")


def _check_lengths(call: Call, count: int) -> None:
    if _count(call, "nodes_values") != count:
        raise UnfitError("it hasn't one threshold for each node")
    if _count(call, "nodes_hitrates") not in (0, count):
        raise UnfitError("the lists of its nodes have different lengths")
    if len(_integers(call, "nodes_missing_value_tracks_true")) not in (0, count):
        raise UnfitError("the lists of its nodes have different lengths")


def _integers(call: Call, name: str) -> array[int]:
    return call.numbers(name) or array("q")


def _count(call: Call, name: str) -> int:
    """Return how many floats a list has, which may also be written as a tensor of one dimension."""
    tensor = call.node.attributes.get(f"{name}_as_tensor")
    if tensor is None:
        return call.count(name)
    if call.count(name) or not isinstance(tensor, Value) or tensor.rank > 1:
        raise UnfitError(f"its {name} is there twice, or isn't a list")
    return tensor.size
