"""The limit of 250 MB for a function and its layers, on what a synthesis leaves behind."""

import aws_cdk as cdk
import pytest
from aws_cdk import aws_lambda as lambda_

from layer_build.checks import UNPACKED_LIMIT
from layer_build.errors import LayerError
from stacks.size_gate import check_sizes


def sparse(folder, size):
    """Return code of a size that takes no space on this disk."""
    folder.mkdir()
    with (folder / "module.py").open("wb") as file:
        file.truncate(size)
    return lambda_.Code.from_asset(str(folder))


def assembly(tmp_path, *, function, layer=None):
    stack = cdk.Stack(cdk.App(outdir=str(tmp_path / "out"), analytics_reporting=False), "Stack")
    layers = []
    if layer is not None:
        code = sparse(tmp_path / "layer", layer)
        layers = [lambda_.LayerVersion(stack, "Layer", code=code)]
    lambda_.Function(
        stack,
        "Function",
        runtime=lambda_.Runtime.PYTHON_3_11,
        handler="module.handler",
        code=function,
        layers=layers,
    )
    return stack.node.root.synth()


def test_function_and_layer_of_the_limit_together_are_accepted(tmp_path):
    code = sparse(tmp_path / "function", 1_000)
    check_sizes(assembly(tmp_path, function=code, layer=UNPACKED_LIMIT - 1_000))


@pytest.mark.parametrize("layer", [UNPACKED_LIMIT - 999, None])
def test_one_byte_more_is_refused_with_stack_and_function(tmp_path, layer):
    code = sparse(tmp_path / "function", 1_000 if layer else UNPACKED_LIMIT + 1)
    with pytest.raises(
        LayerError, match=r"^Stack: Function\w+: layer and function unpack to .* 1 over Lambda's"
    ):
        check_sizes(assembly(tmp_path, function=code, layer=layer))


def test_code_in_the_template_has_a_limit_of_its_own(tmp_path):
    inline = lambda_.Code.from_inline("def handler(event, context): ...")
    check_sizes(assembly(tmp_path, function=inline, layer=UNPACKED_LIMIT))
