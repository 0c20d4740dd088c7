"""The real layer, downloaded and built in every way that this machine has: the bytes are the same."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from layer_build.install import INSTALLERS, tree_hash
from layer_build.slim import STEPS
from layer_build.targets import TARGETS, find_target
from layer_build.versions import read_lock

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
AS_INSTALLED = [f"--without={step}" for step in STEPS]
TARGET = find_target("python3.11", "x86_64")


SYNTHESIS = """
import sys
import aws_cdk as cdk
from layer_build.slim import STEPS
from layer_build.targets import find_target
from stacks.ml_layer import LockedLayer

stack = cdk.Stack(cdk.App(outdir=sys.argv[1]), "Stack")
LockedLayer(stack, "MlLayer", target=find_target("python3.11", "x86_64"), use_docker=False)
"""


def layer_build(*arguments, cwd=ROOT, **environment):
    """Run the command as a user does, and return its stderr."""
    done = subprocess.run(
        [sys.executable, "-B", "-m", "layer_build", *map(str, arguments)],
        cwd=cwd,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stderr


@pytest.fixture(scope="module")
def wheelhouse(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheelhouse")
    layer_build("download", "--out", folder)
    return folder


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """Build by pip from the index, without slimming: the steps see this tree only, whoever made it."""
    folder = tmp_path_factory.mktemp("installed")
    layer_build("build", "--out", folder, *AS_INSTALLED)
    return folder / "python"


@pytest.fixture(scope="module")
def layer(tmp_path_factory):
    folder = tmp_path_factory.mktemp("layer")
    layer_build("build", "--out", folder)
    return folder / "python"


def test_wheelhouse_has_the_locked_wheels(wheelhouse):
    wheels = {tuple(path.name.split("-")[:2]) for path in wheelhouse.iterdir()}
    assert wheels == {(name.replace("-", "_"), version) for name, version in read_lock(TARGET).items()}


@pytest.mark.parametrize("installer", INSTALLERS)
def test_tree_installed_offline_from_a_wheelhouse_is_the_same(installed, wheelhouse, tmp_path, installer):
    nowhere = {"PIP_CONFIG_FILE": "/dev/null", "PIP_FIND_LINKS": "", "UV_CACHE_DIR": str(tmp_path / "cache")}
    nowhere |= dict.fromkeys(("PIP_INDEX_URL", "UV_DEFAULT_INDEX"), "http://127.0.0.1:9/simple")
    options = ["--installer", installer, "--wheelhouse", wheelhouse, *AS_INSTALLED]
    layer_build("build", "--out", tmp_path / "out", *options, **nowhere)
    assert tree_hash(tmp_path / "out" / "python") == tree_hash(installed)


def test_tree_installed_by_uv_from_the_index_is_the_same(installed, tmp_path):
    layer_build("build", "--installer", "uv", "--out", tmp_path, *AS_INSTALLED)
    assert tree_hash(tmp_path / "python") == tree_hash(installed)


def test_layer_that_cdk_builds_offline_is_the_same_byte_by_byte(layer, wheelhouse, tmp_path):
    """By a link to the package, as in the container; pip's own environment variables reach the build."""
    offline = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(wheelhouse), "PIP_CONFIG_FILE": "/dev/null"}
    command = [sys.executable, "-c", SYNTHESIS, tmp_path]
    subprocess.run(command, cwd=ROOT, env=os.environ | offline, check=True, capture_output=True)
    (asset,) = tmp_path.glob("asset.*")
    assert tree_hash(asset / "python") == tree_hash(layer)


def test_finished_layer_passes_the_check_command(layer):
    seen = layer_build("check", layer.parent)
    assert f"{len(read_lock(TARGET))} packages with their licences" in seen
    assert "of 262.1 MB are left for the function" in seen


@pytest.mark.parametrize("target", TARGETS[1:], ids=lambda target: target.name)
def test_wheels_of_every_other_target_pass_every_check(target, tmp_path):
    name = ["--runtime", target.runtime, "--arch", target.arch]
    seen = layer_build("build", *name, "--installer", "uv", "--out", tmp_path, *AS_INSTALLED)
    assert f"binaries that load on {target.system.name}" in seen


def test_layer_for_another_machine_is_slimmed_here_and_passes_every_check(tmp_path):
    seen = layer_build("build", "--runtime", "python3.13", "--arch", "arm64", "--out", tmp_path)
    assert all(f"ML layer: {step}: " in seen for step in STEPS)
    assert "binaries that load on Amazon Linux 2023" in seen
