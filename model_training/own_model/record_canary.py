r"""Records the models and predictions that the deployed canary compares with, for one scikit-learn version.

For this environment's version, and for the one of another lock of the ML layer::

    python model_training/own_model/record_canary.py
    uv run --no-project --python 3.12 --with-requirements layer_build/locks/python3.12-x86_64.txt \
        model_training/own_model/record_canary.py

With all packages of the lock: a stored spline is read by the SciPy that wrote it, not by every one.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED

import numpy as np
import sklearn
import skops.io
from sklearn.calibration import CalibratedClassifierCV
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import SplineTransformer

KNOWN = Path(__file__).parents[2] / "lambda_src" / "canary" / "known"
Array = np.ndarray[Any, np.dtype[Any]]
SEED = 4
REVIEWS = 400
# Days since the last review, review count, difficulty: inside, on the edges of and beyond what was fitted.
CARDS = [
    [0.0, 1.0, 1.0],
    [0.5, 3.0, 4.2],
    [7.0, 12.0, 5.5],
    [90.0, 2.0, 9.9],
    [36_500.0, 10_000.0, 10.0],
]


def estimators() -> dict[str, sklearn.base.BaseEstimator]:
    """Return one small estimator for each kind of compiled code that a user's model is likely to call."""
    boosted = HistGradientBoostingClassifier(max_iter=4, max_leaf_nodes=6, monotonic_cst=[-1, 0, -1])
    return {
        "splines": make_pipeline(SplineTransformer(n_knots=4), LogisticRegression()),
        "boosted": boosted,
        "forest": RandomForestClassifier(n_estimators=3, max_depth=4, random_state=SEED),
        "calibrated": CalibratedClassifierCV(sklearn.base.clone(boosted), method="isotonic", ensemble=False),
    }


def reviews() -> tuple[Array, Array]:
    """Return simulated reviews, shape (n, 3), and their outcomes, shape (n,)."""
    random = np.random.default_rng(SEED)
    X = np.column_stack(
        [random.exponential(20, REVIEWS), random.integers(1, 30, REVIEWS), random.uniform(1, 10, REVIEWS)]
    )
    recalled = random.random(REVIEWS) < np.exp(-X[:, 0] * X[:, 2] / 300)
    return X, recalled.astype(int)


def main() -> None:
    """Fit the estimators and write them with their predictions."""
    folder = KNOWN / sklearn.__version__
    folder.mkdir(parents=True, exist_ok=True)
    X, y = reviews()
    answers = {}
    for name, estimator in estimators().items():
        estimator.fit(X, y)
        skops.io.dump(estimator, folder / f"{name}.skops", compression=ZIP_DEFLATED)
        answers[name] = estimator.predict_proba(np.array(CARDS))[:, 1].tolist()
    (folder / "answers.json").write_text(json.dumps({"cards": CARDS, "answers": answers}, indent=1) + "\n")
    print(folder)


if __name__ == "__main__":
    main()
