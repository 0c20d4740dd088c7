"""The two layers of the jobs function, really built: they fit in, and nothing else is needed to train."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from layer_build.checks import check_total, size_of
from layer_build.layers import JOBS, ML
from layer_build.pythons import find_python, runs_here
from layer_build.targets import find_target
from stacks.function_package import JOBS_SRC
from tests.layers import built_layer
from tests.training.logs import simulated

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
TARGET = find_target("python3.11", "x86_64", JOBS)
PYTHON = find_python(TARGET.runtime)
CAN_RUN = pytest.mark.skipif(not (runs_here(TARGET) and PYTHON), reason="this machine doesn't run the target")

# As the jobs function does: code, then layers, no site-packages of this machine, and nothing printed.
FIT = """
import sys
sys.path[:0] = {path!r}
from model_training.cli import invoke
invoke(["fit", {log!r}, "--out", {out!r}])
import duckdb, matplotlib, numpy, pandas, scipy, sklearn
for module in (duckdb, matplotlib, numpy, pandas, scipy, sklearn):
    assert module.__file__.startswith(tuple(sys.path[2:4])), module.__file__
"""


@pytest.fixture(scope="module")
def layers():
    """Give both layers with all their steps; each build has verified them by running them."""
    targets = {layer.name: find_target(TARGET.runtime, TARGET.arch, layer) for layer in (ML, JOBS)}
    return {name: built_layer(target) / "python" for name, target in targets.items()}


def test_both_layers_and_the_code_are_within_lambdas_limit(layers):
    code = sum(size_of(ROOT / folder) for folder in JOBS_SRC)

    left = check_total(2 * code, sum(map(size_of, layers.values())))  # with its bytecode

    assert left > 4_000_000  # bytes: room for the code to grow


@CAN_RUN
def test_model_that_is_fitted_on_the_layers_alone_is_the_one_of_the_training_environment(layers, tmp_path):
    simulated(2, 90).to_csv(tmp_path / "log.csv", index=False)
    log, here, there = (str(tmp_path / name) for name in ("log.csv", "here", "there"))
    path = [str(ROOT), str(ROOT / "lambda_src"), str(layers["jobs"]), str(layers["ml"])]
    one_thread = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "LC_ALL": "C.UTF-8"}
    code = FIT.format(path=path, log=log, out=there)
    alone = [PYTHON, "-I", "-S", "-B", "-c", code]
    subprocess.run(alone, env={**one_thread, "HOME": str(tmp_path)}, cwd=tmp_path, check=True)
    subprocess.run([sys.executable, "-m", "model_training", "fit", log, "--out", here], cwd=ROOT, check=True)

    models = [json.loads(Path(folder, "model.json").read_text()) for folder in (here, there)]
    assert models[0] == models[1]
