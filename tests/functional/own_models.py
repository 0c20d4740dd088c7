"""Estimators as users fit them, in skops files, and ways to craft such files by hand."""

import io
import zipfile

import numpy as np
import pytest
import skops.io
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import (
    GradientBoostingClassifier,
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    RandomForestClassifier,
    StackingClassifier,
    VotingClassifier,
)
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, SplineTransformer, StandardScaler
from sklearn.svm import SVC

from estimators.estimator import load
from recall.errors import ArtifactError

RANDOM = np.random.default_rng(4)
X = np.column_stack([RANDOM.exponential(20, 300), RANDOM.integers(1, 30, 300), RANDOM.uniform(1, 10, 300)])
Y = (RANDOM.random(300) < np.exp(-X[:, 0] * X[:, 2] / 300)).astype(int)
CARDS = [tuple(row) for row in X.tolist()]

BOOSTED = HistGradientBoostingClassifier(max_iter=3, monotonic_cst=[-1, 0, -1])
FOREST = RandomForestClassifier(n_estimators=3, max_depth=4, random_state=4, n_jobs=2)
LOGISTIC = LogisticRegression()
DAYS_ONLY = ColumnTransformer([("days", "passthrough", [0])])
ESTIMATORS = {
    "splines": make_pipeline(SplineTransformer(), LogisticRegression(max_iter=1000)),
    "log of the days": make_pipeline(
        ColumnTransformer([("log", FunctionTransformer(np.log1p), [0])], remainder="passthrough"), LOGISTIC
    ),
    "boosted": BOOSTED,
    "gradient boosting": GradientBoostingClassifier(n_estimators=3),
    "forest": FOREST,
    "isotonic": CalibratedClassifierCV(BOOSTED, method="isotonic", cv=2),
    "sigmoid": CalibratedClassifierCV(FOREST, method="sigmoid", ensemble=False, cv=2),
    "isotonic regression": make_pipeline(
        DAYS_ONLY, IsotonicRegression(increasing=False, out_of_bounds="clip")
    ),
    "voting": VotingClassifier([("a", LOGISTIC), ("b", BOOSTED)], voting="soft"),
    "stacking": StackingClassifier([("a", LOGISTIC), ("b", FOREST)], cv=2),
    "neighbours": KNeighborsClassifier(),
    "network": make_pipeline(StandardScaler(), MLPClassifier((4,), max_iter=20, early_stopping=True)),
    "support vectors": make_pipeline(StandardScaler(), SVC(probability=True, random_state=1)),
    "regressor": HistGradientBoostingRegressor(max_iter=3),
    "line beyond 0 and 1": LinearRegression(),
}


def fitted(estimator):
    """Fit an estimator and return it with its file."""
    estimator.fit(X, Y)
    return estimator, dump(estimator)


def refusal(data, kind=ArtifactError):
    """Return the message, one line, with which loading a file fails."""
    with pytest.raises(kind) as raised:
        load(data)
    assert "\n" not in str(raised.value)
    return str(raised.value)


def dump(estimator):
    """Return an estimator's skops file."""
    return skops.io.dumps(estimator, compression=zipfile.ZIP_DEFLATED)


def rewritten(data, change):
    """Return a skops file after `change` has had its members, a dictionary of names and bytes, in hand."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    change(members)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def with_schema(data, old, new):
    """Return a skops file with a text of its schema replaced, everywhere."""

    def replace(members):
        text = members["schema.json"].decode()
        assert old in text
        members["schema.json"] = text.replace(old, new).encode()

    return rewritten(data, replace)


def with_arrays(data, change):
    """Return a skops file in which `change` has edited, in place, every stored array with named fields."""

    def edit(members):
        for name, content in members.items():
            if name.endswith(".npy"):
                array = np.load(io.BytesIO(content))
                if array.dtype.names:
                    change(array)
                    out = io.BytesIO()
                    np.save(out, array)
                    members[name] = out.getvalue()

    return rewritten(data, edit)
