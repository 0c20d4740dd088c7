"""Checks inside a loaded estimator what scikit-learn's compiled code takes on trust.

A tree's nodes name their children and inputs by number, and compiled code follows the numbers without
looking: a wrong one reads another's memory or ends the process. skops checks types, not numbers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from sklearn.base import BaseEstimator

from recall.errors import UnsupportedArtifactError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

LEAF = -1
CLASSES = 2  # failed and recalled


def check_structure(estimator: Any) -> None:
    """Check every part of an estimator.

    Raises
    ------
    UnsupportedArtifactError
        If a tree, spline or support vector machine points outside itself.
    """
    for part, width in parts(estimator):
        for kind in type(part).__mro__:
            check = CHECKS.get(f"{kind.__module__}.{kind.__qualname__}")
            if check is not None and not check(part, width):
                raise UnsupportedArtifactError(
                    f"the model's {kind.__name__} points outside itself: fit it again"
                )


def parts(estimator: Any) -> Iterator[tuple[Any, int]]:
    """Yield every object of an estimator, with the number of inputs of the estimator that it belongs to."""
    seen: dict[int, Any] = {}
    waiting = [(estimator, 0)]
    while waiting:
        part, width = waiting.pop()
        if id(part) in seen:
            continue
        seen[id(part)] = part  # kept: an id is only an object's own while it lives
        if isinstance(part, BaseEstimator):
            width = getattr(part, "n_features_in_", width)
        yield part, width
        waiting.extend((child, width) for child in _children(part))


def _children(part: Any) -> list[Any]:
    if isinstance(part, dict):
        return list(part.values())
    if isinstance(part, list | tuple | set):
        return list(part)
    if isinstance(part, np.ndarray):
        return part.ravel().tolist() if part.dtype == object else []
    # Not into modules: a newer scipy's spline holds the one of its arrays, and that one holds everything.
    own = type(part).__module__.startswith(("sklearn.", "scipy.")) and hasattr(part, "__dict__")
    return list(vars(part).values()) if own else []


def _tree(tree: Any, width: int) -> bool:
    # More nodes than it has, a tree can't claim: scikit-learn counts them.
    if tree.node_count <= 0:
        return False
    return _binary_tree(tree.children_left, tree.children_right, tree.feature, width)


def _predictor(predictor: Any, width: int) -> bool:
    nodes = predictor.nodes
    # Categories are looked up in a table of bits, which isn't checked: our inputs are numbers.
    if nodes.ndim != 1 or len(nodes) == 0 or nodes["is_categorical"].any():
        return False
    inner = nodes["is_leaf"] == 0
    left, right = (np.where(inner, nodes[side].astype(np.int64), LEAF) for side in ("left", "right"))
    return _binary_tree(left, right, nodes["feature_idx"], width)


def _binary_tree(left: Any, right: Any, feature: Any, width: int) -> bool:
    inner = left != LEAF
    own = np.arange(len(left))[inner]
    # Children come after their parents, so that every walk ends.
    within = [((own < side) & (side < len(left))).all() for side in (left[inner], right[inner])]
    return bool(all(within) and ((feature[inner] >= 0) & (feature[inner] < width)).all())


def _neighbours(tree: Any, width: int) -> bool:
    data, index, nodes, bounds, _leaf_size, levels, count = tree.__getstate__()[:7]
    rows = len(data)
    return bool(
        data.shape[1] == width
        and np.array_equal(np.sort(index), np.arange(rows))
        and count == len(nodes) == 2**levels - 1
        and bounds.shape[1:] == (count, width)
        and ((nodes["idx_start"] >= 0) & (nodes["idx_start"] <= nodes["idx_end"])).all()
        and (nodes["idx_end"] <= rows).all()
        and nodes["is_leaf"][count // 2 :].all()
    )


def _spline(spline: Any, _width: int) -> bool:
    try:
        type(spline)(spline.t, spline.c, spline.k)
    except (TypeError, ValueError):
        return False
    return True


def _support_vectors(machine: Any, width: int) -> bool:
    vectors = len(machine.support_)
    fits = (
        not machine._sparse
        and machine.support_vectors_.shape == (vectors, width)
        and machine._dual_coef_.shape == (1, vectors)
    )
    if not hasattr(machine, "classes_"):
        return fits
    of_class = machine._n_support
    return bool(fits and len(of_class) == CLASSES and (of_class >= 0).all() and of_class.sum() == vectors)


def _same_width(ensemble: Any, width: int) -> bool:
    # An ensemble gives its trees the rows that it has checked itself.
    members = np.ravel(np.asarray(getattr(ensemble, "estimators_", []), dtype=object))
    trees = [member for member in members if hasattr(member, "tree_")]
    return hasattr(ensemble, "estimators_features_") or all(tree.n_features_in_ == width for tree in trees)


# By name: what a model doesn't hold isn't imported for it.
CHECKS = {
    "scipy.interpolate._bsplines.BSpline": _spline,
    "sklearn.ensemble._base.BaseEnsemble": _same_width,
    "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor": _predictor,
    "sklearn.neighbors._ball_tree.BallTree": _neighbours,
    "sklearn.neighbors._kd_tree.KDTree": _neighbours,
    "sklearn.svm._base.BaseLibSVM": _support_vectors,
    "sklearn.tree._tree.Tree": _tree,
}
