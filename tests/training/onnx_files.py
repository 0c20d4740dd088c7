"""Small ONNX models in the one form that every test of publishing can reason about: a logistic curve."""

import numpy as np
from onnx import TensorProto, helper, numpy_helper
from onnx.checker import check_model

OPSET = 20


def logistic(weights=(-0.6, 0.2, -0.15), intercept=3.0, *, rows="N", columns=3, kind=TensorProto.FLOAT):
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
    model = helper.make_model(graph, producer_name="tests", opset_imports=[opset], ir_version=9)
    check_model(model)
    return model.SerializeToString()
