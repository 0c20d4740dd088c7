"""The lake layer, really built: the lake's functions need nothing else of numpy's world."""

import os
import subprocess
import sys
from pathlib import Path

import boto3
import pytest

from layer_build.layers import LAKE
from layer_build.pythons import runs_here
from layer_build.targets import find_target
from tests.layers import built_layer

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
SITE_PACKAGES = Path(boto3.__file__).parents[1]
TARGET = find_target("python3.11", "x86_64", LAKE)
CAN_RUN = pytest.mark.skipif(
    not runs_here(TARGET) or sys.version_info[:2] != TARGET.python, reason="this isn't the target"
)
# In Lambda's Python beside its standard library; what these need in turn, the layer has.
LAMBDAS_OWN = ("boto3", "botocore", "jmespath", "s3transfer")
IMPORTS = """
import sys
sys.path[:0] = {path!r}
import lake.catalog, lake.rows, loader.handler, model_training.cli, model_training.jobs.handler
import duckdb, pyarrow, pyiceberg, requests, urllib3
for module in (duckdb, pyarrow, pyiceberg, requests, urllib3):
    assert module.__file__.startswith({layer!r}), module.__file__
print(sorted({{"numpy", "pandas", "sklearn"}} & sys.modules.keys()))
"""


@pytest.fixture(scope="module")
def layer():
    """Give the layer with all its steps; the build has verified them by running it."""
    return built_layer(TARGET) / "python"


@CAN_RUN
def test_lakes_functions_import_on_the_layer_alone(layer, tmp_path):
    for name in LAMBDAS_OWN:
        (tmp_path / name).symlink_to(SITE_PACKAGES / name)
    path = [str(ROOT), str(ROOT / "lambda_src"), str(layer), str(tmp_path)]
    alone = [sys.executable, "-I", "-S", "-B", "-c", IMPORTS.format(path=path, layer=str(layer))]

    done = subprocess.run(alone, cwd=tmp_path, capture_output=True, text=True, check=False)

    assert (done.stdout, done.stderr) == ("[]\n", "")


@CAN_RUN
def test_table_loader_and_commands_do_on_the_layers_versions_what_their_tests_say(layer):
    """Amazon Linux 2 has an older pyarrow than the environment in which all other tests run."""
    names = ("lake_table", "loader", "lake_commands")
    files = [ROOT / "tests" / "functional" / f"test_{name}.py" for name in names]
    path = os.pathsep.join(map(str, (layer, ROOT, ROOT / "lambda_src")))
    command = [sys.executable, "-B", "-m", "pytest", "-q", "-p", "no:cacheprovider", *map(str, files)]

    done = subprocess.run(
        command, cwd=ROOT, env=os.environ | {"PYTHONPATH": path}, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stdout
