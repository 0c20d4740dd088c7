"""The stack of the text function."""

import aws_cdk as cdk
from constructs import Construct

from layer_build.layers import ML, TEXT
from stacks.config import StageSettings
from stacks.ml_layer import package_on_layers
from stacks.text.function import Text


class TextStack(cdk.Stack):
    """What works with texts.

    Attributes
    ----------
    text : stacks.text.function.Text
    """

    def __init__(
        self, scope: Construct, construct_id: str, *, stack_name: str, settings: StageSettings
    ) -> None:
        super().__init__(scope, construct_id, stack_name=stack_name, description="Recall: texts")
        self.text = Text(
            self, "Text", settings=settings, package=package_on_layers(self, settings, (ML, TEXT))
        )
        cdk.CfnOutput(
            self,
            "Function",
            value=self.text.function.function_name,
            description="For the kill switch and its way back: docs/runbook.md",
        )
