"""The limit for a function and its layers, on what a synthesis leaves behind; here it is 10,000 bytes."""

import aws_cdk as cdk
import pytest
from aws_cdk import aws_lambda as lambda_

from layer_build import checks
from layer_build.errors import LayerError
from stacks.size_gate import check_sizes

LIMIT = 10_000


@pytest.fixture(autouse=True)
def small_limit(monkeypatch):
    """Spare the disk copies of 250 MB; test_layer_build_checks has Lambda's own number."""
    monkeypatch.setattr(checks, "UNZIPPED_LIMIT", LIMIT)


def of_size(folder, size):
    """Return code of a size."""
    folder.mkdir()
    (folder / "module.py").write_bytes(bytes(size))
    return lambda_.Code.from_asset(str(folder))


def assembly(tmp_path, *, function, layers=()):
    stack = cdk.Stack(cdk.App(outdir=str(tmp_path / "out"), analytics_reporting=False), "Stack")
    versions = [
        lambda_.LayerVersion(stack, f"Layer{number}", code=of_size(tmp_path / f"layer{number}", size))
        for number, size in enumerate(layers)
    ]
    lambda_.Function(
        stack,
        "Function",
        runtime=lambda_.Runtime.PYTHON_3_11,
        handler="module.handler",
        code=function,
        layers=versions,
    )
    return stack.node.root.synth()


def test_function_and_layer_of_the_limit_together_are_accepted(tmp_path):
    code = of_size(tmp_path / "function", 1_000)
    check_sizes(assembly(tmp_path, function=code, layers=[LIMIT - 1_000]))


def test_function_and_two_layers_of_the_limit_together_are_accepted(tmp_path):
    code = of_size(tmp_path / "function", 1_000)
    check_sizes(assembly(tmp_path, function=code, layers=[LIMIT - 7_000, 6_000]))


@pytest.mark.parametrize(
    ("function", "layers"),
    [(1_000, [LIMIT - 999]), (1_000, [LIMIT - 7_000, 6_001]), (LIMIT + 1, [])],
)
def test_one_byte_more_is_refused_with_stack_and_function(tmp_path, function, layers):
    code = of_size(tmp_path / "function", function)
    with pytest.raises(LayerError, match=r"^Stack: Function\w+: layers and function have .* 1 over Lambda's"):
        check_sizes(assembly(tmp_path, function=code, layers=layers))


def test_code_in_the_template_has_a_limit_of_its_own(tmp_path):
    inline = lambda_.Code.from_inline("def handler(event, context): ...")
    check_sizes(assembly(tmp_path, function=inline, layers=[LIMIT]))
