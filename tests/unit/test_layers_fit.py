"""All layers of all targets, really built: each function with its layers is within Lambda's limit.

Each target is a test, so that several workers share them; what one has built is kept for the next run.
"""

from typing import NamedTuple

import pytest

from layer_build.checks import check_total, size_of
from layer_build.layers import JOBS, LAKE, LAYERS, ML, ONNX, TEXT, Layer
from layer_build.targets import find_target, runtimes_of
from stacks.function_package import JOBS_SRC, LAMBDA_SRC
from tests.layers import PROJECT, TARGETS, built_layer

pytestmark = pytest.mark.layers


class Kind(NamedTuple):
    """What functions of a kind are made of, and the bytes that must be left for code and packages to grow."""

    layers: tuple[Layer, ...]
    code: tuple[str, ...]
    left: int


KINDS = {
    "predictor, memory and canary": Kind((ML,), (LAMBDA_SRC.name,), 80_000_000),
    "predictor, memory and canary with ONNX": Kind((ML, ONNX), (LAMBDA_SRC.name,), 40_000_000),
    "text": Kind((ML, TEXT), (LAMBDA_SRC.name,), 40_000_000),
    "training jobs": Kind((ML, JOBS), JOBS_SRC, 25_000_000),
    "training jobs with ONNX": Kind((ML, ONNX, JOBS), JOBS_SRC, 5_000_000),
    "loader": Kind((LAKE,), (LAMBDA_SRC.name,), 40_000_000),
    "lake's jobs": Kind((LAKE,), JOBS_SRC, 40_000_000),
}


def size_of_sources(folder):
    """Return the bytes of a folder's files, without the bytecode that runs here have left."""
    files = (path for path in folder.rglob("*") if path.is_file() and path.parent.name != "__pycache__")
    return sum(path.stat().st_size for path in files)


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_every_function_of_a_target_is_within_lambdas_limit(target):
    sizes = {
        layer: size_of(built_layer(find_target(target.runtime, target.arch, layer)) / "python")
        for layer in LAYERS.values()
        if layer != TEXT and target.runtime in runtimes_of(layer)
    }
    sizes[TEXT] = size_of(built_layer(find_target("python3.11", "x86_64", TEXT)) / "python")
    left = {
        name: check_total(
            2 * sum(size_of_sources(PROJECT / folder) for folder in kind.code),  # with its bytecode
            sum(sizes[layer] for layer in kind.layers),
        )
        for name, kind in KINDS.items()
        if sizes.keys() >= set(kind.layers)  # others can't be had on the runtime
    }

    assert {name for name in left if left[name] < KINDS[name].left} == set()


def test_text_layers_of_all_targets_are_of_one_wheel():
    """So one of them, built, stands for all: none has machine code, and one Python rounds their weights."""
    locks = [find_target(each.runtime, each.arch, TEXT).lock.read_text(encoding="utf-8") for each in TARGETS]

    assert (
        len({"".join(line for line in lock.splitlines() if not line.startswith("#")) for lock in locks}) == 1
    )
