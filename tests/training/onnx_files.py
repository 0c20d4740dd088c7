"""ONNX models to publish: a logistic curve, so that tests can say what it predicts, and a hostile one."""

from onnx import TensorProto, helper

from tests.functional.onnx_files import array, made, node, value


def logistic(
    weights=(-0.6, 0.2, -0.15), intercept=3.0, *, rows="N", kind=TensorProto.FLOAT, producer="tests"
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
    kind : int
        The type of the input and all within, from `onnx.TensorProto`.
    producer : str
        What the file says that exported it.
    """
    numbers = helper.tensor_dtype_to_np_dtype(kind)
    model = made(
        [
            node("Add", "features one", "greater"),
            node("Log", "greater", "logs"),
            node("MatMul", "logs weights", "product"),
            node("Add", "product intercept", "logit"),
            node("Sigmoid", "logit", "recall"),
        ],
        [
            array("one", [1], numbers),
            array("weights", [[weight] for weight in weights], numbers),
            array("intercept", [intercept], numbers),
        ],
        inputs=[value("features", [rows, len(weights)], kind)],
        outputs=[value("recall", [rows, 1], kind)],
    )
    model.producer_name = producer
    return model.SerializeToString()


def endless_loop():
    """Return a small model file that would never end: a loop whose condition stays true."""
    body = helper.make_graph(
        [node("Identity", "go_on", "goes_on"), node("Identity", "x", "y")],
        "body",
        [value("i", [], TensorProto.INT64), value("go_on", [], TensorProto.BOOL), value("x", ["N", 3])],
        [value("goes_on", [], TensorProto.BOOL), value("y", ["N", 3])],
    )
    loop = helper.make_node("Loop", ["", "true", "x"], ["p"], body=body)
    return made([loop], [array("true", True, bool)], outputs=[value("p", ["N", 3])]).SerializeToString()
