"""An artifact comes back as it was stored, and what isn't understood is refused with its reason."""

import json
import subprocess
import sys
from math import inf
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recall.artifact import Artifact, decode, encode
from recall.errors import ArtifactError, DamagedArtifactError, UnsupportedArtifactError
from recall.features import FEATURE_NAMES
from recall.three_inputs import ThreeInputModel

from .histories import FSRS_MODEL, random_model, seeded
from .strategies import three_input_models

CODE = Path(__file__).parents[2] / "lambda_src"

MODEL = ThreeInputModel((-4.35, 0.49, -4.01, -0.98), -2.5, -2.96)
TRAINING = {"reviews": 120, "simulated": True, "metrics": {"log_loss": 0.34, "auc": None}}
FULL = Artifact(MODEL, TRAINING, FSRS_MODEL)
JSON_VALUES = st.integers() | st.text() | st.booleans() | st.none()
HISTORIES = st.none() | st.integers(0, 1_000).map(lambda seed: random_model(seeded(seed)))


def changed(**parts):
    """Return a stored artifact with top-level parts replaced; None removes one."""
    document = json.loads(encode(FULL)) | parts
    return json.dumps({key: value for key, value in document.items() if value is not None}).encode()


def parameters(artifact):
    return artifact.three_inputs.to_dict(), artifact.history and artifact.history.to_dict()


@given(three_input_models(), st.dictionaries(st.text(), JSON_VALUES), HISTORIES)
def test_artifact_comes_back_as_it_was_stored(model, training, history):
    stored = Artifact(model, training, history)
    returned = decode(encode(stored))

    assert parameters(returned) == parameters(stored)
    assert returned.training == training
    assert returned.fingerprint == stored.fingerprint


def test_equal_artifacts_give_equal_bytes_whatever_the_order_of_keys():
    reordered = dict(reversed(TRAINING.items()))

    assert encode(Artifact(MODEL, TRAINING)) == encode(Artifact(MODEL, reordered))


def test_fingerprint_is_of_all_parameters_and_of_nothing_else():
    other = ThreeInputModel((-4.35, 0.49, -4.01, -0.98), -2.5, -2.97)
    same = Artifact(MODEL, {"other": 1}, FSRS_MODEL)
    others = [Artifact(other, TRAINING, FSRS_MODEL), Artifact(MODEL, TRAINING),
              Artifact(MODEL, TRAINING, random_model(seeded(1)))]  # fmt: skip

    assert same.fingerprint == FULL.fingerprint
    assert 0 <= FULL.fingerprint < 2**32
    assert FULL.fingerprint not in {artifact.fingerprint for artifact in others}


def test_whole_numbers_have_the_fingerprint_of_floats():
    whole = ThreeInputModel((-4, 1, -4, 0), -2, -3)
    floats = ThreeInputModel((-4.0, 1.0, -4.0, 0.0), -2.0, -3.0)

    assert Artifact(whole, {}).fingerprint == Artifact(floats, {}).fingerprint


def test_unknown_section_is_ignored():
    assert decode(changed(sleep={"hours": 8})).three_inputs.to_dict() == MODEL.to_dict()


def test_history_modules_are_loaded_only_for_a_model_with_a_history(tmp_path):
    for name, artifact in {"without": Artifact(MODEL, TRAINING), "with": FULL}.items():
        (tmp_path / name).write_bytes(encode(artifact))
    code = (
        "import sys; from recall.artifact import decode\n"
        "for path in sys.argv[1:]: decode(open(path, 'rb').read()); print('recall.history' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-S", "-c", code, tmp_path / "without", tmp_path / "with"],
        cwd=CODE, capture_output=True, text=True, check=True,
    )  # fmt: skip

    assert done.stdout.split() == ["False", "True"]


def test_nan_in_the_training_record_is_never_written():
    with pytest.raises(ValueError, match="not JSON compliant"):
        encode(Artifact(MODEL, {"log_loss": float("nan")}))


OTHER_BOUND = json.loads(encode(FULL))["features"]
OTHER_BOUND[0]["maximum"] = 365


@pytest.mark.parametrize(
    ("part", "value"),
    [("schema_version", 3), ("kind", "boosted_trees"), ("features", OTHER_BOUND)],
)
def test_unknown_identity_is_unsupported_and_named(part, value):
    with pytest.raises(UnsupportedArtifactError, match=f"^the artifact's {part} is "):
        decode(changed(**{part: value}))


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (changed(kind=None), "^the artifact has no kind$"),
        (changed(three_inputs=None), "three_inputs must be log_stability, log_decay"),
        (changed(history=[]), "the history model must have exactly"),
        (changed(training="yesterday"), "no training record"),
        (b"[]", "isn't a JSON object"),
        (b"\xff\xfe", "isn't JSON"),
        (b"[" * 100_000, "isn't JSON"),
        (b"1" * 5000, "isn't JSON"),
    ],
    ids=lambda part: str(part)[:30],
)
def test_what_is_no_artifact_is_damage(data, problem):
    with pytest.raises(DamagedArtifactError, match=problem):
        decode(data)


@given(st.integers(0, len(encode(FULL))), st.binary(min_size=1, max_size=8))
def test_overwritten_bytes_raise_nothing_but_artifact_errors(position, noise):
    data = bytearray(encode(FULL))
    data[position : position + len(noise)] = noise
    try:
        model = decode(bytes(data)).three_inputs
    except ArtifactError:
        return  # refused as such; any other exception fails the test
    # the noise hit a digit or the training record: what was read is still a usable model
    assert 0.0 <= model.recall_probability(10.0, 3, 4.0) <= 1.0


def test_ranges_are_in_the_order_of_the_features_without_end_where_there_are_none_or_right_after_a_review():
    ranges = {"difficulty": [1.5, 9], "days_since_last_review": [1, 300], "review_count": [1, 80]}

    assert Artifact(MODEL, {"ranges": ranges}).ranges == ((-inf, 300), (1, 80), (1.5, 9))
    assert Artifact(MODEL, {}).ranges == ((-inf, inf),) * 3


@pytest.mark.parametrize(
    "ranges",
    [[], {FEATURE_NAMES[0]: [0, 1]}, dict.fromkeys(FEATURE_NAMES, "ab")],
)
def test_damaged_ranges_are_refused(ranges):
    with pytest.raises(DamagedArtifactError, match=r"training\.ranges"):
        decode(changed(training={"ranges": ranges}))
