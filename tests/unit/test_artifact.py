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
from recall.curve import LINES, PowerCurve
from recall.errors import ArtifactError, DamagedArtifactError, UnsupportedArtifactError
from recall.features import FEATURE_NAMES

from .histories import FSRS_MODEL, random_model, seeded
from .strategies import curves

CODE = Path(__file__).parents[2] / "lambda_src"

CURVE = PowerCurve((0.4, 2.1, -0.1), (1.5, 1.0, 2.7), (-1.3, -0.1, 0.8))
SCHEDULE = PowerCurve((0.2, 1.9, -0.2), (1.4, 0.9, 2.6), (-1.2, -0.2, 0.7))
TRAINING = {"reviews": 120, "simulated": True, "metrics": {"log_loss": 0.34, "auc": None}}
FULL = Artifact(CURVE, TRAINING, SCHEDULE, FSRS_MODEL)


def changed(**parts):
    """Return a valid document with top-level parts replaced; None removes one."""
    document = json.loads(encode(FULL)) | parts
    return json.dumps({key: value for key, value in document.items() if value is not None}).encode()


def with_coefficient(value):
    parameters = json.loads(encode(Artifact(CURVE, TRAINING)))["parameters"]
    parameters["decay"]["intercept"] = value
    return changed(parameters=parameters)


def lines(curve):
    return [getattr(curve, line) for line in LINES]


@given(curves(), st.dictionaries(st.text(), st.integers() | st.text() | st.booleans() | st.none()))
def test_round_trip_returns_the_same_artifact(curve, training):
    returned = decode(encode(Artifact(curve, training)))
    assert returned.training == training
    assert lines(returned.curve) == lines(curve)
    assert (returned.schedule, returned.history) == (None, None)


@given(curves(), st.integers(0, 1_000))
def test_round_trip_returns_the_same_schedule_and_history(schedule, seed):
    history = random_model(seeded(seed))
    returned = decode(encode(Artifact(CURVE, TRAINING, schedule, history)))
    assert lines(returned.curve) == lines(CURVE)
    assert lines(returned.schedule) == lines(schedule)
    assert returned.history.to_dict() == history.to_dict()


def test_sections_that_a_model_lacks_are_not_written():
    assert not {"schedule", "history"} & set(json.loads(encode(Artifact(CURVE, TRAINING))))


def test_later_versions_sections_are_passed_over():
    assert lines(decode(changed(sleep={"hours": 8})).curve) == lines(CURVE)


@pytest.mark.parametrize(
    ("artifact", "loaded"),
    [(Artifact(CURVE, TRAINING, SCHEDULE), "False"), (FULL, "True")],
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
    assert encode(Artifact(CURVE, TRAINING)) == encode(Artifact(CURVE, reordered))


def test_nan_in_the_training_record_is_never_written():
    with pytest.raises(ValueError, match="not JSON compliant"):
        encode(Artifact(CURVE, {"log_loss": float("nan")}))


@pytest.mark.parametrize(
    ("part", "value"),
    [("schema_version", 2), ("schema_version", "1"), ("kind", "boosted_trees"), ("features", [])],
)
def test_unknown_identity_is_unsupported_and_named(part, value):
    with pytest.raises(UnsupportedArtifactError, match=f"^the artifact's {part} is "):
        decode(changed(**{part: value}))


def test_feature_with_another_bound_is_unsupported():
    features = json.loads(encode(Artifact(CURVE, TRAINING)))["features"]
    features[0]["maximum"] = 365
    with pytest.raises(UnsupportedArtifactError, match="features is"):
        decode(changed(features=features))


@pytest.mark.parametrize("part", ["schema_version", "kind", "features"])
def test_missing_identity_is_damage(part):
    with pytest.raises(DamagedArtifactError, match=f"^the artifact has no {part}$"):
        decode(changed(**{part: None}))


@pytest.mark.parametrize(
    ("parameters", "problem"),
    [
        (None, "parameters must be log_time_scale, decay, slip"),
        ({}, "parameters must be"),
        ({"log_time_scale": {}, "decay": {}, "slip": {}}, "log_time_scale must have intercept"),
        ({"log_time_scale": [1, 2, 3], "decay": {}, "slip": {}}, "log_time_scale must have"),
    ],
)
def test_incomplete_parameters_are_damage(parameters, problem):
    with pytest.raises(DamagedArtifactError, match=problem):
        decode(changed(parameters=parameters))


@pytest.mark.parametrize(
    ("section", "problem"),
    [
        ([], "schedule must be log_time_scale, decay, slip"),
        ({"log_time_scale": {}, "decay": {}, "slip": {}}, r"schedule\.log_time_scale must have intercept"),
    ],
)
def test_incomplete_schedule_is_damage(section, problem):
    with pytest.raises(DamagedArtifactError, match=problem):
        decode(changed(schedule=section))


@pytest.mark.parametrize("name", ["schedule", "history"])
def test_section_that_is_null_is_damage(name):
    document = json.loads(encode(FULL)) | {name: None}
    with pytest.raises(DamagedArtifactError, match=f"{name}.* must "):
        decode(json.dumps(document).encode())


def test_schedule_of_wrong_sign_is_unsupported():
    schedule = json.loads(encode(FULL))["schedule"]
    schedule["decay"]["logit_difficulty"] = -0.5
    with pytest.raises(UnsupportedArtifactError, match="recall would rise with difficulty"):
        decode(changed(schedule=schedule))


def test_incomplete_history_is_damage():
    history = json.loads(encode(FULL))["history"]
    del history["learner"]
    with pytest.raises(
        DamagedArtifactError, match="history model must have exactly features, history, learner"
    ):
        decode(changed(history=history))


def test_history_of_other_features_is_unsupported():
    history = json.loads(encode(FULL))["history"]
    history["features"].reverse()
    with pytest.raises(UnsupportedArtifactError, match="history model's features are"):
        decode(changed(history=history))


@pytest.mark.parametrize("value", ["1.5", True, None, [1.5]])
def test_coefficient_that_is_no_number_is_damage(value):
    with pytest.raises(DamagedArtifactError, match="decay must hold numbers"):
        decode(with_coefficient(value))


def test_integer_beyond_any_float_is_damage():
    with pytest.raises(DamagedArtifactError, match="decay holds a number too large"):
        decode(with_coefficient(10**400))


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 1e300])
def test_coefficient_out_of_range_is_unsupported(value):
    with pytest.raises(UnsupportedArtifactError, match=r"decay\.intercept is "):
        decode(with_coefficient(value))


def test_wrong_sign_is_unsupported():
    parameters = json.loads(encode(Artifact(CURVE, TRAINING)))["parameters"]
    parameters["slip"]["logit_difficulty"] = -0.5
    with pytest.raises(UnsupportedArtifactError, match="recall would rise with difficulty"):
        decode(changed(parameters=parameters))


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
        curve = decode(bytes(data)).curve
    except ArtifactError:
        return  # refused as such; any other exception fails the test
    # the noise hit a digit or the training record: what was read is still a usable curve
    assert 0.0 <= curve.recall_probability(10.0, 3, 4.0) <= 1.0


def test_ranges_are_read_in_the_order_of_the_features():
    ranges = {"difficulty": [1.5, 9], "days_since_last_review": [1, 300], "review_count": [1, 80]}
    read = decode(encode(Artifact(CURVE, {"ranges": ranges})))

    assert read.ranges == ((1, 300), (1, 80), (1.5, 9))


def test_artifact_without_ranges_has_none_that_end():
    assert Artifact(CURVE, {}).ranges == ((-inf, inf),) * 3


@pytest.mark.parametrize(
    "ranges", [[], {}, 7, {name: [1] for name in FEATURE_NAMES}, {key: ["a", "b"] for key in FEATURE_NAMES},
               dict.fromkeys(FEATURE_NAMES), {FEATURE_NAMES[0]: [0, 1]}],
)  # fmt: skip
def test_damaged_ranges_are_refused(ranges):
    document = json.loads(encode(Artifact(CURVE, {}))) | {"training": {"ranges": ranges}}

    with pytest.raises(DamagedArtifactError, match=r"training\.ranges"):
        decode(json.dumps(document).encode())
