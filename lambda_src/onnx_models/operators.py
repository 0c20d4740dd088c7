"""The operators that may be in a model, each with the rule that says what it makes of its inputs.

Left out is what no model of three numbers needs and what a file could do harm with: loops and branches,
random numbers, results whose size depends on the cards' values, and quantised weights, which let a card's
prediction depend on the other cards of its request.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from onnx_models import choice, elementwise, movement, reduction, tabular
from onnx_models.trees import check_trees

if TYPE_CHECKING:
    from collections.abc import Callable

    from onnx_models.call import Call
    from onnx_models.values import Value

    Rule = Callable[[Call], list[Value]]

ML = "ai.onnx.ml"
_SAME = (
    "Abs Acos Acosh Add And Asin Asinh Atan Atanh Ceil Celu Cos Cosh Elu Erf Exp Floor Gelu HardSigmoid "
    "HardSwish LeakyRelu Log Max Mean Min Mish Mul Neg Pow Reciprocal Relu Round Selu Sigmoid Sign Sin Sinh "
    "Softplus Softsign Sqrt Sub Sum Swish Tan Tanh ThresholdedRelu Xor Or"
)
_TRUTH = "Equal Greater GreaterOrEqual IsInf IsNaN Less LessOrEqual Not"
_ALONG = "CumSum Hardmax LogSoftmax LpNormalization ScatterElements ScatterND Softmax Trilu"
_REDUCTIONS = "L1 L2 LogSum LogSumExp Max Mean Min Prod Sum SumSquare"
# Rules that move elements without computing any: only they may be given tensors without elements.
MOVEMENTS: dict[str, Rule] = {
    "Cast": elementwise.cast,
    "Concat": movement.concat,
    "Constant": movement.constant,
    "ConstantOfShape": movement.constant_of_shape,
    "Expand": movement.expand,
    "Flatten": movement.flatten,
    "Gather": choice.gather,
    "Identity": movement.identity,
    "Range": movement.numbers,
    "Reshape": movement.reshape,
    "Shape": movement.shape,
    "Size": movement.size,
    "Slice": choice.slices,
    "Split": movement.split,
    "Squeeze": movement.squeeze,
    "Tile": movement.tile,
    "Transpose": movement.transpose,
    "Unsqueeze": movement.unsqueeze,
}
RULES: dict[tuple[str, str], Rule] = {
    **{("", name): elementwise.same for name in _SAME.split()},
    **{("", name): elementwise.truth for name in _TRUTH.split()},
    **{("", name): elementwise.first for name in _ALONG.split()},
    **{("", f"Reduce{name}"): reduction.reduce for name in _REDUCTIONS.split()},
    **{("", name): rule for name, rule in MOVEMENTS.items()},
    ("", "ArgMax"): reduction.place_of_extreme,
    ("", "ArgMin"): reduction.place_of_extreme,
    ("", "BatchNormalization"): reduction.batch_normalise,
    ("", "CastLike"): elementwise.cast_like,
    ("", "Clip"): elementwise.first,
    ("", "Div"): elementwise.divide,
    ("", "Einsum"): reduction.einstein,
    ("", "GatherElements"): choice.gather_elements,
    ("", "GatherND"): choice.gather_slices,
    ("", "Gemm"): reduction.multiply_and_add,
    ("", "InstanceNormalization"): reduction.instance_normalise,
    ("", "LayerNormalization"): reduction.normalise,
    ("", "MatMul"): reduction.multiply,
    ("", "Mod"): elementwise.divide,
    ("", "OneHot"): choice.one_hot,
    ("", "PRelu"): elementwise.slopes,
    ("", "RMSNormalization"): reduction.normalise,
    ("", "TopK"): choice.top,
    ("", "Where"): elementwise.where,
    (ML, "ArrayFeatureExtractor"): tabular.columns,
    (ML, "Binarizer"): elementwise.first,
    (ML, "Imputer"): tabular.imputer,
    (ML, "LinearClassifier"): tabular.linear_classifier,
    (ML, "LinearRegressor"): tabular.linear_regressor,
    (ML, "Normalizer"): tabular.floats,
    (ML, "OneHotEncoder"): tabular.categories,
    (ML, "Scaler"): tabular.scaler,
    (ML, "TreeEnsembleClassifier"): tabular.tree_classifier,
    (ML, "TreeEnsembleRegressor"): tabular.tree_regressor,
}
# What is checked once, however many rows there are.
CHECKS = {(ML, name): check_trees for name in ("TreeEnsembleClassifier", "TreeEnsembleRegressor")}
VARIADIC = {"Max", "Mean", "Min", "Sum"}
PRODUCTS = {"Einsum", "Gemm", "MatMul"}
_LOOPS = "a file could run without end; compute every row alike, without Python's loops and conditions"
_RANDOM = "predictions must not be random; export it for inference (model.eval())"
_QUANTISED = "a card's prediction would depend on the other cards; export it in float32"
_FIXES = {
    "Dropout": "export it for inference (model.eval())",
    "TreeEnsemble": 'convert it with an older opset, such as target_opset={"": 15, "ai.onnx.ml": 3}',
    "ZipMap": 'convert it with zipmap=False (onnxmltools) or options={"zipmap": False} (skl2onnx)',
    **dict.fromkeys(("If", "Loop", "Scan", "SequenceMap"), _LOOPS),
    **dict.fromkeys(("SVMClassifier", "SVMRegressor"), "publish it as a skops file (publish --sklearn)"),
    **dict.fromkeys(("Bernoulli", "Multinomial"), _RANDOM),
}


def refusal(domain: str, op: str) -> str:
    """Return what to do about an operator that isn't served."""
    if op in _FIXES:
        return _FIXES[op]
    if op.startswith("Random"):
        return _RANDOM
    if "Quantize" in op or "Integer" in op or op.startswith("QLinear"):
        return _QUANTISED
    if domain not in ("", ML):
        return f"only the operators of ONNX itself and of {ML} are served; export it without custom ones"
    return "use dense layers, their activations and arithmetic, or trees"
