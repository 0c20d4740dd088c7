"""ONNX files that aren't served: each refused before onnxruntime reads it, with what to do instead."""

import numpy as np
import pytest
from onnx import ModelProto, TensorProto, helper

from onnx_models.check import check
from onnx_models.model import load
from recall.errors import ArtifactError, DamagedArtifactError, UnsupportedArtifactError

from .onnx_files import ML, MODELS, array, changed, dense, linear, made, node, refusal, trees, value, weights

DENSE = MODELS["dense"]


def with_node(name, *inputs, domain="", **attributes):
    """Return a model whose prediction doesn't depend on an operator that it has."""
    extra = helper.make_node(name, inputs or ["x"], ["extra"], domain=domain, **attributes)
    return changed(dense, lambda model: model.graph.node.append(extra))


@pytest.mark.parametrize(
    "data",
    [b"", b"\x00", b"no model", b'{"kind": "power_curve"}', b"PK\x03\x04" + bytes(60), b"\x89HDF\r\n\x1a\n"],
    ids=["empty", "a zero", "text", "JSON", "zip", "HDF5"],
)
def test_what_is_no_onnx_file_is_refused(data):
    with pytest.raises(ArtifactError, match="ONNX"):
        check(data)


def test_every_cut_of_a_file_is_refused():
    data = changed(dense, lambda model: model.opset_import.pop()).SerializeToString()
    check(data)

    for end in range(len(data)):
        with pytest.raises(ArtifactError):
            check(data[:end])


def test_bytes_after_the_model_are_refused():
    assert "isn't a whole ONNX model" in refusal(DENSE + b"\x0a\xff", DamagedArtifactError)


def test_second_graph_which_a_library_would_merge_into_the_first_is_refused():
    other = ModelProto(graph=made([node("Relu", "x", "y")]).graph).SerializeToString()

    assert "a model has graph more than 1 times" in refusal(DENSE + other, DamagedArtifactError)


LOOP = helper.make_node(
    "Loop",
    ["x"],
    ["y"],
    body=helper.make_graph([node("Relu", "a", "b")], "body", [value("a", [1])], [value("b", [1])]),
)
OUTSIDE = helper.make_tensor("w1", TensorProto.FLOAT, [8, 3], weights(8, 3))
OUTSIDE.ClearField("float_data")
OUTSIDE.data_location = TensorProto.EXTERNAL
OUTSIDE.external_data.add(key="location", value="/etc/passwd")
FUNCTION = helper.make_function(
    "own", "F", ["a"], ["b"], [node("Relu", "a", "b")], [helper.make_opsetid("", 20)]
)
ZIPPED = helper.make_tensor_sequence_value_info("p", TensorProto.FLOAT, None)


REFUSED = {
    "a loop": (
        changed(dense, lambda model: model.graph.node.append(LOOP)),
        "the ONNX file has a loop or a branch (Loop, If, Scan, SequenceMap), which could run without end: "
        "export a model that computes every row alike, without Python's loops and conditions",
    ),
    "a loop without a body": (
        with_node("Loop"),
        "the ONNX model has the operator Loop, which isn't served: a file could run without end; "
        "compute every row alike, without Python's loops and conditions",
    ),
    "functions": (
        changed(dense, lambda model: model.functions.append(FUNCTION)),
        "the ONNX file has functions of its own: export it with the framework's standard operators only",
    ),
    "a training graph": (
        changed(dense, lambda model: model.training_info.add()),
        "the ONNX file has a training graph: export it for inference (model.eval())",
    ),
    "weights outside": (
        changed(dense, lambda model: model.graph.initializer[0].CopyFrom(OUTSIDE)),
        "the ONNX file has weights in another file: export it as one file "
        "(external_data=False in torch.onnx.export)",
    ),
    "ZipMap's output": (
        changed(linear, lambda model: model.graph.output[1].CopyFrom(ZIPPED)),
        "the ONNX file has an output that is a list of dictionaries (ZipMap): convert it with zipmap=False "
        '(onnxmltools) or options={"zipmap": False} (skl2onnx)',
    ),
    "ZipMap": (
        with_node("ZipMap", domain=ML),
        "the ONNX model has the operator ai.onnx.ml.ZipMap, which isn't served: convert it with zipmap=False "
        '(onnxmltools) or options={"zipmap": False} (skl2onnx)',
    ),
    "random numbers": (
        with_node("RandomNormalLike"),
        "the ONNX model has the operator RandomNormalLike, which isn't served: predictions must not be "
        "random; export it for inference (model.eval())",
    ),
    "dropout": (
        with_node("Dropout"),
        "the ONNX model has the operator Dropout, which isn't served: export it for inference (model.eval())",
    ),
    "quantised weights": (
        with_node("DynamicQuantizeLinear"),
        "the ONNX model has the operator DynamicQuantizeLinear, which isn't served: a card's prediction "
        "would depend on the other cards; export it in float32",
    ),
    "a custom operator": (
        with_node("Own", domain="com.example"),
        "the ONNX model has the operator com.example.Own, which isn't served: only the operators of ONNX "
        "itself and of ai.onnx.ml are served; export it without custom ones",
    ),
    "support vectors": (
        with_node("SVMClassifier", domain=ML),
        "the ONNX model has the operator ai.onnx.ml.SVMClassifier, which isn't served: publish it as a skops "
        "file (publish --sklearn)",
    ),
    "a result of unknown size": (
        with_node("NonZero"),
        "the ONNX model has the operator NonZero, which isn't served: use dense layers, their activations "
        "and arithmetic, or trees",
    ),
    "an opset to come": (
        changed(dense, lambda model: setattr(model.opset_import[0], "version", 29)),
        "the ONNX model's opset of ai.onnx is 29, served are 7 to 28: export it with another one",
    ),
    "an IR version to come": (
        changed(dense, lambda model: setattr(model, "ir_version", 15)),
        "the ONNX file is of IR version 15, known are 1 to 14: export it with an older opset, such as 20",
    ),
    "a fixed batch": (
        made(
            [node("Gemm", "x w", "o"), node("Sigmoid", "o", "p")],
            [array("w", weights(3, 1))],
            [value("x", [7, 3])],
        ),
        "the ONNX model's input x has 7 rows, always: export it with a free number of rows (dynamic_shapes "
        "or dynamic_axes in torch.onnx.export, [None, 3] in onnxmltools and skl2onnx)",
    ),
    "four features": (
        made([node("ReduceMax", "x", "p")], inputs=[value("x", ["N", 4])]),
        "the ONNX model's input x has shape [N, 4]: it must have one input of shape [N, 3] in the order "
        "days_since_last_review, review_count, difficulty, or three inputs of these names",
    ),
    "two inputs": (
        made([node("Add", "a b", "p")], inputs=[value("a", ["N", 1]), value("b", ["N", 1])]),
        "the ONNX model's inputs are a, b: it must have one input of shape [N, 3] in the order "
        "days_since_last_review, review_count, difficulty, or three inputs of these names",
    ),
    "whole numbers in": (
        made([node("Cast", "x", "p", to=1)], inputs=[value("x", ["N", 3], TensorProto.INT64)]),
        "the ONNX model's input x is of type int64: export it with float32 inputs",
    ),
    "float16": (
        made([node("Cast", "x", "p", to=1)], inputs=[value("x", ["N", 3], TensorProto.FLOAT16)]),
        "the ONNX model's input x is of type float16: export the model in float32",
    ),
    "float16 within": (
        made([node("Cast", "x", "h", to=10), node("Cast", "h", "p", to=1)]),
        "a result of the ONNX file's Cast is of type float16: export the model in float32",
    ),
    "texts as classes": (
        trees(classlabels_int64s=None, classlabels_strings=["no", "yes"]),
        "the ONNX model's ai.onnx.ml.TreeEnsembleClassifier can't be served: its classes aren't integers: "
        "fit it on the classes 0 (forgotten) and 1 (recalled)",
    ),
    "two outputs of floats": (
        changed(dense, lambda model: model.graph.output.append(value("h", ["N", 8]))),
        "the ONNX model's outputs are p (float32), h (float32): it must have one of float32 or float64, the "
        "recall probability, and besides it at most labels of int64",
    ),
    "labels only": (
        changed(linear, lambda model: model.graph.output.pop()),
        "the ONNX model's outputs are label (int64): it must have one of float32 or float64, the recall "
        "probability, and besides it at most labels of int64",
    ),
    "three classes": (
        made([node("Softmax", "x", "p")], outputs=[value("p", ["N", 3])]),
        "the ONNX model's output has shape [1, 3] for 1 rows: it must be [N], [N, 1] or [N, 2] (forgotten, "
        "recalled)",
    ),
    "one prediction for all cards": (
        made([node("ReduceMean", "x", "p", keepdims=0)], outputs=[value("p", [])]),
        "the ONNX model's output has shape [] for 1 rows: it must be [N], [N, 1] or [N, 2] (forgotten, "
        "recalled); export it with a free number of rows (dynamic_shapes or dynamic_axes in "
        "torch.onnx.export, [None, 3] in onnxmltools and skl2onnx)",
    ),
    "normalisation by the batch": (
        made(
            [node("BatchNormalization", "x s b m v", "n", training_mode=1), node("ReduceMean", "n a", "p")],
            [*(array(name, np.ones(3)) for name in "sbmv"), array("a", [1], np.int64)],
        ),
        "the ONNX model's BatchNormalization can't be served: it normalises by the batch: export the model "
        "for inference (model.eval())",
    ),
    "a shape made of the cards": (
        made([node("Cast", "x", "s", to=7), node("Reshape", "x s", "r"), node("ReduceMax", "r", "p")]),
        "the ONNX model's Reshape can't be served: its shape would be computed from the cards' values: make "
        "it a constant",
    ),
    "integers divided by the cards": (
        made([node("Cast", "x", "i", to=7), node("Div", "i i", "d"), node("Cast", "d", "p", to=1)]),
        "the ONNX model's Div can't be served: it divides integers by what isn't a constant over 0: divide "
        "floats",
    ),
}


@pytest.mark.parametrize(("model", "message"), REFUSED.values(), ids=REFUSED)
def test_model_is_refused_with_the_way_out(model, message):
    assert refusal(model) == message


def test_too_large_a_file_is_refused_by_its_size():
    with pytest.raises(UnsupportedArtifactError, match=r"^the model has \d+ bytes, allowed are 100, a share"):
        check(DENSE, 100)


def load_refusal(model):
    with pytest.raises(UnsupportedArtifactError) as caught:
        load(model.SerializeToString())
    return str(caught.value)


def test_model_that_predicts_no_probability_names_the_card():
    unbounded = made([node("ReduceMean", "x a", "p")], [array("a", [1], np.int64)])

    assert load_refusal(unbounded) == (
        "the ONNX model fails on cards within the features' bounds: it predicts 2.16667 for "
        "days_since_last_review 0, review_count 1, difficulty 5.5, which is no probability: end it with a "
        "sigmoid, or clip it to 0 and 1"
    )


def test_model_that_predicts_no_number_is_refused():
    assert "it predicts nan for" in load_refusal(
        made(
            [node("Sub", "x x", "z"), node("Div", "z z", "n"), node("ReduceMean", "n a", "p")],
            [array("a", [1], np.int64)],
        )
    )


def test_row_that_depends_on_its_batch_is_refused():
    by_batch = made(
        [
            node("ReduceMean", "x rows", "mean", keepdims=1),
            node("Sub", "x mean", "rest"),
            node("ReduceMean", "rest columns", "one"),
            node("Sigmoid", "one", "p"),
        ],
        [array("rows", [0], np.int64), array("columns", [1], np.int64)],
    )

    assert load_refusal(by_batch).endswith(
        "when other cards are beside it: export it for inference (model.eval()), with a free number of rows "
        "and without quantisation"
    )


def test_what_onnxruntime_refuses_is_one_line_of_ours(capfd):
    unknown = changed(
        dense, lambda model: model.graph.node[1].attribute.append(helper.make_attribute("no", 1))
    )

    assert load_refusal(unknown).startswith("onnxruntime can't load the model (")
    assert capfd.readouterr() == ("", "")
