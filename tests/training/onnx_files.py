"""Small ONNX models: a logistic curve, of which every test can say what it predicts, and a hostile one."""

import numpy as np
from onnx import TensorProto, helper, numpy_helper
from onnx.checker import check_model

OPSET = 20


def logistic(
    weights=(-0.6, 0.2, -0.15),
    intercept=3.0,
    *,
    rows="N",
    columns=3,
    kind=TensorProto.FLOAT,
    producer="tests",
):
    """Return a model file: sigmoid(intercept + weights · log(1 + features)).

    Parameters
    ----------
    weights : sequence of float
        Of days, review count and difficulty: negative ones make recall fall.
    intercept : float
        The logit of a card of zeros.
    rows : str or int
        The number of cards that a call may hold; a name for any.
    columns : int
        The number of features.
    kind : int
        The type of the input and all within, from `onnx.TensorProto`.
    producer : str
        What the file says that exported it.
    """
    numbers = helper.tensor_dtype_to_np_dtype(kind)
    constants = {"one": [1], "weights": [[weight] for weight in weights], "intercept": [intercept]}
    graph = helper.make_graph(
        [
            helper.make_node("Add", ["features", "one"], ["greater"]),
            helper.make_node("Log", ["greater"], ["logs"]),
            helper.make_node("MatMul", ["logs", "weights"], ["product"]),
            helper.make_node("Add", ["product", "intercept"], ["logit"]),
            helper.make_node("Sigmoid", ["logit"], ["recall"]),
        ],
        "logistic",
        [helper.make_tensor_value_info("features", kind, [rows, columns])],
        [helper.make_tensor_value_info("recall", kind, [rows, 1])],
        [numpy_helper.from_array(np.array(values, numbers), name) for name, values in constants.items()],
    )
    opset = helper.make_opsetid("", OPSET)
    model = helper.make_model(graph, producer_name=producer, opset_imports=[opset], ir_version=9)
    check_model(model)
    return model.SerializeToString()


def endless_loop():
    """Return a small model file that would never end: a loop whose condition stays true."""
    scalar = [helper.make_tensor_value_info("go_on", TensorProto.BOOL, [])]
    body = helper.make_graph(
        [helper.make_node("Identity", ["go_on"], ["goes_on"]), helper.make_node("Identity", ["x"], ["y"])],
        "body",
        [helper.make_tensor_value_info("i", TensorProto.INT64, []), *scalar,
         helper.make_tensor_value_info("x", TensorProto.FLOAT, ["N", 3])],
        [helper.make_tensor_value_info("goes_on", TensorProto.BOOL, []),
         helper.make_tensor_value_info("y", TensorProto.FLOAT, ["N", 3])],
    )  # fmt: skip
    graph = helper.make_graph(
        [helper.make_node("Loop", ["", "true", "features"], ["recall"], body=body)],
        "endless",
        [helper.make_tensor_value_info("features", TensorProto.FLOAT, ["N", 3])],
        [helper.make_tensor_value_info("recall", TensorProto.FLOAT, ["N", 3])],
        [numpy_helper.from_array(np.array(True), "true")],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)]).SerializeToString()
