"""Models of the owner's own in a file: beside the code, as an image may have one, or in /tmp."""

import json

import numpy as np
import pytest
from onnx import TensorProto, helper, numpy_helper

from inference.handler import make_service
from onnx_models.model import load
from recall.errors import DamagedArtifactError, UnsupportedArtifactError

from .calls import response_of
from .own_models import BOOSTED, fitted

WEIGHTS = np.array([[-0.01], [0.0], [-0.1]], dtype=np.float32)
CARD = (3.0, 4.0, 5.5)


def logistic(*more):
    """Return an ONNX file of a logistic regression, with more nodes that nothing needs."""
    nodes = [helper.make_node("MatMul", ["X", "w"], ["z"]), helper.make_node("Sigmoid", ["z"], ["p"]), *more]
    graph = helper.make_graph(
        nodes,
        "logistic",
        [helper.make_tensor_value_info("X", TensorProto.FLOAT, [None, 3])],
        [helper.make_tensor_value_info("p", TensorProto.FLOAT, [None, 1])],
        [numpy_helper.from_array(WEIGHTS, "w")],
    )
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid("ai.onnx.ml", 3)]
    return helper.make_model(graph, opset_imports=opsets, ir_version=8).SerializeToString()


def predicted(environment, path):
    """Return the prediction for the card of a function whose model is in a file."""
    service = make_service(environment | {"MODEL_FILE": str(path)})
    names = ("days_since_last_review", "review_count", "difficulty")
    event = {"path": "/v1/predict", "httpMethod": "POST", "headers": {"Content-Type": "application/json"}}
    response = response_of(service.respond(event | {"body": json.dumps(dict(zip(names, CARD, strict=True)))}))
    assert response.body["model_version"] == "file"
    return response.body["recall_probability"]


def test_skops_file_beside_the_code_is_served(environment, tmp_path):
    estimator, data = fitted(BOOSTED)
    (tmp_path / "model.skops").write_bytes(data)

    assert predicted(environment, tmp_path / "model.skops") == estimator.predict_proba([CARD])[0, 1]


def test_onnx_file_beside_the_code_is_served(environment, tmp_path):
    (tmp_path / "model.onnx").write_bytes(logistic())

    right = 1 / (1 + np.exp(-(np.array(CARD) @ WEIGHTS)[0]))
    assert predicted(environment, tmp_path / "model.onnx") == pytest.approx(right, abs=1e-6)


@pytest.mark.parametrize("size", [0, 100])
def test_onnx_file_that_is_not_whole_is_damaged(tmp_path, size):
    path = tmp_path / "model.onnx"
    path.write_bytes(logistic()[:size])

    with pytest.raises(DamagedArtifactError):
        load(path)


def test_forest_counts_with_what_its_lists_take_in_memory():
    n = 20_000
    tree = helper.make_node(
        "TreeEnsembleRegressor",
        ["X"],
        ["unused"],
        domain="ai.onnx.ml",
        n_targets=1,
        nodes_nodeids=list(range(n)),
        nodes_treeids=[0] * n,
    )
    data = logistic(tree)
    with pytest.raises(UnsupportedArtifactError, match=r"has 6400\d\d bytes, allowed are 600000, a sh"):
        load(data, 600_000)
    assert len(data) < 200_000
