"""Files made to do harm: larger than they seem, or with indices that lead compiled code out of its arrays."""

import importlib
import io
import re
import zipfile

import numpy as np
import pytest
import scipy.sparse
import sklearn
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression

from estimators.estimator import load
from estimators.structure import CHECKS
from recall.errors import ArtifactError, DamagedArtifactError, UnsupportedArtifactError
from recall.model_size import ALWAYS_ALLOWED_BYTES

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
    refusal,
    rewritten,
    with_arrays,
    with_schema,
)

SIMPLE = fitted(LOGISTIC)[1]
TREES = fitted(FOREST)[1]
BOOSTED_TREES = fitted(BOOSTED)[1]
SPLINES = fitted(ESTIMATORS["splines"])[1]
NEIGHBOURS = fitted(ESTIMATORS["neighbours"])[1]


def test_file_over_the_cap_is_refused_unread(monkeypatch):
    monkeypatch.setattr("zipfile.ZipFile", lambda *_a, **_k: pytest.fail("opened"))

    with pytest.raises(
        UnsupportedArtifactError, match=r"^the model has \d+ bytes as a file, allowed are 100, "
    ):
        load(SIMPLE, 100)


@pytest.mark.parametrize(
    ("name", "megabytes", "problem"),
    [("1.npy", 65, "bytes decompressed, allowed are 67108864"), ("schema.json", 17, "in schema.json")],
)
def test_zip_bomb_is_refused_before_it_is_decompressed(name, megabytes, problem, monkeypatch):
    bomb = rewritten(SIMPLE, lambda members: members.update({name: bytes(megabytes * 1024 * 1024)}))
    monkeypatch.setattr("zipfile.ZipFile.read", lambda *_a, **_k: pytest.fail("decompressed"))

    assert len(bomb) < 200_000
    with pytest.raises(UnsupportedArtifactError, match=problem):
        load(bomb, ALWAYS_ALLOWED_BYTES)


def test_member_that_many_parts_of_a_model_name_counts_for_each_of_them(monkeypatch):
    estimator = LogisticRegression().fit(X, Y)
    estimator.coef_, estimator.many = np.zeros((1, 50_000)), [np.zeros(50_000) for _ in range(4)]
    data = dump(estimator)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        arrays = [member.filename for member in archive.infolist() if member.file_size >= 400_000]
    for name in arrays[1:]:
        data = with_schema(data, f'"{name}"', f'"{arrays[0]}"')
    bomb = rewritten(data, lambda members: [members.pop(name) for name in arrays[1:]])
    monkeypatch.setattr("skops.io.load", lambda *_a, **_k: pytest.fail("decompressed"))

    with pytest.raises(UnsupportedArtifactError, match="bytes decompressed, allowed are 1500000"):
        load(bomb, 1_500_000)


def test_member_that_is_larger_than_announced_is_damaged():
    data = bytearray(rewritten(SIMPLE, lambda members: members.update({"schema.json": bytes(10_000_000)})))
    # The sizes in the central directory, which zipfile goes by.
    place = data.rindex(b"PK\x01\x02", 0, data.rindex(b"schema.json"))
    data[place + 24 : place + 28] = (100).to_bytes(4, "little")

    assert "is damaged" in refusal(bytes(data), DamagedArtifactError)


def test_sparse_matrix_whose_zip_may_decompress_to_any_size_is_refused_unread():
    estimator = LogisticRegression().fit(X, Y)
    estimator.coef_ = scipy.sparse.csr_matrix(estimator.coef_)
    forged = with_schema(dump(estimator), '"csr_matrix"', '"spmatrix"')

    for data in (dump(estimator), forged):
        assert "which isn't trusted" in refusal(data, UnsupportedArtifactError)


@pytest.mark.parametrize("shape", ["(1000000000000,)", "(4000000000,)", "(-1, 3)"])
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


def test_every_check_is_of_a_class_that_the_installed_version_has():
    for name in CHECKS:
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


@pytest.mark.parametrize("count", [0, 5])
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


@settings(max_examples=300, deadline=None)
@given(
    data=st.sampled_from([SIMPLE, TREES, BOOSTED_TREES, SPLINES, NEIGHBOURS]),
    place=st.floats(0, 1, exclude_max=True),
    flip=st.integers(1, 255),
)
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
