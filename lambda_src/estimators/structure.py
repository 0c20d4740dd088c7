"""Checks the indices in a loaded estimator that scikit-learn's compiled code follows unchecked.

A tree's nodes name their children and features by index. A wrong index makes compiled code read memory
outside the tree, or crashes the process; skops checks types only.
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
N_CLASSES = 2  # failed and recalled


def check_structure(estimator: Any) -> None:
    """Check every part of a loaded estimator.

    Raises
    ------
    UnsupportedArtifactError
        If a tree, spline or support vector machine points outside itself.
    """
    for part, n_features in parts(estimator):
        for kind in type(part).__mro__:
            check = CHECKS.get(f"{kind.__module__}.{kind.__qualname__}")
            if check is not None and not check(part, n_features):
                raise UnsupportedArtifactError(
                    f"the model's {kind.__name__} points outside itself: fit it again"
                )


def parts(estimator: Any) -> Iterator[tuple[Any, int]]:
    """Yield every object within an estimator, with the number of features of the estimator that holds it."""
    seen: dict[int, Any] = {}
    waiting = [(estimator, 0)]
    while waiting:
        part, n_features = waiting.pop()
        if id(part) in seen:
            continue
        seen[id(part)] = part  # kept alive, so that no other object gets its id
        if isinstance(part, BaseEstimator):
            n_features = getattr(part, "n_features_in_", n_features)
        yield part, n_features
        waiting.extend((child, n_features) for child in _children(part))


def _children(part: Any) -> list[Any]:
    if isinstance(part, dict):
        return list(part.values())
    if isinstance(part, list | tuple | set):
        return list(part)
    if isinstance(part, np.ndarray):
        return part.ravel().tolist() if part.dtype == object else []
    # Never into modules: a spline of SciPy 1.18 holds the module of its arrays, which holds everything.
    has_parts = type(part).__module__.startswith(("sklearn.", "scipy.")) and hasattr(part, "__dict__")
    return list(vars(part).values()) if has_parts else []


def _tree(tree: Any, n_features: int) -> bool:
    # scikit-learn itself refuses a count that is greater than the number of nodes.
    if tree.node_count <= 0:
        return False
    return _binary_tree(tree.children_left, tree.children_right, tree.feature, n_features)


def _predictor(predictor: Any, n_features: int) -> bool:
    nodes = predictor.nodes
    # Categories index a table of bits, which isn't checked here: our features are numbers.
    if nodes.ndim != 1 or len(nodes) == 0 or nodes["is_categorical"].any():
        return False
    inner = nodes["is_leaf"] == 0
    left, right = (np.where(inner, nodes[side].astype(np.int64), LEAF) for side in ("left", "right"))
    return _binary_tree(left, right, nodes["feature_idx"], n_features)


def _binary_tree(left: Any, right: Any, feature: Any, n_features: int) -> bool:
    inner = left != LEAF
    parents = np.arange(len(left))[inner]
    # Children come after their parents, so that every walk ends.
    within = [((parents < side) & (side < len(left))).all() for side in (left[inner], right[inner])]
    return bool(all(within) and ((feature[inner] >= 0) & (feature[inner] < n_features)).all())


def _neighbours(tree: Any, n_features: int) -> bool:
    data, index, nodes, bounds, _leaf_size, levels, count = tree.__getstate__()[:7]
    rows = len(data)
    return bool(
        data.shape[1] == n_features
        and np.array_equal(np.sort(index), np.arange(rows))
        and count == len(nodes) == 2**levels - 1
        and bounds.shape[1:] == (count, n_features)
        and ((nodes["idx_start"] >= 0) & (nodes["idx_start"] <= nodes["idx_end"])).all()
        and (nodes["idx_end"] <= rows).all()
        and nodes["is_leaf"][count // 2 :].all()
    )


def _spline(spline: Any, _n_features: int) -> bool:
    try:
        type(spline)(spline.t, spline.c, spline.k)
    except (TypeError, ValueError):
        return False
    return True


def _support_vectors(machine: Any, n_features: int) -> bool:
    vectors = len(machine.support_)
    fits = (
        not machine._sparse
        and machine.support_vectors_.shape == (vectors, n_features)
        and machine._dual_coef_.shape == (1, vectors)
    )
    if not hasattr(machine, "classes_"):
        return fits
    of_class = machine._n_support
    return bool(fits and len(of_class) == N_CLASSES and (of_class >= 0).all() and of_class.sum() == vectors)


def _same_n_features(ensemble: Any, n_features: int) -> bool:
    # An ensemble checks its input once; its trees don't check it again.
    members = np.ravel(np.asarray(getattr(ensemble, "estimators_", []), dtype=object))
    widths = {member.n_features_in_ for member in members if hasattr(member, "tree_")}
    return hasattr(ensemble, "estimators_features_") or widths <= {n_features}


# By name, so that nothing is imported which the model doesn't hold.
CHECKS = {
    "scipy.interpolate._bsplines.BSpline": _spline,
    "sklearn.ensemble._base.BaseEnsemble": _same_n_features,
    "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor": _predictor,
    "sklearn.neighbors._ball_tree.BallTree": _neighbours,
    "sklearn.neighbors._kd_tree.KDTree": _neighbours,
    "sklearn.svm._base.BaseLibSVM": _support_vectors,
    "sklearn.tree._tree.Tree": _tree,
}
