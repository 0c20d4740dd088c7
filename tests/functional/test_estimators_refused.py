"""What isn't served: refused with one line, before it can do harm, and the last good model is kept."""

import io
import pickle
import zipfile

import joblib
import numpy as np
import pandas as pd
import pytest
import sklearn
from sklearn.cluster import KMeans
from sklearn.compose import ColumnTransformer, make_column_selector
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression, RidgeClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler
from skops.io._audit import NODE_TYPE_MAPPING

from estimators.estimator import load
from estimators.trusted import LOADERS
from http_kit.errors import ModelUnavailableError
from recall.errors import DamagedArtifactError, UnsupportedArtifactError
from recall.features import FEATURE_NAMES

from .calls import lines_of
from .fakes import REFRESH_SECONDS, publish, refresh
from .own_models import (
    LOGISTIC,
    X,
    Y,
    dump,
    fitted,
    refusal,
    rewritten,
    with_schema,
)

SIMPLE = fitted(LOGISTIC)[1]
COLUMNS = make_column_selector("d")
TABLE = pd.DataFrame(X, columns=list(FEATURE_NAMES))


def own_step(inputs):
    return inputs


def joblibbed(compress):
    out = io.BytesIO()
    joblib.dump(LOGISTIC, out, compress=compress)
    return out.getvalue()


PICKLES = {
    "protocol 0, an object": pickle.dumps(LOGISTIC, 0),
    "protocol 0, a tuple": pickle.dumps((LOGISTIC,), 0),
    "protocol 1, a list": pickle.dumps([LOGISTIC], 1),
    "protocol 1, a dictionary": pickle.dumps({"model": LOGISTIC}, 1),
    "protocol 2": pickle.dumps(LOGISTIC, 2),
    "protocol 5": pickle.dumps(LOGISTIC, 5),
    "lz4": b"\x04\x22\x4d\x18" + bytes(100),  # joblib's needs a package of its own
} | {f"joblib, {way}": joblibbed((way, 3)) for way in ("zlib", "gzip", "bz2", "xz", "lzma")}


@pytest.mark.parametrize("data", PICKLES.values(), ids=PICKLES)
def test_pickle_of_any_kind_is_refused_with_the_way_out(data):
    assert refusal(data, UnsupportedArtifactError) == (
        "the model's file is a pickle, which runs code when it is read: "
        'save it with skops.io.dump(model, "model.skops")'
    )


@pytest.mark.parametrize(
    "data",
    [b"", SIMPLE[:-30], b'{"kind": "power_curve"}'],
    ids=["empty", "cut off", "portable"],
)
def test_file_that_is_no_whole_skops_file_is_damaged(data):
    assert refusal(data, DamagedArtifactError).startswith(
        "the model's file isn't a skops file, or only a part"
    )


@pytest.mark.parametrize(
    ("members", "problem"),
    [
        ({"model.pkl": pickle.dumps(LOGISTIC)}, "isn't a skops file, but a zip without schema.json"),
        ({"schema.json": b"{"}, "is damaged (JSONDecodeError"),
        ({"schema.json": b"[" * 100_000}, "is damaged (RecursionError"),
        ({"schema.json": b"[]"}, "is damaged (schema.json describes no object)"),
        ({"schema.json": b"{}"}, "is damaged (schema.json describes no object)"),
    ],
    ids=["pickle inside", "no JSON", "nested", "a list", "empty"],
)
def test_zip_without_a_schema_is_damaged(members, problem):
    data = rewritten(SIMPLE, lambda found: (found.clear(), found.update(members)))

    assert problem in refusal(data, DamagedArtifactError)


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("sklearn.linear_model._logistic", "os", "os.LogisticRegression"),
        ('"__loader__": "ObjectNode"', '"__loader__": "NoNode"', "LogisticRegression"),
        ('"__loader__": "DictNode"', '"__loader__": ["DictNode"]', "builtins.dict"),
    ],
    ids=["foreign class", "unknown node", "node that is a list"],
)
def test_schema_with_a_foreign_type_is_refused_by_name(old, new, named):
    assert f"{named}, which isn't trusted" in refusal(with_schema(SIMPLE, old, new))


def test_kinds_of_nodes_that_the_trusted_types_do_not_need_are_refused():
    """Among them bound methods, partials and operators, by which a file could call functions."""
    known = {str(loader) for loader, _protocol in NODE_TYPE_MAPPING}
    dangerous = {"MethodNode", "PartialNode", "OperatorFuncNode", "BytesNode", "SparseMatrixNode"}
    assert dangerous <= known - LOADERS

    for kind in known - LOADERS:
        forged = with_schema(SIMPLE, '"__loader__": "ObjectNode"', f'"__loader__": "{kind}"')
        assert "LogisticRegression, which isn't trusted" in refusal(forged, UnsupportedArtifactError)


def test_function_of_the_user_is_refused_by_name():
    estimator = make_pipeline(FunctionTransformer(own_step), LogisticRegression()).fit(X, Y)

    assert refusal(dump(estimator), UnsupportedArtifactError) == (
        f"the model holds {__name__}.own_step, which isn't trusted: use scikit-learn's own transformers; "
        "numpy's functions are fine in a FunctionTransformer"
    )


@pytest.mark.parametrize("version", ["0.24", "", "1" * 1000], ids=["old", "none", "long"])
def test_other_scikit_learn_is_refused_with_both_versions_before_anything_is_loaded(version, monkeypatch):
    data = with_schema(SIMPLE, f'\\"{sklearn.__version__}\\"', f'\\"{version}\\"')
    monkeypatch.setattr("skops.io.loads", lambda *_a, **_k: pytest.fail("loaded"))

    assert refusal(data, UnsupportedArtifactError) == (
        f"the model was fitted with scikit-learn {version[:40]}, here is {sklearn.__version__}: "
        "fit it with the version of the layer"
    )


def test_other_skops_protocol_is_refused():
    data = with_schema(SIMPLE, '"protocol": 2', '"protocol": 99')

    assert "protocol 99 of skops" in refusal(data, UnsupportedArtifactError)


@pytest.mark.parametrize("thing", [{"a": 1}, StandardScaler], ids=["dictionary", "class"])
def test_what_is_no_estimator_is_refused(thing):
    assert "the model is no scikit-learn estimator" in refusal(dump(thing), UnsupportedArtifactError)


@pytest.mark.parametrize(
    ("estimator", "problem"),
    [
        (LogisticRegression().fit(X[:, :2], Y), "was fitted on 2 features: it must be days_since"),
        (LogisticRegression().fit(TABLE.rename(columns={"difficulty": "ease"}), Y), "review_count, ease: it"),
        (LogisticRegression(), "NotFittedError|has no attribute 'classes_'"),
        (LogisticRegression().fit(X, X[:, 1] % 3), "the model has 3 classes: it must be 2"),
        (RidgeClassifier().fit(X, Y), "RidgeClassifier has no predict_proba: wrap it in Calibrated"),
        (KMeans(2).fit(X), "the model is a KMeans: it must be a classifier or a regressor"),
        (make_pipeline(StandardScaler().set_output(transform="pandas"), LogisticRegression()).fit(TABLE, Y),
         "needs pandas, which the layer doesn't have: fit it without set_output"),
        (make_pipeline(ColumnTransformer([("a", "passthrough", ["difficulty"])]), LogisticRegression())
         .fit(TABLE, Y), "with column positions instead of names"),
        (make_pipeline(ColumnTransformer([("a", "passthrough", COLUMNS)]), LogisticRegression())
         .fit(TABLE, Y), r"give the ColumnTransformer column positions, such as \[0, 1\]"),
        (HistGradientBoostingClassifier(max_iter=2, categorical_features=[1]).fit(X % 9, (X[:, 1] % 2) * Y),
         "the model holds functools.partial, which isn't trusted"),
    ],
)  # fmt: skip
def test_estimator_that_cannot_predict_from_our_features_is_refused(estimator, problem):
    with pytest.raises(UnsupportedArtifactError, match=problem):
        load(dump(estimator))


def test_estimator_that_predicts_no_number_somewhere_is_refused():
    coefficients = np.array([[np.nan, 0.0, 0.0]])
    estimator = LogisticRegression().fit(X, Y)
    estimator.coef_ = coefficients

    assert "doesn't predict one probability in [0, 1]" in refusal(dump(estimator), UnsupportedArtifactError)


@pytest.fixture
def crafted(reader):
    """Publish a file that a crafted type makes unfit to be served."""
    data = with_schema(SIMPLE, "sklearn.linear_model._logistic", "os")
    return lambda: publish(reader.objects, "crafted", data, format="skops")


def test_function_keeps_the_last_good_model_and_logs_why(store, reader, clock, capsys, crafted):
    publish(reader.objects, "own", SIMPLE, format="skops")
    good = store.current()
    crafted()
    clock.now += REFRESH_SECONDS
    refresh(store)

    assert store.current() is good
    assert good.version == "own"
    reason = "model rejected: UnsupportedArtifactError: the model holds os.LogisticRegression"
    assert lines_of(capsys)[0][0]["reason"].startswith(reason)


def test_cold_function_answers_that_no_model_can_be_served(store, crafted):
    crafted()

    with pytest.raises(ModelUnavailableError, match="no model can be served now"):
        store.current()


@pytest.mark.parametrize("other", ["pickle", ["skops"]])
def test_pointer_of_an_unknown_format_is_refused(store, reader, capsys, other):
    publish(reader.objects, "own", SIMPLE, format=other)
    with pytest.raises(ModelUnavailableError):
        store.current()

    reason = "model rejected: DamagedArtifactError: the pointer's format isn't portable, skops or onnx"
    assert lines_of(capsys)[0][0]["reason"] == reason


def test_own_model_with_another_sha256_is_refused_unread(store, reader, capsys, monkeypatch):
    publish(reader.objects, "own", SIMPLE, format="skops", sha256="0" * 64)
    monkeypatch.setattr(zipfile, "ZipFile", lambda *_a, **_k: pytest.fail("opened"))
    with pytest.raises(ModelUnavailableError):
        store.current()

    assert "the artifact's sha256 isn't the pointer's" in lines_of(capsys)[0][0]["reason"]
