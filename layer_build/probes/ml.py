"""Proves the ML layer: fits, stores, loads and predicts, and calls numpy's linear algebra.

The first run fits the models and stores them, later ones load them, and fit them again.
"""

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import skops.io
from scipy.special import expit
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import (
    ExtraTreesClassifier,
    GradientBoostingClassifier,
    HistGradientBoostingClassifier,
    RandomForestClassifier,
)
from sklearn.gaussian_process import GaussianProcessClassifier
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import (
    FunctionTransformer,
    KBinsDiscretizer,
    PolynomialFeatures,
    QuantileTransformer,
    SplineTransformer,
    StandardScaler,
)
from sklearn.svm import SVC
from skops.io import _trusted_types

from layer_build.probes import common
from layer_build.probes.common import digest, message

ROWS = 240


def models() -> dict[str, Any]:
    """Return the estimators to fit, by name."""
    columns = ColumnTransformer(
        [
            ("quantiles", QuantileTransformer(n_quantiles=50), [0]),
            ("bins", KBinsDiscretizer(4, encode="onehot-dense"), [1]),
            ("powers", PolynomialFeatures(2), [1, 2]),
        ]
    )
    forest = RandomForestClassifier(10, random_state=0)
    return {
        "splines": make_pipeline(StandardScaler(), SplineTransformer(), LogisticRegression(max_iter=500)),
        "columns": make_pipeline(columns, LogisticRegression(max_iter=500)),
        "monotonic boosting": HistGradientBoostingClassifier(max_iter=20, monotonic_cst=[-1, 0, -1]),
        "forest": forest,
        "extra trees": ExtraTreesClassifier(10, random_state=0),
        "boosting": GradientBoostingClassifier(n_estimators=10, random_state=0),
        "isotonic": CalibratedClassifierCV(forest, method="isotonic", cv=3),
        "neighbours": KNeighborsClassifier(),
        "network": MLPClassifier((8,), max_iter=30, random_state=0),
        "kernel": GaussianProcessClassifier(),
        "support vectors": make_pipeline(StandardScaler(), SVC(random_state=0)),
        "ridge": Ridge(),
        "ufuncs": make_pipeline(FunctionTransformer(np.log1p), FunctionTransformer(expit), Ridge()),
    }


def data() -> tuple[Any, Any]:
    """Return features and outcomes."""
    random = np.random.default_rng(0)
    X = random.random((ROWS, 3)) * [30.0, 20.0, 9.0] + [0.0, 1.0, 1.0]
    return X, (random.random(ROWS) < 1 / (1 + np.exp(X[:, 0] / 10 - X[:, 1] / 5))).astype(int)


def predict(model: Any, X: Any) -> str:
    """Return the digest of a model's predictions to the last bit."""
    predicted = model.predict_proba(X) if hasattr(model, "predict_proba") else model.predict(X)
    return digest([np.ascontiguousarray(predicted).tobytes()])


def run_models(folder: Path) -> tuple[dict[str, list[str]], dict[str, str]]:
    """Fit, store or load, predict, and provoke errors."""
    X, y = data()
    predictions: dict[str, list[str]] = {}
    errors: dict[str, str] = {}
    for name, model in models().items():
        stored = folder / f"{name}.skops"
        fitted = model.fit(X, y)
        if not stored.exists():
            skops.io.dump(fitted, stored)
        loaded = skops.io.load(stored, trusted=skops.io.get_untrusted_types(file=stored))
        predictions[name] = [predict(fitted, X), predict(loaded, X)]
        with_gap = X.copy()
        with_gap[0, 0] = np.nan
        errors[f"{name}, two features"] = message(partial(predict, loaded, X[:, :2]))
        errors[f"{name}, a missing value"] = message(partial(predict, loaded, with_gap))
        errors[f"{name}, not fitted"] = message(partial(models()[name].predict, X))
    return predictions, errors


def run_linear_algebra() -> dict[str, str]:
    """Return a digest of numpy's linear algebra in every precision, with its errors."""
    random = np.random.default_rng(0)
    found = {}
    for kind in "fdFD":
        for size in (1, 3, 40):
            parts = random.standard_normal((2, size, size))
            matrix = (parts[0] + 1j * parts[1]).astype(kind)
            for name, call in operations(matrix).items():
                found[f"{name} {kind} {size}"] = outcome(call)
    return found


def operations(a: Any) -> dict[str, Callable[[], Any]]:
    """Return the calls for a square matrix: every routine that numpy calls is in one of them."""
    linalg, size = np.linalg, len(a)
    b, tall = a[:, :1], a[:, : (size + 1) // 2]
    definite = (a @ a.conj().T + np.eye(size)).astype(a.dtype)
    return {
        "products": lambda: [a @ a, a @ b, np.vdot(a, a), a.T @ a, np.dot(b.ravel(), b.ravel())],
        "solve": lambda: linalg.solve(a, b),
        "inv": lambda: linalg.inv(np.stack([a, definite])),
        "det": lambda: [linalg.det(a), linalg.det(definite), *linalg.slogdet(a)],
        "cholesky": lambda: linalg.cholesky(definite),
        "not definite": lambda: linalg.cholesky(-definite),
        "eig": lambda: [*linalg.eig(a), linalg.eigvals(a)],
        "eigh": lambda: [*linalg.eigh(definite), linalg.eigvalsh(definite)],
        "svd": lambda: [*linalg.svd(tall), linalg.svd(a, compute_uv=False)],
        "lstsq": lambda: linalg.lstsq(tall, a, rcond=None),
        "qr": lambda: [*linalg.qr(tall), *linalg.qr(tall, "complete"), *linalg.qr(tall, "raw")],
        "singular": lambda: linalg.solve(np.zeros_like(a), b),
        "missing": lambda: linalg.svd(np.full_like(a, np.nan)),
    }


def outcome(call: Callable[[], Any]) -> str:
    """Return a digest of the arrays that a call returns, or what it raises."""
    try:
        result = call()
    except np.linalg.LinAlgError as error:
        return str(error)
    arrays = result if isinstance(result, list | tuple) else [result]
    return digest(np.ascontiguousarray(array).tobytes() for array in arrays)


def main() -> None:
    """Run everything."""
    layer, folder = map(Path, sys.argv[1:])
    predictions, errors = run_models(folder)
    parts: dict[str, Any] = {
        "models": predictions,
        "errors": errors,
        "linear_algebra": run_linear_algebra(),
        "trusted": {name: sorted(getattr(_trusted_types, name)) for name in TRUSTED},
    }
    common.print_results(layer, f"{len(predictions)} models fit, load and predict", parts)


TRUSTED = ("SKLEARN_ESTIMATOR_TYPE_NAMES", "SCIPY_UFUNC_TYPE_NAMES", "NUMPY_UFUNC_TYPE_NAMES")

if __name__ == "__main__":
    main()
