"""What a stage's deployment needs, read from its own synthesis."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import aws_cdk as cdk

from app import build_app
from stacks.config import StageSettings, read_settings

Template = Mapping[str, Any]
# Nothing is built: https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.cx_api.BUNDLING_STACKS.html
BUILD_NOTHING: dict[str, list[str]] = {"aws:cdk:bundling-stacks": []}


class Resource(NamedTuple):
    """A resource of a template."""

    stack: str
    logical_id: str
    properties: Mapping[str, Any]


class Stage(NamedTuple):
    """What a deployment of a stage consists of.

    Attributes
    ----------
    settings : stacks.config.StageSettings
    templates : mapping of str to dict
        The templates by their stacks' names.
    bootstrap_version : int
        The oldest version of the CDK's bootstrap stack that they can be deployed with.
    has_images : bool
        Whether container images are built and pushed.
    """

    settings: StageSettings
    templates: Mapping[str, Template]
    bootstrap_version: int
    has_images: bool

    def resources(self, kind: str) -> list[Resource]:
        """Return the resources of a type, such as ``AWS::IAM::Role``."""
        return [
            Resource(stack, logical_id, resource.get("Properties", {}))
            for stack, template in self.templates.items()
            for logical_id, resource in template["Resources"].items()
            if resource["Type"] == kind
        ]

    def kinds(self) -> Iterator[str]:
        """Yield the type of each resource."""
        for template in self.templates.values():
            for resource in template["Resources"].values():
                yield str(resource["Type"])

    def stack_name(self, part: str) -> str:
        """Return the name of one of the stage's stacks, whether this synthesis has it or not."""
        return f"recall-{self.settings.stage}-{part}"


def read_stage(context: Mapping[str, Any]) -> Stage:
    """Synthesize a stage without building anything.

    Parameters
    ----------
    context : mapping
        The context of cdk.json, with the stage's name as ``stage``.

    Raises
    ------
    stacks.config.ConfigError
        If a setting is wrong.
    """
    settings = read_settings(context)
    with TemporaryDirectory() as folder:
        assembly = build_app(cdk.App(context={**context, **BUILD_NOTHING}, outdir=folder)).synth()
        assets = [json.loads(path.read_text("utf-8")) for path in Path(folder).glob("*.assets.json")]
        return Stage(
            settings,
            templates={stack.stack_name: stack.template for stack in assembly.stacks},
            bootstrap_version=max(
                int(stack.requires_bootstrap_stack_version or 0) for stack in assembly.stacks
            ),
            has_images=any(each.get("dockerImages") for each in assets),
        )
