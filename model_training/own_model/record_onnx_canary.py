r"""Records the ONNX models and predictions that the deployed canary compares with.

Another onnxruntime must predict them as well, so they are recorded once, with any::

    python model_training/own_model/record_onnx_canary.py
"""

from __future__ import annotations

import json
from pathlib import Path

import lightgbm
import numpy as np
from onnx import ModelProto, TensorProto, helper, numpy_helper
from onnxmltools import convert_lightgbm
from onnxmltools.convert.common.data_types import FloatTensorType

from model_training.own_model.record_canary import CARDS, KNOWN, SEED, reviews
from onnx_models.model import load

FOLDER = KNOWN / "onnx"
WIDTH = 8
OPSET = 15


def network() -> ModelProto:
    """Return a network of two layers with the functions that exporters write most."""
    random = np.random.default_rng(SEED)
    constants = {
        "scale": np.array([0.05, 0.1, 0.2]),
        "w1": random.normal(0, 0.5, (3, WIDTH)),
        "b1": random.normal(0, 0.5, WIDTH),
        "w2": random.normal(0, 0.5, (WIDTH, 1)),
        "b2": np.zeros(1),
    }
    steps = [
        ("Mul", ["x", "scale"]),
        ("Gemm", ["Mul", "w1", "b1"]),
        ("Tanh", ["Gemm"]),
        ("MatMul", ["Tanh", "w2"]),
        ("Add", ["MatMul", "b2"]),
        ("Sigmoid", ["Add"]),
    ]
    graph = helper.make_graph(
        [helper.make_node(op, inputs, [op]) for op, inputs in steps],
        "network",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["N", 3])],
        [helper.make_tensor_value_info("Sigmoid", TensorProto.FLOAT, ["N", 1])],
        [numpy_helper.from_array(numbers.astype(np.float32), name) for name, numbers in constants.items()],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=8)


def boosted() -> ModelProto:
    """Return boosted trees of LightGBM."""
    X, y = reviews()
    model = lightgbm.LGBMClassifier(
        n_estimators=4, num_leaves=6, monotone_constraints=[-1, 0, -1], random_state=SEED, verbose=-1
    ).fit(X, y)
    kinds = [("x", FloatTensorType([None, 3]))]
    return convert_lightgbm(model, initial_types=kinds, zipmap=False, target_opset=OPSET)


def main() -> None:
    """Write the models with their predictions."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    answers = {}
    for name, model in {"network": network(), "trees": boosted()}.items():
        path = Path(FOLDER, f"{name}.onnx")
        path.write_bytes(model.SerializeToString())
        answers[name] = load(path).predict([(days, count, difficulty) for days, count, difficulty in CARDS])
    (FOLDER / "answers.json").write_text(json.dumps({"cards": CARDS, "answers": answers}, indent=1) + "\n")
    print(FOLDER)


if __name__ == "__main__":
    main()
