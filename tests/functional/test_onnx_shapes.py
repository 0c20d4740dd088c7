"""Every operator's rule says what onnxruntime really makes: type, shape and, where followed, content."""

import numpy as np
import onnxruntime
import pytest
from onnx import ModelProto, helper

from onnx_models.check import ROWS, follow
from onnx_models.onnx_file import read_model
from onnx_models.operators import ML, RULES
from onnx_models.signature import feeds
from onnx_models.values import KINDS

from .onnx_files import MODELS, array, made, node, value

INTEGERS = {
    "axis0": [0],
    "axis1": [1],
    "both": [0, 1],
    "last": [-1],
    "before": [-1000],
    "greatest": [2**63 - 1],
    "two": [2],
    "three": [3],
    "shape": [0, 3, 1],
    "flat": [-1],
    "wide": [2, 1, 3],
    "repeats": [2, 2],
    "parts": [1, 2],
    "none": [],
}
CONSTANTS = [
    *(array(name, numbers, np.int64) for name, numbers in INTEGERS.items()),
    *(array(name, number, np.int64) for name, number in (("zero", 0), ("one", 1), ("ten", 10), ("five", 5))),
    array("w", np.ones((3, 2))),
    array("b", np.ones(2)),
    array("ones", np.ones(3)),
    array("axis_value", [7.0]),
    array("yes", [True, False, True], bool),
    array("off", [0.0, 1.0]),
]
UNARY = (
    "Abs Acos Acosh Asin Asinh Atan Atanh Ceil Celu Cos Cosh Elu Erf Exp Floor Gelu HardSigmoid HardSwish "
    "Hardmax IsInf IsNaN LeakyRelu Log LogSoftmax LpNormalization Mish Neg Reciprocal Relu Round Selu "
    "Sigmoid Sign Sin Sinh Softmax Softplus Softsign Sqrt Tan Tanh ThresholdedRelu Identity Shape Size "
    "ReduceL1 ReduceL2 ReduceLogSum ReduceLogSumExp ReduceMax ReduceMean ReduceMin ReduceProd ReduceSum "
    "ReduceSumSquare ArgMax ArgMin Clip Transpose Flatten Squeeze Concat Swish"
)
BINARY = "Add Div Equal Greater GreaterOrEqual Less LessOrEqual Max Mean Min Mul Pow PRelu Sub Sum CastLike"
TRUTH = [
    node("And", "yes yes", "a"),
    node("Or", "a yes", "o"),
    node("Xor", "o yes", "r"),
    node("Not", "r", "n"),
]


def ml(op, inputs="x", outputs="y", **attributes):
    return helper.make_node(op, inputs.split(), outputs.split(), domain=ML, **attributes)


CASES = {
    **{op: [node(op, "x", "y", **({"axis": 1} if op == "Concat" else {}))] for op in UNARY.split()},
    **{f"{op} of two": [node(op, "x x", "y")] for op in BINARY.split()},
    **{f"{op} of one row": [node(op, "x ones", "y")] for op in BINARY.split()},
    **{
        f"{op} of integers": [node("Shape", "x", "s"), node(op, "s one", "y")]
        for op in ("Add", "Sub", "Mul", "Div", "Min", "Max", "Equal", "Greater", "Less", "Mod")
    },
    "truth": TRUTH,
    "Mod of floats": [node("Mod", "x x", "y", fmod=1)],
    "Cast": [node("Cast", "x", "i", to=7), node("Cast", "i", "d", to=11), node("Cast", "d", "t", to=9)],
    "Cast of a shape": [node("Shape", "x", "s"), node("Cast", "s", "i", to=6), node("Cast", "i", "y", to=7)],
    "Where": [node("Greater", "x ones", "g"), node("Where", "g x ones", "y")],
    "Where of shapes": [
        node("Shape", "x", "s"),
        node("Equal", "s three", "e"),
        node("Where", "e one s", "y"),
    ],
    "Constant": [
        helper.make_node("Constant", [], ["a"], value_ints=[2, 3]),
        helper.make_node("Constant", [], ["b2"], value_int=4),
        helper.make_node("Constant", [], ["c"], value_float=4.0),
        helper.make_node("Constant", [], ["d"], value_floats=[4.0, 5.0]),
        helper.make_node("Constant", [], ["e"], value=array("", [[1.0], [2.0]])),
    ],
    "Shape in part": [node("Shape", "x", "a", start=1), node("Shape", "x", "c", start=-2, end=-1)],
    "Reshape": [
        node("Reshape", "x shape", "y"),
        node("Reshape", "y flat", "z"),
        node("Reshape", "ten none", "q"),
    ],
    "Squeeze and Unsqueeze": [
        node("Unsqueeze", "x last", "u"),
        node("Unsqueeze", "u both", "v"),
        node("Squeeze", "v both", "y"),
        node("Squeeze", "v none", "z"),
    ],
    "Transpose": [node("Unsqueeze", "x axis0", "u"), node("Transpose", "u", "y", perm=[2, 0, 1])],
    "Flatten at 0": [node("Flatten", "x", "y", axis=0)],
    "Split": [
        node("Split", "x parts", "a c", axis=1),
        node("Split", "x", "d e", axis=1, num_outputs=2),
        node("Split", "x", "f g h", axis=-1, num_outputs=3),
    ],
    "Expand": [node("Expand", "x wide", "y")],
    "Tile": [node("Tile", "x repeats", "y")],
    "ConstantOfShape": [
        node("Shape", "x", "s"),
        node("ConstantOfShape", "s", "y"),
        node("ConstantOfShape", "three", "z", value=array("", [7], np.int64)),
    ],
    "Range": [node("Range", "one ten five", "y"), node("Range", "ten zero one", "z")],
    "Slice": [
        node("Slice", "x axis1 flat axis1", "a"),
        node("Slice", "x flat axis0 axis1 last", "c"),
        node("Shape", "x", "s"),
        node("Slice", "s axis1 two", "y"),
        node("Slice", "x before before axis0 last", "backwards"),
        node("Slice", "s before before axis0 last", "z"),
        node("Slice", "x last greatest axis1 last", "reversed"),
        node("Slice", "s last greatest axis0 last", "t"),
    ],
    "Gather": [
        node("Gather", "x both", "a", axis=1),
        node("Shape", "x", "s"),
        node("Gather", "s one", "y"),
        node("Gather", "s last", "z"),
    ],
    "GatherElements": [node("ArgMax", "x", "i", axis=1), node("GatherElements", "x i", "y", axis=1)],
    "GatherND": [
        node("Unsqueeze", "both axis1", "column"),
        node("GatherND", "w column", "a"),
        node("Unsqueeze", "both axis0", "row"),
        node("GatherND", "w row", "b2"),
        node("Shape", "x", "s"),
        node("GatherND", "s axis0", "y"),
        node("Cast", "x", "i", to=7),
        node("Clip", "i zero one", "at"),
        node("Unsqueeze", "at last", "each"),
        node("GatherND", "x each", "z", batch_dims=1),
    ],
    "scatter": [
        node("ArgMax", "x", "i", axis=1),
        node("ReduceMax", "x axis1", "m"),
        node("ScatterElements", "x i m", "y", axis=1),
        node("Unsqueeze", "axis1 axis0", "at"),
        node("ScatterND", "ones at axis_value", "z"),
    ],
    "Trilu": [node("Trilu", "w", "y", upper=0)],
    "InstanceNormalization": [
        node("Unsqueeze", "x last", "u"),
        node("InstanceNormalization", "u ones ones", "y"),
    ],
    "TopK": [node("TopK", "x two", "v i", axis=1)],
    "OneHot": [node("Cast", "x", "i", to=7), node("OneHot", "i five off", "y", axis=1)],
    "CumSum": [node("CumSum", "x one", "y")],
    "axes as input": [
        node("ReduceSum", "x axis1", "a", keepdims=0),
        node("ReduceMean", "x last", "c"),
        node("ReduceMax", "x none", "d", noop_with_empty_axes=1),
    ],
    "ReduceProd of a shape": [node("Shape", "x", "s"), node("ReduceProd", "s", "y", keepdims=0)],
    "ArgMax": [node("ArgMax", "x", "y", axis=1, keepdims=0)],
    "LayerNormalization": [node("LayerNormalization", "x ones ones", "y m i")],
    "RMSNormalization": [node("RMSNormalization", "x ones", "y")],
    "BatchNormalization": [node("BatchNormalization", "x ones ones ones ones", "y")],
    "MatMul": [node("MatMul", "x w", "y"), node("MatMul", "x ones", "v"), node("MatMul", "ones ones", "s")],
    "MatMul of stacks": [
        node("Unsqueeze", "x last", "u"),
        node("Unsqueeze", "x axis1", "v"),
        node("MatMul", "u v", "y"),
    ],
    "Gemm": [
        node("Gemm", "x w b", "a"),
        node("Gemm", "x x", "y", transB=1),
        node("Gemm", "x x", "z", transA=1),
    ],
    "Einsum": [node("Einsum", "x w", "y", equation="ij,jk->ik"), node("Einsum", "x", "z", equation="ij->i")],
    "Scaler": [ml("Scaler", offset=[0.0] * 3, scale=[1.0] * 3)],
    "Normalizer": [ml("Normalizer", norm="L2")],
    "Binarizer": [ml("Binarizer", threshold=0.5)],
    "Imputer": [ml("Imputer", imputed_value_floats=[0.0], replaced_value_float=float("nan"))],
    "LinearRegressor": [ml("LinearRegressor", coefficients=[1.0] * 6, intercepts=[0.0, 1.0], targets=2)],
    "ArrayFeatureExtractor": [ml("ArrayFeatureExtractor", "x both")],
    "OneHotEncoder": [node("Cast", "x", "i", to=7), ml("OneHotEncoder", "i", cats_int64s=[1, 2, 3, 4])],
    "TreeEnsembleRegressor": [
        ml(
            "TreeEnsembleRegressor",
            n_targets=2,
            **{f"nodes_{name}": [0] for name in ("treeids", "nodeids", "featureids", "truenodeids")},
            **{f"target_{name}": [0, 0] for name in ("treeids", "nodeids")},
            nodes_falsenodeids=[0],
            nodes_modes=["LEAF"],
            nodes_values=[0.0],
            target_ids=[0, 1],
            target_weights=[0.5, 0.7],
        )
    ],
}
PUT_TOGETHER = {name: made(nodes, CONSTANTS, opset=24) for name, nodes in CASES.items()}
WHOLE = {name: ModelProto.FromString(data) for name, data in MODELS.items()}


def everything(model, results):
    """Return a session that gives every value of a model, of the types that the rules say."""
    names = [name for step in model.graph.node for name in step.output]
    copy = ModelProto.FromString(model.SerializeToString())
    del copy.graph.output[:]
    copy.graph.output.extend(value(name, None, results[name].kind) for name in names)
    return names, onnxruntime.InferenceSession(copy.SerializeToString())


def fed(inputs, rows):
    X = np.tile(np.array([[0.5, 2.0, 3.0]]), (rows, 1))
    return {
        feed.name: (X if feed.feature is None else X[:, feed.feature, None]).astype(feed.kind)
        for feed in inputs
    }


@pytest.mark.parametrize("model", [*PUT_TOGETHER.values(), *WHOLE.values()], ids=[*PUT_TOGETHER, *WHOLE])
def test_rule_says_what_onnxruntime_makes(model):
    graph = read_model(model.SerializeToString()).graph
    inputs = feeds(graph)
    for rows in ROWS:
        results = follow(graph, inputs, rows, 0)
        names, session = everything(model, results)
        for name, tensor in zip(names, session.run(None, fed(inputs, rows)), strict=True):
            assert (name, tensor.shape, str(tensor.dtype)) == (
                name,
                results[name].dims,
                KINDS[results[name].kind],
            )
            if results[name].content is not None:
                assert results[name].content == tuple(tensor.ravel().tolist()), name


def test_every_operator_that_is_served_is_among_the_cases():
    models = [*PUT_TOGETHER.values(), *WHOLE.values()]

    assert {(step.domain, step.op_type) for model in models for step in model.graph.node} == set(RULES)


def test_shapes_are_followed_through_what_depends_on_the_rows():
    graph = read_model(MODELS["reshaped"]).graph

    assert follow(graph, feeds(graph), 8, 0)["target"].content == (8, 3, 1)
