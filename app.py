"""The CDK application: the stacks of one stage, chosen with ``-c stage=local|dev|prod``."""

import sys

import aws_cdk as cdk

from layer_build.errors import LayerError
from stacks.api import ApiStack
from stacks.bundling import bundling_failure
from stacks.config import ConfigError, settings_of
from stacks.data_lake import DataLakeStack
from stacks.inference import InferenceStack
from stacks.learning.alarms import LearningAlarms
from stacks.learning.loader_alarms import loader_graphs
from stacks.learning.quality import quality_graphs
from stacks.learning.stack import LearningStack
from stacks.memory.alarms import MemoryAlarms, memory_graphs
from stacks.memory.stack import MemoryStack
from stacks.monitoring import MonitoringStack
from stacks.routes import Functions
from stacks.size_gate import check_sizes
from stacks.studio import StudioStack
from stacks.text.alarms import TextAlarms, text_graphs
from stacks.text.stack import TextStack
from tools.cost.worst_case import worst_case_line


def build_app(app: cdk.App) -> cdk.App:
    """Add the stacks of the stage that the app's context chooses.

    Raises
    ------
    stacks.config.ConfigError
        If a setting is wrong.
    """
    settings = settings_of(app)
    prefix = f"recall-{settings.stage}"
    data_lake = DataLakeStack(app, "DataLake", stack_name=f"{prefix}-data-lake", settings=settings)
    service = InferenceStack(
        app, "Inference", stack_name=f"{prefix}-inference", settings=settings, lake=data_lake.lake
    )
    memory = None
    if settings.memory or settings.reviews_retention_days:
        memory = MemoryStack(
            app, "Memory", stack_name=f"{prefix}-memory", settings=settings, lake=data_lake.lake
        )
    learning = None
    if memory and settings.reviews_retention_days:
        learning = LearningStack(
            app,
            "Learning",
            stack_name=f"{prefix}-learning",
            settings=settings,
            lake=data_lake.lake,
            learners=memory.table,
        )
    text = TextStack(app, "Text", stack_name=f"{prefix}-text", settings=settings) if settings.text else None
    front = ApiStack(
        app,
        "Api",
        stack_name=f"{prefix}-api",
        settings=settings,
        functions=Functions(
            service=service.inference.alias,
            reviews=memory.memory.function if memory else None,
            quality=memory.memory.function if memory and learning else None,
            learners=memory.memory.function if memory and settings.memory else None,
            text=text.text.function if text else None,
        ),
        tenant_keys=memory.tenant_keys if memory else [],
    )
    if settings.studio:
        StudioStack(
            app,
            "Studio",
            stack_name=f"{prefix}-studio",
            settings=settings,
            endpoint=front.api.rest_api.url,
            operations=learning.operations_url if learning else None,
        )
    watch = MonitoringStack(
        app,
        "Monitoring",
        stack_name=f"{prefix}-monitoring",
        settings=settings,
        function=service.inference.alias,
        canary=service.canary.function,
        rest_api=front.api.rest_api,
        log_groups={
            "function's": [service.inference.function.log_group],
            "canary's": [service.canary.function.log_group],
            "access": [front.api.access_log],
            **(learning.log_groups if learning else {}),
            **({"memory's": [memory.memory.function.log_group]} if memory else {}),
            **({"text function's": [text.text.function.log_group]} if text else {}),
        },
    )
    if learning:
        LearningAlarms(
            watch,
            "Learning",
            settings=settings,
            learning=learning,
            topic=watch.monitoring.topic,
        )
        watch.monitoring.dashboard.add_widgets(*quality_graphs(settings))
        watch.monitoring.dashboard.add_widgets(*loader_graphs(learning.loader))
    if memory:
        function, table = memory.memory.function, memory.table
        topic = watch.monitoring.topic
        MemoryAlarms(watch, "Memory", settings=settings, function=function, table=table, topic=topic)
        watch.monitoring.dashboard.add_widgets(*memory_graphs(function, table))
    if text:
        function, topic = text.text.function, watch.monitoring.topic
        TextAlarms(watch, "Text", settings=settings, function=function, topic=topic)
        watch.monitoring.dashboard.add_widgets(*text_graphs(function))
    return app


if __name__ == "__main__":
    try:
        app = build_app(cdk.App())
        assembly = app.synth()
        check_sizes(assembly)
        # stdout is the CLI's.
        line = worst_case_line(settings_of(app), [stack.template for stack in assembly.stacks])
        sys.stderr.write(f"{line}\n")
    except (ConfigError, LayerError) as error:
        sys.exit("\n".join(f"error: {line}" for line in str(error).splitlines()))
    except RuntimeError as error:
        sys.exit(f"error: {bundling_failure(error)}")
