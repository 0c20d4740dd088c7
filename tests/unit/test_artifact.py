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


def changed(**parts):
    """Return a valid document with top-level parts replaced; None removes one."""
    document = json.loads(encode(FULL)) | parts
    return json.dumps({key: value for key, value in document.items() if value is not None}).encode()


def with_intercept(value):
    three_inputs = json.loads(encode(FULL))["three_inputs"]
    three_inputs["log_stability"]["intercept"] = value
    return changed(three_inputs=three_inputs)


@given(
    three_input_models(), st.dictionaries(st.text(), st.integers() | st.text() | st.booleans() | st.none())
)
def test_round_trip_returns_the_same_artifact(model, training):
    returned = decode(encode(Artifact(model, training)))
    assert returned.training == training
    assert returned.three_inputs.to_dict() == model.to_dict()
    assert returned.history is None


@given(st.integers(0, 1_000))
def test_round_trip_returns_the_same_history_model(seed):
    history = random_model(seeded(seed))
    returned = decode(encode(Artifact(MODEL, TRAINING, history)))
    assert returned.three_inputs.to_dict() == MODEL.to_dict()
    assert returned.history.to_dict() == history.to_dict()


def test_fingerprint_is_of_the_parameters_alone():
    assert decode(encode(FULL)).fingerprint == FULL.fingerprint
    assert Artifact(MODEL, {"other": 1}, FSRS_MODEL).fingerprint == FULL.fingerprint
    assert 0 <= FULL.fingerprint < 2**32


def test_fingerprint_differs_with_any_parameter():
    other = ThreeInputModel((-4.35, 0.49, -4.01, -0.98), -2.5, -2.97)
    artifacts = [FULL, Artifact(other, TRAINING, FSRS_MODEL), Artifact(MODEL, TRAINING),
                 Artifact(MODEL, TRAINING, random_model(seeded(1)))]  # fmt: skip
    assert len({artifact.fingerprint for artifact in artifacts}) == len(artifacts)


def test_section_that_a_model_lacks_is_not_written():
    assert "history" not in json.loads(encode(Artifact(MODEL, TRAINING)))


def test_later_versions_sections_are_passed_over():
    assert decode(changed(sleep={"hours": 8})).three_inputs.to_dict() == MODEL.to_dict()


@pytest.mark.parametrize(
    ("artifact", "loaded"),
    [(Artifact(MODEL, TRAINING), "False"), (FULL, "True")],
    ids=["without", "with"],
)
def test_history_modules_are_loaded_only_for_a_model_with_a_history(tmp_path, artifact, loaded):
    (tmp_path / "model.json").write_bytes(encode(artifact))
    code = (
        "import sys; from recall.artifact import decode; "
        f"decode(open({str(tmp_path / 'model.json')!r}, 'rb').read()); print('recall.history' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-S", "-c", code], cwd=CODE, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == loaded


def test_equal_artifacts_give_equal_bytes_whatever_the_order_of_keys():
    reordered = dict(reversed(TRAINING.items()))
    assert encode(Artifact(MODEL, TRAINING)) == encode(Artifact(MODEL, reordered))


def test_nan_in_the_training_record_is_never_written():
    with pytest.raises(ValueError, match="not JSON compliant"):
        encode(Artifact(MODEL, {"log_loss": float("nan")}))


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("schema_version", 1),
        ("schema_version", 3),
        ("schema_version", "2"),
        ("kind", "boosted_trees"),
        ("features", []),
    ],
)
def test_unknown_identity_is_unsupported_and_named(part, value):
    with pytest.raises(UnsupportedArtifactError, match=f"^the artifact's {part} is "):
        decode(changed(**{part: value}))


def test_feature_with_another_bound_is_unsupported():
    features = json.loads(encode(Artifact(MODEL, TRAINING)))["features"]
    features[0]["maximum"] = 365
    with pytest.raises(UnsupportedArtifactError, match="features is"):
        decode(changed(features=features))


@pytest.mark.parametrize("part", ["schema_version", "kind", "features"])
def test_missing_identity_is_damage(part):
    with pytest.raises(DamagedArtifactError, match=f"^the artifact has no {part}$"):
        decode(changed(**{part: None}))


@pytest.mark.parametrize("section", [None, {}, [], 7])
def test_incomplete_three_inputs_are_damage(section):
    with pytest.raises(DamagedArtifactError, match="three_inputs must be log_stability, log_decay"):
        decode(changed(three_inputs=section))


def test_history_that_is_null_is_damage():
    document = json.loads(encode(FULL)) | {"history": None}
    with pytest.raises(DamagedArtifactError, match="the history model must have exactly"):
        decode(json.dumps(document).encode())


def test_incomplete_history_is_damage():
    history = json.loads(encode(FULL))["history"]
    del history["known_learner"]
    with pytest.raises(DamagedArtifactError, match="must have exactly features, new_learner, known_learner"):
        decode(changed(history=history))


def test_history_of_other_features_is_unsupported():
    history = json.loads(encode(FULL))["history"]
    history["features"].reverse()
    with pytest.raises(UnsupportedArtifactError, match="history model's features are"):
        decode(changed(history=history))


@pytest.mark.parametrize("value", ["1.5", True, None, [1.5]])
def test_coefficient_that_is_no_number_is_damage(value):
    with pytest.raises(DamagedArtifactError, match="three_inputs must hold numbers"):
        decode(with_intercept(value))


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 1e300, 10**400])
def test_coefficient_out_of_range_is_unsupported(value):
    with pytest.raises(UnsupportedArtifactError, match=r"^intercept is "):
        decode(with_intercept(value))


@pytest.mark.parametrize("training", [None, "yesterday", []])
def test_missing_training_record_is_damage(training):
    with pytest.raises(DamagedArtifactError, match="no training record"):
        decode(changed(training=training))


@pytest.mark.parametrize("data", [b"", b"\xff\xfe", b"{", b"[" * 100_000, b"1" * 5000])
def test_bytes_that_are_no_json_are_damage(data):
    with pytest.raises(DamagedArtifactError, match="isn't JSON"):
        decode(data)


@pytest.mark.parametrize("data", [b"[]", b"null", b'"model"', b"1"])
def test_json_that_is_no_object_is_damage(data):
    with pytest.raises(DamagedArtifactError, match="isn't a JSON object"):
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


def test_ranges_are_read_in_the_order_of_the_features():
    ranges = {"difficulty": [1.5, 9], "days_since_last_review": [1, 300], "review_count": [1, 80]}
    read = decode(encode(Artifact(MODEL, {"ranges": ranges})))

    assert read.ranges == ((1, 300), (1, 80), (1.5, 9))


def test_artifact_without_ranges_has_none_that_end():
    assert Artifact(MODEL, {}).ranges == ((-inf, inf),) * 3


@pytest.mark.parametrize(
    "ranges", [[], {}, 7, {name: [1] for name in FEATURE_NAMES}, {key: ["a", "b"] for key in FEATURE_NAMES},
               dict.fromkeys(FEATURE_NAMES), {FEATURE_NAMES[0]: [0, 1]}],
)  # fmt: skip
def test_damaged_ranges_are_refused(ranges):
    document = json.loads(encode(Artifact(MODEL, {}))) | {"training": {"ranges": ranges}}

    with pytest.raises(DamagedArtifactError, match=r"training\.ranges"):
        decode(json.dumps(document).encode())
