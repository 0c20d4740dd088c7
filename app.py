"""The CDK application: the stacks of one stage, chosen with ``-c stage=local|dev|prod``."""

import sys

import aws_cdk as cdk

from layer_build.errors import LayerError
from stacks.api import ApiStack
from stacks.bundling import bundling_failure
from stacks.config import ConfigError, read_settings
from stacks.console import ConsoleStack
from stacks.data_lake import DataLakeStack
from stacks.inference import InferenceStack
from stacks.monitoring import MonitoringStack
from stacks.size_gate import check_sizes


def build_app(app: cdk.App) -> cdk.App:
    """Add the stacks of the stage that the app's context chooses.

    Raises
    ------
    stacks.config.ConfigError
        If a setting is wrong.
    """
    context = {name: app.node.try_get_context(name) for name in ("stage", "stages")}
    settings = read_settings(context)
    prefix = f"recall-{settings.stage}"
    data_lake = DataLakeStack(app, "DataLake", stack_name=f"{prefix}-data-lake")
    service = InferenceStack(
        app, "Inference", stack_name=f"{prefix}-inference", settings=settings, lake=data_lake.lake
    )
    front = ApiStack(
        app, "Api", stack_name=f"{prefix}-api", settings=settings, handler=service.inference.alias
    )
    ConsoleStack(
        app,
        "Console",
        stack_name=f"{prefix}-console",
        settings=settings,
        endpoint=front.api.rest_api.url,
    )
    MonitoringStack(
        app,
        "Monitoring",
        stack_name=f"{prefix}-monitoring",
        settings=settings,
        function=service.inference.alias,
        canary=service.canary.function,
        rest_api=front.api.rest_api,
    )
    return app


if __name__ == "__main__":
    try:
        check_sizes(build_app(cdk.App()).synth())
    except (ConfigError, LayerError) as error:
        sys.exit(f"error: {error}")
    except RuntimeError as error:
        sys.exit(f"error: {bundling_failure(error)}")
