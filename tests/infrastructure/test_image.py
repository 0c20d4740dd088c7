"""`packaging: image`: the same functions from a container image, staged without Docker."""

import json
import os
import re
import shutil
from pathlib import Path

import aws_cdk as cdk
import pytest
from syrupy.extensions.json import JSONSnapshotExtension

from app import build_app
from stacks import function_package
from tests.infrastructure.conftest import PROJECT, only, resources
from tests.infrastructure.test_snapshots import normalise

pytestmark = pytest.mark.slow

HANDLERS = ["canary.handler.handler", "inference.handler.handler"]


def synthesize(outdir, **settings):
    """Synthesize the stage dev with the image, and other settings."""
    context = json.loads((PROJECT / "cdk.json").read_text())["context"]
    context["stages"]["dev"] |= {"packaging": "image"} | settings
    return build_app(cdk.App(context=context | {"stage": "dev"}, outdir=str(outdir))).synth()


def image_asset(outdir):
    """Return the hash and the source of the one image in the manifest of the assets."""
    manifest = json.loads((Path(outdir) / "Inference.assets.json").read_text())
    ((hash_, asset),) = manifest["dockerImages"].items()
    return hash_, asset["source"]


@pytest.fixture(scope="module")
def assembly(tmp_path_factory):
    """Give the stage, synthesized where there is no engine to build anything with."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CDK_DOCKER", "/nowhere")
        return synthesize(tmp_path_factory.mktemp("image"))


@pytest.fixture(scope="module")
def template(assembly):
    return assembly.get_stack_artifact("Inference").template


def test_template_is_the_one_that_was_reviewed(template, snapshot):
    assert normalise(template) == snapshot.use_extension(JSONSnapshotExtension)(name="image-Inference")


def test_both_functions_run_one_image_with_their_own_commands(template):
    functions = resources(template, "AWS::Lambda::Function")

    assert sorted(f["ImageConfig"]["Command"] for f in functions) == [[handler] for handler in HANDLERS]
    assert len({json.dumps(f["Code"]) for f in functions}) == 1
    for function in functions:
        assert function["PackageType"] == "Image"
        assert function["Architectures"] == ["x86_64"]
        assert not {"Layers", "Runtime", "Handler"} & set(function)


def test_there_is_no_layer_beside_the_image(template):
    assert resources(template, "AWS::Lambda::LayerVersion") == []


def test_settings_of_the_stage_reach_the_dockerfile(assembly, tmp_path):
    synthesize(tmp_path, runtime="python3.13", architecture="arm64", onnx=True)

    _hash, x86 = image_asset(assembly.directory)
    _hash, arm = image_asset(tmp_path)

    assert x86["platform"] == "linux/amd64"
    assert x86["dockerBuildArgs"] == {
        "RUNTIME": "python3.11", "PYTHON_VERSION": "3.11", "ARCHITECTURE": "x86_64", "LAYERS": "ml",
    }  # fmt: skip
    assert arm["platform"] == "linux/arm64"
    assert arm["dockerBuildArgs"] == {
        "RUNTIME": "python3.13", "PYTHON_VERSION": "3.13", "ARCHITECTURE": "arm64", "LAYERS": "ml onnx",
    }  # fmt: skip


def test_dockerfile_declares_every_build_argument_that_it_is_given(assembly):
    _hash, source = image_asset(assembly.directory)
    dockerfile = Path(assembly.directory, source["directory"], "Dockerfile").read_text()
    declared = set(re.findall(r"^ARG (\w+)", dockerfile, re.MULTILINE))

    assert declared == set(source["dockerBuildArgs"])


def test_context_is_code_layer_builder_and_dockerfile_and_nothing_else(assembly):
    _hash, source = image_asset(assembly.directory)
    context = Path(assembly.directory, source["directory"])
    staged = {path.relative_to(context).as_posix() for path in context.rglob("*") if path.is_file()}

    expected = {
        path.relative_to(PROJECT).as_posix()
        for room in ("lambda_src", "layer_build")
        for path in (PROJECT / room).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert staged == expected | {"Dockerfile"}


def copy_project(folder):
    """Copy what the image is made of, with other times, another Python's caches and a stranger beside."""
    for room in ("lambda_src", "layer_build"):
        shutil.copytree(PROJECT / room, folder / room, copy_function=shutil.copyfile)
    shutil.copyfile(PROJECT / "Dockerfile", folder / "Dockerfile")
    (folder / "layer_build" / "__pycache__").mkdir(exist_ok=True)
    (folder / "layer_build" / "__pycache__" / "build.cpython-399.pyc").write_bytes(b"whatever")
    (folder / "secret.env").write_text("KEY=1")
    os.utime(folder / "lambda_src" / "recall" / "curve.py", (1, 1))
    return folder


def test_hash_of_the_image_is_the_same_in_every_folder(assembly, tmp_path, monkeypatch):
    monkeypatch.setattr(function_package, "PROJECT", copy_project(tmp_path / "elsewhere"))

    synthesize(tmp_path / "out")

    assert image_asset(tmp_path / "out") == image_asset(assembly.directory)


@pytest.mark.parametrize(
    "name", ["Dockerfile", "layer_build/locks/python3.11-x86_64.txt", "lambda_src/canary/handler.py"]
)
def test_hash_of_the_image_follows_what_it_is_made_of(assembly, tmp_path, monkeypatch, name):
    folder = copy_project(tmp_path / "elsewhere")
    with (folder / name).open("a") as file:
        file.write("\n# changed\n")
    monkeypatch.setattr(function_package, "PROJECT", folder)

    synthesize(tmp_path / "out")

    assert image_asset(tmp_path / "out")[0] != image_asset(assembly.directory)[0]


def test_templates_hold_no_path_of_this_machine(assembly):
    files = [
        *Path(assembly.directory).glob("*.template.json"),
        *Path(assembly.directory).glob("*.assets.json"),
    ]

    assert not [file.name for file in files if str(PROJECT) in file.read_text()]


def test_function_keeps_its_settings_as_an_image(template):
    function = only(template, "AWS::Lambda::Function", "Inference")

    assert (function["MemorySize"], function["Timeout"]) == (512, 10)
    assert function["Environment"]["Variables"]["STAGE"] == "dev"
