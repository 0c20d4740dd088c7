"""The models: ours and a user's own, published as the training side does it, and the reference's pickle."""

from __future__ import annotations

import hashlib
import itertools
import json
import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from onnx import TensorProto, helper, numpy_helper

from benchmarks.bucket import BUCKET, ESTIMATOR_BUCKET, ONNX_BUCKET
from benchmarks.build import HERE, run
from benchmarks.calls import TEXT, Right, card
from recall.artifact import Artifact, encode
from recall.pointer import ONNX, TOLERANCES
from recall.three_inputs import ThreeInputModel
from tests.text.vectors import stored

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

# Of the size that a fit gives; the exact values cost nothing.
THREE_INPUTS = ThreeInputModel((-4.35, 0.49, -4.01, -0.98), -2.5, -2.96)


class Model(NamedTuple):
    """A stored model and its right answer for the first card."""

    stored: bytes
    answer: Right


def recall_model() -> Model:
    """Return the service's model."""
    stored = encode(Artifact(THREE_INPUTS, {"simulated": True}))
    days, review_count, difficulty = card(0).values()
    return Model(stored, Right(THREE_INPUTS.recall_probability(days, review_count, difficulty)))


def reference_model(interpreter: str, layer: Path, scratch: Path) -> Model:
    """Train and pickle the reference's model with its own layer.

    Raises
    ------
    BenchmarkError
        If that layer doesn't work.
    """
    pickled = scratch / "model.pkl"
    trained = run(
        [interpreter, str(HERE / "reference" / "train.py"), str(pickled)],
        "the reference's layer doesn't work",
        {"PYTHONPATH": str(layer), "PYTHONDONTWRITEBYTECODE": "1"},
    )
    intercept, *slopes = json.loads(trained)
    logit = intercept + sum(slope * value for slope, value in zip(slopes, card(0).values(), strict=True))
    return Model(pickled.read_bytes(), Right(1.0 / (1.0 + math.exp(-logit))))


def estimator_model(interpreter: str, layer: Path, scratch: Path) -> Model:
    """Train and store an estimator of the user's own with the service's ML layer.

    Raises
    ------
    BenchmarkError
        If that layer doesn't work.
    """
    stored = scratch / "model.skops"
    answer = run(
        [interpreter, str(HERE / "estimator" / "train.py"), str(stored)],
        "the ML layer doesn't work",
        {"PYTHONPATH": str(layer), "PYTHONDONTWRITEBYTECODE": "1"},
        json.dumps(list(card(0).values())),
    )
    return Model(stored.read_bytes(), Right(json.loads(answer)))


def onnx_model() -> Model:
    """Make an ONNX model: a small network, as Keras or PyTorch export one."""
    random = np.random.default_rng(0)
    sizes = (3, 32, 32, 1)
    weights = [(random.normal(size=pair) / pair[0]).astype(np.float32) for pair in itertools.pairwise(sizes)]
    value = np.array(list(card(0).values()), dtype=np.float32)
    for weight in weights[:-1]:
        value = np.tanh(value @ weight)
    (logit,) = (value @ weights[-1]).tolist()
    return Model(onnx_file(weights), Right(1.0 / (1.0 + math.exp(-logit)), TOLERANCES[ONNX]))


def onnx_file(weights: list[NDArray[np.float32]]) -> bytes:
    """Return a network in ONNX: products with the weights, tanh between them, a sigmoid at the end."""
    nodes, before = [], "cards"
    for number in range(len(weights)):
        activation = "Sigmoid" if number == len(weights) - 1 else "Tanh"
        nodes.append(helper.make_node("MatMul", [before, f"weight{number}"], [f"product{number}"]))
        nodes.append(helper.make_node(activation, [f"product{number}"], [f"value{number}"]))
        before = f"value{number}"
    graph = helper.make_graph(
        nodes,
        "network",
        [helper.make_tensor_value_info("cards", TensorProto.FLOAT, [None, 3])],
        [helper.make_tensor_value_info(before, TensorProto.FLOAT, [None, 1])],
        [numpy_helper.from_array(weight, f"weight{number}") for number, weight in enumerate(weights)],
    )
    opset = helper.make_opsetid("", 17)
    return bytes(helper.make_model(graph, opset_imports=[opset], ir_version=8).SerializeToString())


def known_text() -> Right:
    """Return what `benchmarks.calls.TEXT` must be embedded as: nearly the real library's vector."""
    texts, vectors = stored()  # type: ignore[no-untyped-call] # the tests have no types
    right = vectors[texts.index(TEXT)]
    return Right(1.0, 1e-3, lambda body: float(np.dot(body["embeddings"][0], right)))


def objects(recall: Model, estimator: Model, onnx: Model, reference: Model) -> dict[str, bytes]:
    """Return the lakes' objects by bucket and key."""
    return {
        **published(BUCKET, "models/bench/model.json", recall, "portable"),
        **published(ESTIMATOR_BUCKET, "models/bench/model.skops", estimator, "skops"),
        **published(ONNX_BUCKET, "models/bench/model.onnx", onnx, "onnx"),
        f"{BUCKET}/reference/model.pkl": reference.stored,
    }


def published(bucket: str, key: str, model: Model, kind: str) -> dict[str, bytes]:
    """Return a model and the pointer to it, by bucket and key."""
    pointer = {
        "schema_version": 1,
        "version": "bench",
        "key": key,
        "sha256": hashlib.sha256(model.stored).hexdigest(),
        "format": kind,
        "trained_at": "2026-01-01T00:00:00Z",
        "published_at": "2026-01-01T00:00:00Z",
    }
    return {f"{bucket}/models/current.json": json.dumps(pointer).encode(), f"{bucket}/{key}": model.stored}
