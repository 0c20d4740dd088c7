"""The real layers, downloaded and built in every way that this machine has: the bytes are the same."""

import os
import subprocess
import sys

import pytest

from layer_build.build import check
from layer_build.install import INSTALLERS, install
from layer_build.layers import JOBS, LAKE, LAYERS, TEXT
from layer_build.slim import STEPS
from layer_build.targets import find_target, runtimes_of
from layer_build.tree import normalise, tree_hash
from layer_build.versions import read_lock
from tests.layers import PROJECT, TARGETS, built_layer, layer_build, named

pytestmark = pytest.mark.slow

AS_INSTALLED = [f"--without={step}" for step in STEPS]
TARGET = find_target("python3.11", "x86_64")
JOBS_TARGET = find_target("python3.11", "x86_64", JOBS)
LAKE_TARGET = find_target("python3.11", "x86_64", LAKE)
TEXT_TARGET = find_target("python3.11", "x86_64", TEXT)
ALL = (TARGET, JOBS_TARGET, LAKE_TARGET, TEXT_TARGET)

SYNTHESIS = """
import sys
import aws_cdk as cdk
from layer_build.targets import find_target
from stacks.ml_layer import LockedLayer

stack = cdk.Stack(cdk.App(outdir=sys.argv[1]), "Stack")
LockedLayer(stack, "MlLayer", target=find_target("python3.11", "x86_64"), use_docker=False)
"""


@pytest.fixture(scope="module")
def wheelhouse(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheelhouse")
    for target in (JOBS_TARGET, LAKE_TARGET, TEXT_TARGET):  # with those of the layer beneath
        layer_build("download", *named(target), "--out", folder)
    return folder


def test_wheelhouse_has_the_locked_wheels_of_all_layers(wheelhouse):
    wheels = {tuple(path.name.lower().split("-")[:2]) for path in wheelhouse.iterdir()}
    locked = [pin for target in ALL for pin in read_lock(target).items()]
    assert wheels == {(name.replace("-", "_"), version) for name, version in locked}


@pytest.mark.parametrize("target", ALL, ids=lambda target: target.layer.name)
def test_tree_is_the_same_by_pip_or_uv_from_the_index_or_a_wheelhouse(wheelhouse, tmp_path, target):
    """Without slimming: the steps see this tree only, whoever made it."""
    nowhere = {"PIP_CONFIG_FILE": "/dev/null", "PIP_FIND_LINKS": "", "UV_CACHE_DIR": str(tmp_path / "cache")}
    nowhere |= dict.fromkeys(("PIP_INDEX_URL", "UV_DEFAULT_INDEX"), "http://127.0.0.1:9/simple")
    layer_build("build", *named(target), "--out", tmp_path / "index", *AS_INSTALLED)
    for installer in INSTALLERS:
        options = ["--installer", installer, "--wheelhouse", wheelhouse, *AS_INSTALLED]
        layer_build("build", *named(target), "--out", tmp_path / installer, *options, **nowhere)

    assert len({tree_hash(tmp_path / way / "python") for way in ("index", *INSTALLERS)}) == 1


def test_layer_that_cdk_builds_offline_is_the_same_byte_by_byte(wheelhouse, tmp_path):
    """By a link to the package, as in the container; pip's own environment variables reach the build."""
    offline = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(wheelhouse), "PIP_CONFIG_FILE": "/dev/null"}
    command = [sys.executable, "-c", SYNTHESIS, tmp_path]
    subprocess.run(command, cwd=PROJECT, env=os.environ | offline, check=True, capture_output=True)
    (asset,) = tmp_path.glob("asset.*")
    assert tree_hash(asset / "python") == tree_hash(built_layer(TARGET) / "python")


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_locked_wheels_of_every_target_pass_every_check(target, tmp_path):
    for layer in LAYERS.values():
        if target.runtime not in runtimes_of(layer):
            continue
        root, of_layer = tmp_path / layer.name, find_target(target.runtime, target.arch, layer)
        install(root, of_layer, installer="uv")
        normalise(root)

        check(root, of_layer, in_image=True)  # slimming brings it below the limit


def test_layer_for_another_machine_is_slimmed_here_and_passes_the_check_command():
    target = find_target("python3.13", "arm64")

    seen = layer_build("check", built_layer(target), *named(target))

    assert "9 packages with their licences, " in seen
    assert "binaries that load on Amazon Linux 2023, 15" in seen  # megabytes, of 200 as installed
