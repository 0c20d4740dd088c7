"""Small ONNX models as exporters write them, made by the onnx package."""

import numpy as np
import pytest
from onnx import ModelProto, TensorProto, helper, numpy_helper

from onnx_models.check import check
from recall.errors import ArtifactError, UnsupportedArtifactError
from recall.features import FEATURE_NAMES

ML = "ai.onnx.ml"
ROWS = ["N", 3]


def value(name, dims, kind=TensorProto.FLOAT):
    return helper.make_tensor_value_info(name, kind, dims)


def array(name, numbers, kind=np.float32):
    return numpy_helper.from_array(np.array(numbers, kind), name)


def made(nodes, constants=(), inputs=None, outputs=None, opset=20) -> ModelProto:
    graph = helper.make_graph(
        list(nodes), "g", inputs or [value("x", ROWS)], outputs or [value("p", ["N", 1])], list(constants)
    )
    opsets = [helper.make_opsetid("", opset), helper.make_opsetid(ML, 3)]
    return helper.make_model(graph, opset_imports=opsets, ir_version=10, producer_name="tests")


def node(op, inputs, outputs, **attributes):
    return helper.make_node(op, inputs.split(), outputs.split(), **attributes)


def weights(*dims, seed=4):
    return np.random.default_rng(seed).normal(0, 0.3, dims).astype(np.float32)


def dense() -> ModelProto:
    """Return a network of two layers, as torch.onnx.export writes it."""
    return made(
        [
            node("Gemm", "x w1 b1", "h", transB=1),
            node("Relu", "h", "r"),
            node("LayerNormalization", "r s c", "l", axis=-1),
            node("Gemm", "l w2 b2", "o", transB=1),
            node("Sigmoid", "o", "p"),
        ],
        [
            array("w1", weights(8, 3)),
            array("b1", weights(8)),
            array("s", np.ones(8)),
            array("c", np.zeros(8)),
            array("w2", weights(1, 8)),
            array("b2", weights(1)),
        ],
    )


def monotone() -> ModelProto:
    """Return ``exp(-log1p(days) softplus(network(review count, difficulty)))``, as Keras writes such."""
    return made(
        [
            node("Slice", "x zero one one", "days"),
            node("Slice", "x one three one", "rest"),
            node("Relu", "days", "positive"),
            node("Add", "positive unit", "more"),
            node("Log", "more", "t"),
            node("MatMul", "rest w1", "m"),
            node("Tanh", "m", "h"),
            node("MatMul", "h w2", "n"),
            node("Softplus", "n", "s"),
            node("Mul", "t s", "ts"),
            node("Neg", "ts", "minus"),
            node("Exp", "minus", "p"),
        ],
        [
            *(array(name, [at], np.int64) for name, at in (("zero", 0), ("one", 1), ("three", 3))),
            array("unit", [1.0]),
            array("w1", weights(2, 8)),
            array("w2", weights(8, 1)),
        ],
    )


def linear() -> ModelProto:
    """Return a scaled logistic regression, as skl2onnx writes it, with the labels that it adds."""
    return made(
        [
            helper.make_node(
                "Scaler", ["x"], ["s"], domain=ML, offset=[10.0, 5.0, 5.0], scale=[0.01, 0.1, 0.2]
            ),
            helper.make_node(
                "LinearClassifier",
                ["s"],
                ["label", "p"],
                domain=ML,
                classlabels_ints=[0, 1],
                coefficients=[0.5, -0.3, 0.2, -0.5, 0.3, -0.2],
                intercepts=[-0.1, 0.1],
                post_transform="LOGISTIC",
            ),
        ],
        outputs=[value("label", ["N"], TensorProto.INT64), value("p", ["N", 2])],
    )


def trees(**changes) -> ModelProto:
    """Return two boosted trees, as onnxmltools writes them; keywords replace attributes, None drops one."""
    attributes = {
        "nodes_treeids": [0] * 5 + [1] * 3,
        "nodes_nodeids": [0, 1, 2, 3, 4, 0, 1, 2],
        "nodes_featureids": [0, 1, 0, 0, 0, 2, 0, 0],
        "nodes_values": [10.0, 4.0, 0.0, 0.0, 0.0, 5.0, 0.0, 0.0],
        "nodes_modes": ["BRANCH_LEQ", "BRANCH_LEQ", "LEAF", "LEAF", "LEAF", "BRANCH_LEQ", "LEAF", "LEAF"],
        "nodes_truenodeids": [1, 3, 0, 0, 0, 1, 0, 0],
        "nodes_falsenodeids": [2, 4, 0, 0, 0, 2, 0, 0],
        "nodes_missing_value_tracks_true": [0] * 8,
        "class_treeids": [0, 0, 0, 1, 1],
        "class_nodeids": [2, 3, 4, 1, 2],
        "class_ids": [0] * 5,
        "class_weights": [-0.7, 0.4, 1.2, 0.3, -0.2],
        "classlabels_int64s": [0, 1],
        "post_transform": "LOGISTIC",
    }
    ensemble = helper.make_node(
        "TreeEnsembleClassifier", ["x"], ["label", "p"], domain=ML, **attributes | changes
    )
    return made(
        [ensemble], outputs=[value("label", ["N"], TensorProto.INT64), value("p", ["N", 2])], opset=15
    )


def reshaped() -> ModelProto:
    """Return a model that computes shapes from the number of rows, as torch does for attention."""
    return made(
        [
            node("Shape", "x", "shape"),
            node("Gather", "shape first", "rows", axis=0),
            node("Unsqueeze", "rows axis", "row"),
            node("Concat", "row tail", "target", axis=0),
            node("Reshape", "x target", "cells"),
            node("Transpose", "cells", "turned", perm=[0, 2, 1]),
            node("MatMul", "cells turned", "products"),
            node("Softmax", "products", "shares", axis=-1),
            node("ReduceMean", "shares last", "means", keepdims=0),
            node("ReduceMax", "means second", "p", keepdims=1),
        ],
        [
            array("first", 0, np.int64),
            array("axis", [0], np.int64),
            array("tail", [3, 1], np.int64),
            array("last", [2], np.int64),
            array("second", [1], np.int64),
        ],
        opset=18,
    )


def three_inputs() -> ModelProto:
    """Return a model with an input for each feature."""
    return made(
        [
            node("Concat", " ".join(FEATURE_NAMES), "x", axis=1),
            node("MatMul", "x w", "o"),
            node("Sigmoid", "o", "p"),
        ],
        [array("w", weights(3, 1))],
        inputs=[value(name, ["N", 1]) for name in FEATURE_NAMES],
    )


MODELS = {
    made_by.__name__: made_by().SerializeToString()
    for made_by in (dense, monotone, linear, trees, reshaped, three_inputs)
}


def refusal(model, kind=UnsupportedArtifactError):
    """Return the message with which a file is refused, by the check alone."""
    data = model.SerializeToString() if isinstance(model, ModelProto) else model
    with pytest.raises(ArtifactError) as caught:
        check(data)
    assert type(caught.value) is kind, caught.value
    assert "\n" not in str(caught.value)
    return str(caught.value)


def changed(build, change):
    """Return a model after a change to it."""
    model = build()
    change(model)
    return model
