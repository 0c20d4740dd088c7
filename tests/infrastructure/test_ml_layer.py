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

from stacks import ml_layer
from stacks.bundling import LocalBundling, source_hash
from stacks.ml_layer import LAYER_BUILD, LOCK, SOURCES, MlLayer

ROOT = Path(__file__).parents[2]
SKIP_BUNDLING = {"aws:cdk:bundling-stacks": []}

FAKE_BUILD = """
import pathlib, sys
folder = pathlib.Path(sys.argv[sys.argv.index("--out") + 1], "python")
folder.mkdir()
(folder / "built.txt").write_text("by the fake")
print("fake: done", file=sys.stderr)
"""


def synthesise(outdir, *, use_docker=False, context=None):
    app = cdk.App(context=context, outdir=str(outdir), analytics_reporting=False)
    stack = cdk.Stack(app, "Stack")
    MlLayer(stack, "MlLayer", use_docker=use_docker)
    return Template.from_stack(stack).to_json()


def local(script, *, use_docker=False):
    """Bundle with a script of the test's own, as the layer does with build.py."""
    command = lambda python, out: [python, "-B", script.name, "--out", out]  # noqa: E731 - the argument's own form
    return LocalBundling(script.parent, command, use_docker=use_docker)


def layer_properties(template):
    (layer,) = [r for r in template["Resources"].values() if r["Type"] == "AWS::Lambda::LayerVersion"]
    return layer["Properties"]


def copy_sources(folder):
    """Copy the real sources, with a build script that needs neither network nor time."""
    shutil.copytree(LAYER_BUILD, folder, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "build.py").write_text(FAKE_BUILD)
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


def test_layer_is_for_python_3_11_on_x86_64_and_names_its_versions(tmp_path):
    properties = layer_properties(synthesise(tmp_path, context=SKIP_BUNDLING))
    assert properties["CompatibleRuntimes"] == ["python3.11"]
    assert properties["CompatibleArchitectures"] == ["x86_64"]
    assert {"scikit-learn 1.7.2", "numpy 2.2.6", "scipy 1.16.3"} <= set(properties["Description"].split(", "))
    assert len(properties["Description"]) <= 256  # Lambda's limit
    assert properties["LicenseInfo"].startswith("BSD-3-Clause")


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


def test_asset_key_covers_the_sources_the_image_and_the_command_and_nothing_else(tmp_path):
    """CDK hashes the bundling options in: a path of this machine among them would change the key."""
    options = {
        "image": "public.ecr.aws/sam/build-python3.11",
        "command": ["python3.11", "-B", "build.py", "--out", "/asset-output"],
        "local": {},
    }
    hashed = source_hash(LAYER_BUILD, SOURCES) + json.dumps(options, separators=(",", ":"))
    expected = hashlib.sha256(hashed.encode()).hexdigest() + ".zip"
    for use_docker in (False, True):
        template = synthesise(tmp_path / str(use_docker), use_docker=use_docker, context=SKIP_BUNDLING)
        assert layer_properties(template)["Content"]["S3Key"] == expected


@pytest.mark.parametrize("name", ["build.py", "checks.py", LOCK])
def test_source_hash_changes_with_each_source(tmp_path, name):
    folder = copy_sources(tmp_path / "layer_build")
    before = source_hash(folder, SOURCES)
    with (folder / name).open("a") as file:
        file.write("# changed\n")
    assert source_hash(folder, SOURCES) != before


def test_source_hash_ignores_caches_times_and_tools(tmp_path):
    folder = copy_sources(tmp_path / "layer_build")
    before = source_hash(folder, SOURCES)
    (folder / "__pycache__").mkdir()
    (folder / "__pycache__" / "build.cpython-311.pyc").write_bytes(b"whatever")
    (folder / "lock.py").write_text("# only writes the lock\n")
    for name in SOURCES:
        os.utime(folder / name, (1, 1))
    assert source_hash(folder, SOURCES) == before


def test_try_bundle_builds_on_this_machine_and_passes_progress_on(script, out, capsys):
    assert local(script).try_bundle(str(out)) is True
    assert (out / "python" / "built.txt").read_text() == "by the fake"
    assert capsys.readouterr().err == "fake: done\n"


def test_try_bundle_leaves_it_to_the_container_only_when_asked_to(script, out):
    assert local(script, use_docker=True).try_bundle(str(out)) is False
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
    (folder / "build.py").write_text("raise SystemExit('error: no such wheel')\n")
    monkeypatch.setattr(ml_layer, "LAYER_BUILD", folder)
    with pytest.raises(RuntimeError, match="error: no such wheel"):
        synthesise(tmp_path / "out", context={})
    assert [p for p in (tmp_path / "out").glob("asset.*") if not p.name.endswith("-building")] == []


def test_docker_runs_the_same_script_with_the_folders_mounted(tmp_path):
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
        "import aws_cdk as cdk\nfrom stacks.ml_layer import MlLayer\n"
        f"stack = cdk.Stack(cdk.App(outdir={str(tmp_path / 'out')!r}), 'Stack')\n"
        "MlLayer(stack, 'MlLayer', use_docker=True)\n"
    )
    environment = os.environ | {"CDK_DOCKER": str(docker)}
    subprocess.run([sys.executable, "-c", app], cwd=ROOT, env=environment, check=True, capture_output=True)
    arguments, mounts = json.loads((tmp_path / "call.json").read_text())
    assert arguments[0] == "run"
    assert arguments[-6:] == [
        "public.ecr.aws/sam/build-python3.11",
        *["python3.11", "-B", "build.py", "--out", "/asset-output"],
    ]
    assert Path(mounts["/asset-input"]) == LAYER_BUILD
    assert arguments[arguments.index("-w") + 1] == "/asset-input"
