"""Owners' ONNX models behind the pointer: what is served, equal to onnxruntime, in any batch."""

import math
import subprocess
import sys
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
from onnx import TensorProto

from onnx_models.check import ROWS
from onnx_models.model import load
from recall.features import FEATURE_NAMES

from .calls import lines_of
from .fakes import REFRESH_SECONDS, publish, refresh
from .onnx_files import MODELS, array, dense, made, node, value

LAMBDA_SRC = Path(__file__).parents[2] / "lambda_src"
CARDS = [(0.0, 1.0, 1.0), (0.5, 3.0, 4.2), (7.0, 12.0, 5.5), (90.0, 2.0, 9.9), (36_500.0, 10_000.0, 10.0)]


def by_onnxruntime(data, cards):
    """Return what onnxruntime itself predicts, without our code."""
    session = onnxruntime.InferenceSession(data)
    X = np.array(cards, np.float32)
    given = [info.name for info in session.get_inputs()]
    fed = {"x": X} if given == ["x"] else {name: X[:, i : i + 1] for i, name in enumerate(given)}
    return session.run(["p"], fed)[0][:, -1].tolist()


@pytest.mark.parametrize("name", MODELS)
def test_served_model_predicts_what_onnxruntime_does(name):
    assert load(MODELS[name]).predict(CARDS) == pytest.approx(by_onnxruntime(MODELS[name], CARDS), abs=1e-6)


@pytest.mark.parametrize("count", [1, 2, ROWS[-1], ROWS[-1] + 1, 1_000])
def test_any_number_of_cards_is_predicted_in_order(count):
    cards = [(float(i % 50), 1.0 + i % 7, 1.0 + i % 9) for i in range(count)]

    assert load(MODELS["dense"]).predict(cards) == pytest.approx(
        by_onnxruntime(MODELS["dense"], cards), abs=1e-6
    )


def test_no_cards_are_no_predictions():
    assert load(MODELS["dense"]).predict([]) == []


def test_boosted_trees_are_summed_and_squashed_by_hand():
    # Ten days or fewer and four reviews or fewer; difficulty over five.
    assert load(MODELS["trees"]).predict([(3.0, 4.0, 6.0)]) == [
        pytest.approx(1 / (1 + math.exp(-(0.4 - 0.2))), abs=1e-6)
    ]


def narrowed(kind, rank):
    """Return a model with its inputs of another type and rank, and the answer it must give."""
    width = [1] if rank == 2 else []
    inputs = [value(name, ["N", *width], kind) for name in FEATURE_NAMES]
    days = FEATURE_NAMES[0]
    steps = [node("Neg", days, "m"), node("Exp", "m", "p")]
    return made(steps, inputs=inputs, outputs=[value("p", ["N", *width], kind)]).SerializeToString()


@pytest.mark.parametrize("kind", [TensorProto.FLOAT, TensorProto.DOUBLE])
@pytest.mark.parametrize("rank", [1, 2])
def test_three_inputs_may_be_float32_or_float64_and_rows_or_columns(kind, rank):
    assert load(narrowed(kind, rank)).predict([(2.0, 1.0, 1.0), (0.0, 5.0, 5.0)]) == pytest.approx(
        [math.exp(-2), 1.0], abs=1e-6
    )


def test_inputs_may_stand_in_any_order():
    model = made(
        [node("Neg", "days_since_last_review", "m"), node("Exp", "m", "p")],
        inputs=[value(name, ["N", 1]) for name in reversed(FEATURE_NAMES)],
    )

    assert load(model.SerializeToString()).predict([(2.0, 7.0, 9.0)]) == [pytest.approx(math.exp(-2))]


def test_input_without_a_shape_takes_rows_of_three():
    model = dense()
    model.graph.input[0].type.tensor_type.ClearField("shape")

    assert load(model.SerializeToString()).predict(CARDS) == load(MODELS["dense"]).predict(CARDS)


def test_prediction_a_rounding_error_beyond_1_is_1():
    model = made(
        [node("Sub", "x x", "zero"), node("ReduceSum", "zero axis", "sum"), node("Add", "sum over", "p")],
        [array("axis", [1], np.int64), array("over", [1 + 5e-7])],
    )

    assert load(model.SerializeToString()).predict(CARDS) == [1.0] * len(CARDS)


def test_weights_that_are_also_inputs_are_weights():
    """So files of IR version 3 have them."""
    model = dense()
    model.ir_version = 3
    model.graph.input.extend(value(tensor.name, list(tensor.dims)) for tensor in model.graph.initializer)

    assert load(model.SerializeToString()).predict(CARDS) == load(MODELS["dense"]).predict(CARDS)


def test_description_says_what_made_the_model_and_of_what():
    assert load(MODELS["trees"]).description == {
        "format": "onnx",
        "producer": "tests",
        "opset": {"ai.onnx": 15, "ai.onnx.ml": 3},
        "operators": ["ai.onnx.ml.TreeEnsembleClassifier"],
        "onnxruntime": onnxruntime.__version__,
    }


def test_model_is_loaded_from_a_file_as_from_bytes(tmp_path):
    path = tmp_path / "model.onnx"
    path.write_bytes(MODELS["dense"])

    assert load(path).predict(CARDS) == load(MODELS["dense"]).predict(CARDS)


def test_published_model_is_served_by_the_next_refresh(store, reader):
    publish(reader.objects, "onnx-1", MODELS["dense"], format="onnx")
    model = store.current()

    assert model.version == "onnx-1"
    assert model.predict(CARDS) == load(MODELS["dense"]).predict(CARDS)
    assert model.description["training"] is None


def test_refused_model_leaves_the_last_good_one(store, reader, clock, capsys):
    publish(reader.objects, "good", MODELS["dense"], format="onnx")
    store.current()
    publish(reader.objects, "bad", MODELS["dense"][:-20], format="onnx")
    clock.now += REFRESH_SECONDS
    refresh(store)

    assert store.current().version == "good"
    assert lines_of(capsys)[0][0]["reason"].startswith(
        "model rejected: DamagedArtifactError: the file isn't a whole ONNX model"
    )


WITHOUT = """
import sys
sys.modules["onnxruntime"] = None
from inference.own_model import load_own
from recall.errors import ArtifactError
try:
    load_own(b"", "onnx", 512, "v")
except ArtifactError as error:
    print(type(error).__name__, error)
"""


def test_stage_without_onnxruntime_refuses_with_the_setting_to_change():
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT], cwd=LAMBDA_SRC, capture_output=True, text=True, check=True
    )

    assert done.stdout == (
        "UnsupportedArtifactError this stage doesn't serve ONNX models: set onnx to true (and runtime "
        "python3.12 or later) in cdk.json and deploy\n"
    )


CHECK_ALONE = """
import sys
from onnx_models.check import check
check(open(sys.argv[1], "rb").read())
print(sorted({"numpy", "onnxruntime", "sklearn"} & set(sys.modules)))
"""


def test_check_needs_the_standard_library_only(tmp_path):
    path = tmp_path / "model.onnx"
    path.write_bytes(MODELS["dense"])
    done = subprocess.run(
        [sys.executable, "-S", "-c", CHECK_ALONE, str(path)],
        cwd=LAMBDA_SRC,
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout == "[]\n"
