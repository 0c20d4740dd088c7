"""Crafted ONNX files: small ones that would make much, and ones that onnxruntime would follow astray."""

import numpy as np
import pytest
from onnx import TensorProto, helper

from onnx_models.model import load
from recall.errors import DamagedArtifactError
from recall.probes import PROBES

from .onnx_files import ML, array, changed, dense, linear, made, node, refusal, trees, weights


def bomb(nodes, constants, size="c"):
    """Return a model that makes a tensor `size` before it predicts."""
    after = [node("ReduceMax", size, "most"), node("MatMul", "x w", "o"), node("Add", "o most", "p")]
    return made([*nodes, *after], [*constants, array("w", weights(3, 1))])


LEAF = {
    **{f"nodes_{name}": [0] for name in ("treeids", "nodeids", "featureids", "truenodeids", "falsenodeids")},
    **{f"target_{name}": [0] for name in ("treeids", "nodeids", "ids")},
    "nodes_modes": ["LEAF"],
    "nodes_values": [0.0],
    "target_weights": [0.5],
}
BOMBS = {
    "ConstantOfShape": bomb([node("ConstantOfShape", "s", "c")], [array("s", [20_000, 20_000], np.int64)]),
    "Expand": bomb([node("Expand", "x s", "c")], [array("s", [2**30, 1, 3], np.int64)]),
    "Tile": bomb([node("Tile", "x s", "c")], [array("s", [1, 2**30], np.int64)]),
    "Range": bomb(
        [node("Range", "a b d", "r"), node("Cast", "r", "c", to=1)],
        [array(name, number, np.int64) for name, number in (("a", 0), ("b", 2**31 - 1), ("d", 1))],
    ),
    "OneHot": bomb(
        [node("Cast", "x", "i", to=7), node("OneHot", "i d v", "c")],
        [array("d", [2**30], np.int64), array("v", [0, 1])],
    ),
    "MatMul": bomb(
        [node("MatMul", "a b", "c")], [array("a", np.ones((9_000, 1))), array("b", np.ones((1, 9_000)))]
    ),
    "Add": bomb(
        [node("Add", "a b", "c")], [array("a", np.ones((9_000, 1))), array("b", np.ones((1, 9_000)))]
    ),
    "Gather": bomb(
        [node("Gather", "a i", "c", axis=0)],
        [array("a", np.ones((1, 9_000))), array("i", np.zeros(9_000), np.int64)],
    ),
    "Concat": bomb(
        [node("Concat", f"{'xc'[i > 0]}{i or ''} " * 2, f"c{i + 1}", axis=1) for i in range(40)], [], "c40"
    ),
    "Einsum": bomb([node("Einsum", "a a", "c", equation="i,j->ij")], [array("a", np.ones(9_000))]),
    "Einsum's work": bomb([node("Einsum", "a a", "c", equation="i,j->")], [array("a", np.ones(40_000))]),
    "Sum's passes": bomb(
        [node("Expand", "one s", "e"), node("Sum", "e " + "one " * 250, "c")],
        [array("one", [1.0]), array("s", [6_000_000], np.int64)],
    ),
    "work for one row as for all": bomb(
        [node("Expand", "one s", "e"), node("MatMul", "e e", "f"), node("MatMul", "f e", "c")],
        [array("one", [1.0]), array("s", [600, 600], np.int64)],
    ),
    "TreeEnsembleRegressor": bomb(
        [helper.make_node("TreeEnsembleRegressor", ["x"], ["c"], domain=ML, n_targets=2**31 - 1, **LEAF)], []
    ),
    "a chain of MatMul": bomb(
        [
            node("MatMul", "x w0", "a0"),
            *(node("MatMul", f"a{i} w1", f"a{i + 1}") for i in range(3_000)),
        ],
        [array("w0", weights(3, 400)), array("w1", weights(400, 400))],
        "a3000",
    ),
}


@pytest.mark.parametrize("name", BOMBS)
def test_small_file_that_would_make_much_is_refused(name):
    data = BOMBS[name].SerializeToString()

    assert len(data) < 1_000_000
    assert "export a smaller one" in refusal(data)


def test_file_that_says_to_be_of_onnxruntimes_own_format_is_read_as_what_was_checked(tmp_path):
    """In a file with these letters at its fifth byte, onnxruntime finds its own format's operators."""
    data = changed(dense, lambda model: setattr(model, "producer_name", "ORTM")).SerializeToString()
    path = tmp_path / "model.onnx"
    path.write_bytes(data)

    assert data[4:8] == b"ORTM"
    expected = load(dense().SerializeToString()).predict(PROBES)
    assert load(data).predict(PROBES) == load(path).predict(PROBES) == expected


@pytest.mark.parametrize("field", ["int32_data", "raw_data"])
def test_truth_value_that_is_neither_0_nor_1_is_refused(field):
    """Followed as a size it would be that number, but onnxruntime makes it 1."""
    constant = helper.make_tensor("b", TensorProto.BOOL, [1], [True])
    constant.ClearField("int32_data")
    numbers = [200]
    setattr(constant, field, bytes(numbers)) if field == "raw_data" else constant.int32_data.extend(numbers)
    model = bomb([node("Cast", "b", "c", to=1)], [constant])

    assert "holds truth values other than 0 and 1" in refusal(model, DamagedArtifactError)


def test_product_of_more_than_two_is_refused():
    """Between the products onnxruntime would keep a * b * c numbers, of which the result shows none."""
    model = bomb([node("Einsum", "a a a", "c", equation="i,j,k->")], [array("a", np.ones(5))])

    assert refusal(model).endswith("it has more than two inputs: multiply two at a time")


def test_file_of_very_many_parts_is_refused():
    model = made([node("Sum", "x " * 250, f"s{i}") for i in range(1_200)])

    assert refusal(model) == "the ONNX file has more than 300000 parts: export a smaller model"


def test_long_list_is_not_quoted_whole():
    model = bomb([node("Transpose", "x", "c", perm=range(10_000))], [])

    assert "isn't an order of 2 dimensions" not in refusal(model)
    assert len(refusal(model)) < 500


def test_result_of_more_than_16_dimensions_is_refused():
    model = bomb([node("Unsqueeze", "x axes", "c")], [array("axes", range(15), np.int64)])

    assert refusal(model).endswith("a result has more than 16 dimensions")


def forged(build, name, **changes):
    """Return a model with one constant changed as only a hand could."""
    model = build()
    (tensor,) = (tensor for tensor in model.graph.initializer if tensor.name == name)
    for field, numbers in changes.items():
        tensor.ClearField(field)
        if isinstance(numbers, list):
            getattr(tensor, field).extend(numbers)
        else:
            setattr(tensor, field, numbers)
    return model


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"dims": [2**31, 2**31]}, "has 24 numbers, its dimensions [2147483648, 2147483648] say"),
        ({"dims": [2**62, 4]}, "has 24 numbers"),
        ({"dims": [-8, -3]}, "has the dimensions [-8, -3]"),
        ({"dims": [1] * 9}, "has the dimensions [1, 1, 1, 1, 1, 1, 1, 1, 1]"),
        ({"raw_data": bytes(95)}, "has 23.75 numbers, its dimensions [8, 3] say 24"),
        ({"float_data": [1.0]}, "has no numbers of its type, float32"),
    ],
)
def test_constant_with_other_dimensions_than_numbers_is_refused(changes, problem):
    assert problem in refusal(forged(dense, "w1", **changes), DamagedArtifactError)


def shuffled(model):
    model.graph.node.append(model.graph.node[0])
    del model.graph.node[0]


def doubled(model):
    model.graph.node[2].output[0] = "h"


def round_in_circles(model):
    model.graph.node[0].input[0] = "o"


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (shuffled, "the ONNX file's Relu uses 'h' before it is made: export it again"),
        (round_in_circles, "the ONNX file's Gemm uses 'o' before it is made: export it again"),
        (doubled, "the ONNX file makes 'h' twice: export it again"),
        (
            lambda model: model.graph.initializer.append(model.graph.initializer[0]),
            "the ONNX file has two values of one name: export it again",
        ),
        (
            lambda model: model.opset_import.append(helper.make_opsetid("", 21)),
            "the ONNX file names two opsets of one domain: export it again",
        ),
        (
            lambda model: setattr(model.graph.output[0], "name", "nowhere"),
            "the ONNX file's output is computed by no operator: export it again",
        ),
    ],
)
def test_graph_that_is_no_graph_is_refused(change, problem):
    assert refusal(changed(dense, change), DamagedArtifactError) == problem


NODES = 8
TREES = {
    "a child that isn't there": {"nodes_truenodeids": [9, 3, 0, 0, 0, 1, 0, 0]},
    "a negative child": {"nodes_truenodeids": [-1, 3, 0, 0, 0, 1, 0, 0]},
    "a node that is its own child": {"nodes_truenodeids": [0, 3, 0, 0, 0, 1, 0, 0]},
    "a circle": {"nodes_truenodeids": [1, 0, 0, 0, 0, 1, 0, 0]},
    "two parents": {"nodes_truenodeids": [2, 3, 0, 0, 0, 1, 0, 0]},
    "a feature beyond the three": {"nodes_featureids": [3] * NODES},
    "a negative feature": {"nodes_featureids": [-1] * NODES},
    "too few thresholds": {"nodes_values": [1.0] * (NODES - 1)},
    "too few features": {"nodes_featureids": [0] * (NODES - 1)},
    "too few directions for missing values": {"nodes_missing_value_tracks_true": [0]},
    "no nodes": {"nodes_modes": None},
    "an unknown comparison": {
        "nodes_modes": ["BRANCH_EQ", "BRANCH_LEQ", *["LEAF"] * 3, "BRANCH_LEQ", *["LEAF"] * 2]
    },
    "a class that isn't there": {"class_ids": [0, 0, 0, 0, 2]},
    "a weight of a branch": {"class_nodeids": [0, 3, 4, 1, 2]},
    "a weight of no tree": {"class_treeids": [0, 0, 0, 1, 7]},
    "too few weights": {"class_weights": [0.5]},
    "two nodes of one id": {"nodes_nodeids": [0, 1, 2, 3, 3, 0, 1, 2]},
    "a tree in two places": {"nodes_treeids": [0, 0, 0, 0, 1, 1, 1, 0]},
    "too many base values": {"base_values": [0.5] * 3},
}


@pytest.mark.parametrize("changes", TREES.values(), ids=TREES)
def test_tree_that_onnxruntime_would_follow_astray_is_refused(changes):
    assert refusal(trees(**changes)).startswith(
        "the ONNX model's ai.onnx.ml.TreeEnsembleClassifier can't be served: "
    )


def test_tree_of_more_than_512_levels_is_refused():
    """By 50,000 levels onnxruntime runs out of its stack, and the process ends."""
    branches, leaves = range(600), range(600, 1201)
    deep = trees(
        nodes_treeids=[0] * 1201,
        nodes_nodeids=list(range(1201)),
        nodes_featureids=[0] * 1201,
        nodes_values=[1.0] * 1201,
        nodes_modes=["BRANCH_LEQ"] * 600 + ["LEAF"] * 601,
        nodes_truenodeids=[*branches[1:], 1200] + [0] * 601,
        nodes_falsenodeids=[*leaves[:-1]] + [0] * 601,
        nodes_missing_value_tracks_true=[0] * 1201,
        class_treeids=[0] * 601,
        class_nodeids=list(leaves),
        class_ids=[0] * 601,
        class_weights=[0.1] * 601,
    )

    assert "more than 512 deep" in refusal(deep)


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("LinearClassifier", {"coefficients": [0.5] * 5}),
        ("LinearClassifier", {"intercepts": [0.5] * 3}),
        ("Scaler", {"scale": [1.0, 2.0]}),
        ("Scaler", {"offset": [1.0] * 4}),
    ],
)
def test_linear_models_list_of_another_length_is_refused(name, changes):
    model = linear()
    (changed_node,) = (step for step in model.graph.node if step.op_type == name)
    for attribute in changed_node.attribute:
        if attribute.name in changes:
            attribute.ClearField("floats")
            attribute.floats.extend(changes[attribute.name])

    assert refusal(model).startswith(f"the ONNX model's ai.onnx.ml.{name} can't be served: it")
