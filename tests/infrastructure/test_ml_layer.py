"""The ML layer's construct: its template, its asset's hash, and how it is bundled."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import aws_cdk as cdk
import pytest
from aws_cdk.assertions import Template

from layer_build import targets
from layer_build.digest import digest
from layer_build.layers import LAYERS
from layer_build.targets import find_target, targets_of
from layer_build.versions import read_lock
from stacks import ml_layer
from stacks.bundling import (
    LAMBDA_ARCHITECTURES,
    LAMBDA_RUNTIMES,
    LocalBundling,
    bundling_failure,
    python_of,
)
from stacks.config import ConfigError, read_settings
from stacks.ml_layer import LAYER_BUILD, LockedLayer, layer_target
from tests.layers import TARGETS

ROOT = Path(__file__).parents[2]
SKIP_BUNDLING = {"aws:cdk:bundling-stacks": []}

DEFAULT = find_target("python3.11", "x86_64")
# What the container runs; on this machine only the Python and the folder differ.
COMMAND = [
    "sh",
    "-ec",
    "link=$(mktemp -d)\n"
    "trap 'rm -rf \"$link\"' EXIT\n"
    'ln -s "$PWD" "$link/layer_build"\n'
    'cd "$link"\n'
    "python3.11 -B -m layer_build build --runtime python3.11 --arch x86_64 --layer ml "
    "--out /asset-output --no-record",
]

FAKE_BUILD = """
import pathlib, sys
folder = pathlib.Path(sys.argv[sys.argv.index("--out") + 1], "python")
folder.mkdir()
(folder / "built.txt").write_text(" ".join(sys.argv[1:6]))
with pathlib.Path(__file__).resolve().with_name("calls").open("a") as calls:
    calls.write("called ")
print("fake: done", file=sys.stderr)
"""


def synthesise(outdir, *, target=DEFAULT, use_docker=False, context=None):
    app = cdk.App(context=context, outdir=str(outdir), analytics_reporting=False)
    stack = cdk.Stack(app, "Stack")
    LockedLayer(stack, "MlLayer", target=target, use_docker=use_docker)
    return Template.from_stack(stack).to_json()


def local(script, *, runtime="python3.11", use_docker=False):
    """Bundle with a script of the test's own."""

    def command(out):
        return [python_of(runtime), "-B", script.name, "--out", out]

    return LocalBundling(script.parent, command, use_docker=use_docker)


def layer_properties(template):
    (layer,) = [r for r in template["Resources"].values() if r["Type"] == "AWS::Lambda::LayerVersion"]
    return layer["Properties"]


def copy_sources(folder):
    """Copy the real sources, with a build script that needs neither network nor time."""
    shutil.copytree(LAYER_BUILD, folder, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "__main__.py").write_text(FAKE_BUILD)
    return folder


@pytest.fixture
def script(tmp_path):
    path = tmp_path / "script.py"
    path.write_text(FAKE_BUILD)
    return path


@pytest.fixture
def out(tmp_path):
    path = tmp_path / "out"
    path.mkdir()
    return path


@pytest.mark.parametrize(
    "target",
    [target for layer in LAYERS.values() for target in targets_of(layer)],
    ids=lambda target: target.name,
)
def test_layer_is_for_its_target_and_names_its_versions(tmp_path, target):
    properties = layer_properties(synthesise(tmp_path, target=target, context=SKIP_BUNDLING))
    assert properties["CompatibleRuntimes"] == [target.runtime]
    assert properties["CompatibleArchitectures"] == [target.arch]
    named = dict(pin.split(" ") for pin in properties["Description"].split(", "))
    assert named.items() <= read_lock(target).items()
    assert set(target.layer.same_as_training) <= named.keys()
    assert len(properties["Description"]) <= 256  # Lambda's limit
    assert properties["LicenseInfo"].startswith(target.layer.licence)


def test_cdk_knows_every_target():
    assert {target.runtime for target in TARGETS} == set(LAMBDA_RUNTIMES)
    assert {target.arch for target in TARGETS} == set(LAMBDA_ARCHITECTURES)


def test_replaced_layer_versions_are_deleted(tmp_path):
    template = Template.from_json(synthesise(tmp_path, context=SKIP_BUNDLING))
    template.has_resource(
        "AWS::Lambda::LayerVersion", {"DeletionPolicy": "Delete", "UpdateReplacePolicy": "Delete"}
    )


def test_template_is_the_same_bundled_or_not_and_in_any_folder(tmp_path, monkeypatch):
    templates = []
    for number, context in enumerate([SKIP_BUNDLING, {}, SKIP_BUNDLING, {}]):
        folder = tmp_path / f"checkout{number // 2}" / "layer_build"
        monkeypatch.setattr(ml_layer, "LAYER_BUILD", folder if folder.exists() else copy_sources(folder))
        templates.append(synthesise(tmp_path / f"out{number}", context=context))
    built = [path.parent.parent.parent.name for path in tmp_path.glob("out*/asset.*/python/built.txt")]
    assert sorted(built) == ["out1", "out3"]
    assert templates[1:] == templates[:1] * 3


def test_unchanged_layer_is_not_built_again(tmp_path, monkeypatch):
    folder = copy_sources(tmp_path / "layer_build")
    monkeypatch.setattr(ml_layer, "LAYER_BUILD", folder)
    first, second = (synthesise(tmp_path / "out", context={}) for _ in range(2))
    assert first == second
    assert (folder / "calls").read_text() == "called "
    with (folder / "build.py").open("a") as file:
        file.write("# changed\n")
    synthesise(tmp_path / "out", context={})
    assert (folder / "calls").read_text() == "called called "


def test_build_is_told_the_target(tmp_path, monkeypatch):
    monkeypatch.setattr(ml_layer, "LAYER_BUILD", copy_sources(tmp_path / "layer_build"))
    monkeypatch.setattr("stacks.bundling.find_python", lambda _runtime: sys.executable)
    synthesise(tmp_path / "out", target=find_target("python3.13", "arm64"), context={})
    (built,) = (tmp_path / "out").glob("asset.*/python/built.txt")
    assert built.read_text() == "build --runtime python3.13 --arch arm64"


def test_asset_key_covers_the_sources_the_image_and_the_command_and_nothing_else(tmp_path):
    """CDK hashes the bundling options in: a path of this machine among them would change the key."""
    options = {
        "image": "public.ecr.aws/sam/build-python3.11",
        "command": COMMAND,
        "local": {},
    }
    hashed = digest(DEFAULT) + json.dumps(options, separators=(",", ":"))
    expected = hashlib.sha256(hashed.encode()).hexdigest() + ".zip"
    for use_docker in (False, True):
        template = synthesise(tmp_path / str(use_docker), use_docker=use_docker, context=SKIP_BUNDLING)
        assert layer_properties(template)["Content"]["S3Key"] == expected


def test_try_bundle_builds_on_this_machine_and_passes_progress_on(script, out, capsys):
    assert local(script).try_bundle(str(out)) is True
    assert (out / "python" / "built.txt").exists()
    assert capsys.readouterr().err == "fake: done\n"


def test_try_bundle_leaves_it_to_the_container_only_when_asked_to(script, out):
    assert local(script, use_docker=True).try_bundle(str(out)) is False
    assert list(out.iterdir()) == []


def test_try_bundle_without_a_python_of_the_runtime_says_how_to_get_one(script, out, monkeypatch):
    monkeypatch.setattr("stacks.bundling.find_python", lambda _runtime: None)
    said = r"no Python 3\.14 on this machine .* `uv python install 3\.14`, or set bundling to docker"
    with pytest.raises(RuntimeError, match=said):
        local(script, runtime="python3.14").try_bundle(str(out))
    assert list(out.iterdir()) == []


def test_try_bundle_of_a_failing_build_raises_its_last_line(script, out):
    script.write_text("import sys\nprint('step 1', file=sys.stderr)\nsys.exit('error: no such wheel')\n")
    with pytest.raises(RuntimeError, match=r"^error: no such wheel$"):
        local(script).try_bundle(str(out))


def test_try_bundle_of_a_silently_failing_build_raises_its_exit_code(script, out):
    script.write_text("raise SystemExit(3)\n")
    with pytest.raises(RuntimeError, match="ended with exit code 3"):
        local(script).try_bundle(str(out))


def test_try_bundle_that_built_nothing_raises(script, out):
    script.write_text("")
    with pytest.raises(RuntimeError, match="made nothing"):
        local(script).try_bundle(str(out))


def test_failed_bundling_tells_the_user_and_leaves_no_asset(tmp_path, monkeypatch):
    folder = copy_sources(tmp_path / "layer_build")
    (folder / "__main__.py").write_text("raise SystemExit('error: no such wheel')\n")
    monkeypatch.setattr(ml_layer, "LAYER_BUILD", folder)
    with pytest.raises(RuntimeError, match="error: no such wheel") as failure:
        synthesise(tmp_path / "out", context={})
    line = bundling_failure(failure.value)
    assert line == "Failed to bundle asset Stack/MlLayer/Version/Code/Stage: no such wheel"
    assert [p for p in (tmp_path / "out").glob("asset.*") if not p.name.endswith("-building")] == []


def test_other_errors_of_cdk_are_not_taken_for_a_failed_build():
    error = RuntimeError("There is already a Construct with name 'MlLayer'")
    with pytest.raises(RuntimeError, match="already a Construct"):
        bundling_failure(error)


def changed(**values):
    """Return dev's settings with some of them changed."""
    context = json.loads((ROOT / "cdk.json").read_text())["context"]
    return read_settings(context | {"stage": "dev"}).model_copy(update=values)


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_every_runtime_and_architecture_has_a_layer(target):
    assert layer_target(changed(runtime=target.runtime, architecture=target.arch)) == target


def test_combination_without_wheels_fails_at_synth_with_the_reason(tmp_path, monkeypatch):
    monkeypatch.setattr(targets, "FOLDER", copy_sources(tmp_path / "layer_build"))
    find_target("python3.13", "arm64").lock.unlink()
    with pytest.raises(ConfigError) as refusal:
        layer_target(changed(runtime="python3.13", architecture="arm64"))
    assert str(refusal.value) == (
        "stage dev: locks/python3.13-arm64.txt is missing: run `python -m layer_build lock "
        "--layer ml --runtime python3.13 --arch arm64`, which says whether there are wheels for it"
    )


def test_other_versions_than_models_are_trained_with_fail_at_synth(tmp_path, monkeypatch):
    pyproject = (ROOT / "pyproject.toml").read_text()
    (tmp_path / "pyproject.toml").write_text(pyproject.replace("skops==0.16.0", "skops==0.15.0"))
    monkeypatch.setattr(ml_layer, "PROJECT", tmp_path)
    with pytest.raises(
        ConfigError, match=r"^stage dev: skops: .* has 0\.16\.0, the training environment 0\.15"
    ):
        layer_target(changed())


def test_docker_runs_the_same_command_with_the_folders_mounted(tmp_path):
    """A stand-in for docker notes its arguments; jsii reads CDK_DOCKER as it starts: a new process."""
    docker = tmp_path / "docker"
    docker.write_text(
        f"#!{sys.executable}\n"
        "import json, pathlib, sys\n"
        "mounts = dict(a.split(':')[1::-1] for a in sys.argv if ':/asset-' in a)\n"
        "pathlib.Path(mounts['/asset-output'], 'built.txt').touch()\n"
        f"pathlib.Path({str(tmp_path)!r}, 'call.json').write_text(json.dumps([sys.argv[1:], mounts]))\n"
    )
    docker.chmod(0o755)
    app = (
        "import aws_cdk as cdk\nfrom layer_build.targets import find_target\n"
        "from stacks.ml_layer import LockedLayer\n"
        f"stack = cdk.Stack(cdk.App(outdir={str(tmp_path / 'out')!r}), 'Stack')\n"
        "LockedLayer(stack, 'MlLayer', target=find_target('python3.11', 'x86_64'), use_docker=True)\n"
    )
    environment = os.environ | {"CDK_DOCKER": str(docker)}
    subprocess.run([sys.executable, "-c", app], cwd=ROOT, env=environment, check=True, capture_output=True)
    arguments, mounts = json.loads((tmp_path / "call.json").read_text())
    assert arguments[0] == "run"
    assert arguments[-1 - len(COMMAND) :] == ["public.ecr.aws/sam/build-python3.11", *COMMAND]
    assert Path(mounts["/asset-input"]) == LAYER_BUILD
    assert arguments[arguments.index("-w") + 1] == "/asset-input"
