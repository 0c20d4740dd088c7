"""What isn't served: refused with one line, before it can do harm, and the last good model is kept."""

import bz2
import gzip
import importlib
import io
import lzma
import pickle
import re
import zipfile
import zlib

import joblib
import numpy as np
import pandas as pd
import pytest
import scipy.sparse
import sklearn
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.cluster import KMeans
from sklearn.compose import ColumnTransformer, make_column_selector
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression, RidgeClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from estimators import skops_file
from estimators.estimator import load
from estimators.structure import CHECKS
from inference.errors import ModelUnavailableError
from recall.errors import ArtifactError, DamagedArtifactError, UnsupportedArtifactError
from recall.features import FEATURE_NAMES

from .calls import lines_of
from .fakes import REFRESH_SECONDS, publish, refresh
from .own_models import (
    BOOSTED,
    CARDS,
    ESTIMATORS,
    FOREST,
    LOGISTIC,
    X,
    Y,
    dump,
    fitted,
    rewritten,
    with_arrays,
    with_schema,
)

SIMPLE = fitted(LOGISTIC)[1]
TREES = fitted(FOREST)[1]
BOOSTED_TREES = fitted(BOOSTED)[1]
SPLINES = fitted(ESTIMATORS["splines"])[1]
NEIGHBOURS = fitted(ESTIMATORS["neighbours"])[1]
COLUMNS = make_column_selector("d")
TABLE = pd.DataFrame(X, columns=list(FEATURE_NAMES))


def own_step(inputs):
    return inputs


def refusal(data, kind=ArtifactError):
    with pytest.raises(kind) as raised:
        load(data)
    assert "\n" not in str(raised.value)
    return str(raised.value)


def joblibbed(compress):
    out = io.BytesIO()
    joblib.dump(LOGISTIC, out, compress=compress)
    return out.getvalue()


@pytest.mark.parametrize(
    "data",
    [pickle.dumps(LOGISTIC, protocol) for protocol in range(6)]
    + [joblibbed(way) for way in (0, ("zlib", 3), ("gzip", 3), ("bz2", 3), ("xz", 3), ("lzma", 3))]
    + [pack(pickle.dumps(LOGISTIC)) for pack in (zlib.compress, gzip.compress, bz2.compress, lzma.compress)],
    ids=lambda data: repr(data[:6]),
)
def test_pickle_of_any_kind_is_refused_with_the_way_out(data):
    assert refusal(data, UnsupportedArtifactError) == (
        "the model's file is a pickle, which runs code when it is read: "
        'save it with skops.io.dump(model, "model.skops")'
    )


@pytest.mark.parametrize(
    "data",
    [b"", b"model", SIMPLE[:100], SIMPLE[: len(SIMPLE) // 2], SIMPLE[:-30], b'{"kind": "power_curve"}'],
    ids=["empty", "text", "head", "half", "cut", "portable"],
)
def test_file_that_is_no_whole_skops_file_is_damaged(data):
    assert refusal(data, DamagedArtifactError).startswith(
        "the model's file isn't a skops file, or only a part"
    )


@pytest.mark.parametrize(
    ("members", "problem"),
    [
        ({"model.pkl": pickle.dumps(LOGISTIC)}, "isn't a skops file, but a zip without schema.json"),
        ({"schema.json": b"\xff"}, "is damaged (UnicodeDecodeError"),
        ({"schema.json": b"{"}, "is damaged (JSONDecodeError"),
        ({"schema.json": b"[" * 100_000}, "is damaged (RecursionError"),
        ({"schema.json": b"[]"}, "is damaged (schema.json describes no object)"),
        ({"schema.json": b"{}"}, "is damaged (schema.json describes no object)"),
    ],
    ids=["pickle inside", "no text", "no JSON", "nested", "a list", "empty"],
)
def test_zip_without_a_schema_is_damaged(members, problem):
    data = rewritten(SIMPLE, lambda found: (found.clear(), found.update(members)))

    assert problem in refusal(data, DamagedArtifactError)


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("sklearn.linear_model._logistic", "os", "os.LogisticRegression"),
        ('"__loader__": "ObjectNode"', '"__loader__": "BytearrayNode"', "LogisticRegression"),
        ('"__loader__": "ObjectNode"', '"__loader__": "MethodNode"', "LogisticRegression"),
        ('"__loader__": "ObjectNode"', '"__loader__": "PartialNode"', "LogisticRegression"),
        ('"__loader__": "ObjectNode"', '"__loader__": "OperatorFuncNode"', "LogisticRegression"),
        ('"__loader__": "ObjectNode"', '"__loader__": "NoNode"', "LogisticRegression"),
        ('"__loader__": "DictNode"', '"__loader__": ["DictNode"]', "builtins.dict"),
    ],
)  # fmt: skip
def test_schema_with_a_foreign_type_is_refused_by_name(old, new, named):
    assert f"{named}, which isn't trusted" in refusal(with_schema(SIMPLE, old, new))


def test_function_of_the_user_is_refused_by_name():
    estimator = make_pipeline(FunctionTransformer(own_step), LogisticRegression()).fit(X, Y)

    assert refusal(dump(estimator), UnsupportedArtifactError) == (
        f"the model holds {__name__}.own_step, which isn't trusted: use scikit-learn's own transformers; "
        "functions of numpy are fine in a FunctionTransformer"
    )


@pytest.mark.parametrize("version", ["1.9.1", "0.24", "", "1" * 1000])
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


@pytest.mark.parametrize("thing", [{"a": 1}, [1, 2], np.arange(3), "text", StandardScaler])
def test_what_is_no_estimator_is_refused(thing):
    assert "the model is no scikit-learn estimator" in refusal(dump(thing), UnsupportedArtifactError)


@pytest.mark.parametrize(
    ("estimator", "problem"),
    [
        (LogisticRegression().fit(X[:, :2], Y), "was fitted on 2 features: it must be days_since"),
        (LogisticRegression().fit(TABLE[TABLE.columns[::-1]], Y), "fitted on difficulty, review_count, days"),
        (LogisticRegression().fit(TABLE.rename(columns={"difficulty": "ease"}), Y), "review_count, ease: it"),
        (LogisticRegression(), "NotFittedError|has no attribute 'classes_'"),
        (make_pipeline(StandardScaler(), LogisticRegression()), "NotFittedError|has no attribute 'classes_'"),
        (LogisticRegression().fit(X, X[:, 1] % 3), "the model has 3 classes: it must be 2"),
        (RidgeClassifier().fit(X, Y), "RidgeClassifier has no predict_proba: wrap it in Calibrated"),
        (KMeans(2).fit(X), "the model is a KMeans: it must be a classifier or a regressor"),
        (StandardScaler().fit(X), "the model is a StandardScaler"),
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


def test_file_over_the_cap_is_refused_unread(monkeypatch):
    monkeypatch.setattr("zipfile.ZipFile", lambda *_a, **_k: pytest.fail("opened"))

    assert refusal(SIMPLE + b" " * skops_file.MAXIMUM_BYTES).endswith(
        "fit a smaller one, or compress the file"
    )


@pytest.mark.parametrize("name", ["schema.json", "1.npy"])
def test_zip_bomb_is_refused_before_it_is_unpacked(name, monkeypatch):
    bomb = rewritten(SIMPLE, lambda members: members.update({name: bytes(65 * 1024 * 1024)}))
    monkeypatch.setattr("zipfile.ZipFile.read", lambda *_a, **_k: pytest.fail("unpacked"))

    assert len(bomb) < 200_000
    assert "bytes unpacked, allowed are 67108864" in refusal(bomb, UnsupportedArtifactError)


def test_member_that_is_larger_than_announced_is_damaged():
    data = bytearray(rewritten(SIMPLE, lambda members: members.update({"schema.json": bytes(10_000_000)})))
    # The sizes in the central directory, which zipfile goes by.
    place = data.rindex(b"PK\x01\x02", 0, data.rindex(b"schema.json"))
    data[place + 24 : place + 28] = (100).to_bytes(4, "little")

    assert "is damaged" in refusal(bytes(data), DamagedArtifactError)


def test_sparse_matrix_whose_zip_would_unpack_without_end_is_refused_unread():
    estimator = LogisticRegression().fit(X, Y)
    estimator.coef_ = scipy.sparse.csr_matrix(estimator.coef_)
    forged = with_schema(dump(estimator), '"csr_matrix"', '"spmatrix"')

    for data in (dump(estimator), forged):
        assert "which isn't trusted" in refusal(data, UnsupportedArtifactError)


@pytest.mark.parametrize("shape", ["(1000000000000,)", "(4000000000,)", "(2, 3000000000)", "(-1, 3)"])
def test_array_that_claims_to_be_huge_is_damaged(shape):
    header = f"{{'descr': '<f8', 'fortran_order': False, 'shape': {shape}, }}".ljust(117).encode() + b"\n"
    array = b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header

    def forge(members):
        members.update({name: array for name in members if name.endswith(".npy")})

    assert "is damaged" in refusal(rewritten(SIMPLE, forge), DamagedArtifactError)


def test_pickled_array_in_the_zip_is_damaged():
    out = io.BytesIO()
    np.save(out, np.array([print], dtype=object), allow_pickle=True)

    def forge(members):
        members.update({name: out.getvalue() for name in members if name.endswith(".npy")})

    assert "is damaged" in refusal(rewritten(SIMPLE, forge), DamagedArtifactError)


@pytest.mark.parametrize("name", CHECKS)
def test_every_check_is_of_a_class_that_the_installed_version_has(name):
    module, _, kind = name.rpartition(".")
    found = getattr(importlib.import_module(module), kind)

    assert f"{found.__module__}.{found.__qualname__}" == name


def put(field, value):
    def change(array):
        if field in array.dtype.names:
            array[field][:] = value

    return change


@pytest.mark.parametrize(
    ("data", "change"),
    [
        (TREES, put("left_child", 10**9)),
        (TREES, put("right_child", -7)),
        (TREES, put("left_child", 0)),
        (TREES, put("feature", 10**6)),
        (TREES, put("feature", -5)),
        (BOOSTED_TREES, put("left", 2**31)),
        (BOOSTED_TREES, put("right", 0)),
        (BOOSTED_TREES, put("feature_idx", 10**6)),
        (BOOSTED_TREES, put("is_categorical", 1)),
        (NEIGHBOURS, put("idx_end", 10**9)),
        (NEIGHBOURS, put("idx_start", -1)),
    ],
)
def test_tree_whose_nodes_point_outside_it_is_refused_before_it_is_followed(data, change):
    assert refusal(with_arrays(data, change), UnsupportedArtifactError).endswith(
        "points outside itself: fit it again"
    )


@pytest.mark.parametrize("count", [-1, 0, 1, 5])
def test_tree_that_claims_fewer_nodes_than_it_has_is_refused(count):
    def claim(members):
        # With an id of its own: skops takes a number that it has read under this id before.
        members["schema.json"] = re.sub(
            rb'("node_count": {[^}]*"content": )"\d+"([^}]*"__id__": )\d+',
            rb'\g<1>"%d"\g<2>1' % count,
            members["schema.json"],
        )

    assert "points outside itself" in refusal(rewritten(TREES, claim), UnsupportedArtifactError)


def test_forest_that_gives_its_trees_too_few_inputs_is_refused():
    wide = sklearn.base.clone(FOREST).fit(np.column_stack([X, X]), Y)
    wide.n_features_in_ = 3

    assert "points outside itself" in refusal(dump(wide), UnsupportedArtifactError)


def test_spline_whose_arrays_do_not_fit_together_is_refused():
    estimator = ESTIMATORS["splines"].fit(X, Y)
    spline = estimator[0].bsplines_[0]
    spline.c, kept = spline.c[:2], spline.c
    data = dump(estimator)
    spline.c = kept

    assert "BSpline points outside itself" in refusal(data, UnsupportedArtifactError)


def test_support_vectors_that_do_not_fit_together_are_refused():
    estimator = ESTIMATORS["support vectors"].fit(X, Y)
    machine = estimator[-1]
    machine._n_support = machine._n_support * 1000

    assert "points outside itself" in refusal(dump(estimator), UnsupportedArtifactError)


@pytest.mark.parametrize("data", [SIMPLE, TREES, BOOSTED_TREES, SPLINES, NEIGHBOURS],
                         ids=["logistic", "forest", "boosted", "splines", "neighbours"])  # fmt: skip
@settings(max_examples=60, deadline=None)
@given(place=st.floats(0, 1, exclude_max=True), flip=st.integers(1, 255))
def test_flipped_byte_anywhere_is_a_refusal_or_the_same_predictions(data, place, flip):
    flipped = bytearray(data)
    flipped[int(place * len(data))] ^= flip
    try:
        own = load(bytes(flipped))
    except ArtifactError:
        return
    assert own.predict(CARDS) == load(data).predict(CARDS)


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_changed_array_never_ends_the_process_or_predicts_anything_but_probabilities(data):
    """The zip's own checksums are right here, what is inside isn't."""

    def forge(members):
        name = data.draw(st.sampled_from(sorted(name for name in members if name.endswith(".npy"))))
        content = bytearray(members[name])
        content[data.draw(st.integers(0, len(content) - 1))] ^= data.draw(st.integers(1, 255))
        members[name] = bytes(content)

    forged = rewritten(data.draw(st.sampled_from([TREES, BOOSTED_TREES, NEIGHBOURS, SPLINES])), forge)
    try:
        predicted = load(forged).predict(CARDS)
    except (ArtifactError, ValueError, IndexError):  # the latter two of single cards: an answer 500
        return
    assert all(0 <= p <= 1 for p in predicted)


BAD = {
    "pickle": (pickle.dumps(LOGISTIC), "UnsupportedArtifactError: the model's file is a pickle"),
    "foreign type": (with_schema(SIMPLE, "sklearn.linear_model._logistic", "os"),
                     "UnsupportedArtifactError: the model holds os.LogisticRegression"),
    "truncated": (SIMPLE[:-30], "DamagedArtifactError: the model's file isn't a skops file"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_function_keeps_the_last_good_model_and_logs_why(store, reader, clock, capsys, name):
    publish(reader.objects, "own", SIMPLE, format="skops")
    good = store.current()
    publish(reader.objects, "bad", BAD[name][0], format="skops")
    clock.now += REFRESH_SECONDS
    refresh(store)

    assert store.current() is good
    assert good.version == "own"
    assert lines_of(capsys)[0][0]["reason"].startswith(f"model rejected: {BAD[name][1]}")


@pytest.mark.parametrize("name", BAD)
def test_cold_function_answers_that_no_model_can_be_served(store, reader, capsys, name):
    publish(reader.objects, "bad", BAD[name][0], format="skops")

    with pytest.raises(ModelUnavailableError, match="no model can be served now"):
        store.current()


@pytest.mark.parametrize("other", ["pickle", "", None, 1, ["skops"]])
def test_pointer_of_an_unknown_format_is_refused(store, reader, capsys, other):
    publish(reader.objects, "own", SIMPLE, format=other)
    with pytest.raises(ModelUnavailableError):
        store.current()

    reason = "model rejected: DamagedArtifactError: the pointer's format isn't portable or skops"
    assert lines_of(capsys)[0][0]["reason"] == reason


def test_own_model_with_another_sha256_is_refused_unread(store, reader, capsys, monkeypatch):
    publish(reader.objects, "own", SIMPLE, format="skops", sha256="0" * 64)
    monkeypatch.setattr(zipfile, "ZipFile", lambda *_a, **_k: pytest.fail("opened"))
    with pytest.raises(ModelUnavailableError):
        store.current()

    assert "the artifact's sha256 isn't the pointer's" in lines_of(capsys)[0][0]["reason"]
