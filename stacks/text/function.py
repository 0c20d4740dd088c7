"""The text function: sentences into vectors, on layers of its own beside the predicting function's."""

import aws_cdk as cdk
from constructs import Construct

from stacks.config import StageSettings
from stacks.function_package import FunctionPackage
from stacks.service_function import ONE_THREAD, ServiceFunction

# For one whole processor, which is all that one thread can use: of the memory itself it needs a fifth.
MEMORY_MB = 1769
TIMEOUT_SECONDS = 29  # API Gateway waits no longer


class Text(ServiceFunction):
    """The function behind ``POST /v1/embed``, ``/v1/similar`` and ``/v1/topics``.

    Its role may write its own log and nothing else: the weights are in its layer. Callers get its newest
    version at once, without an alias, since it keeps nothing between calls.

    Parameters
    ----------
    package : stacks.function_package.FunctionPackage
        The functions' code on the ML layer and the text layer.
    """

    def __init__(
        self, scope: Construct, construct_id: str, *, settings: StageSettings, package: FunctionPackage
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            settings=settings,
            package=package,
            handler="text.handler.handler",
            description="Recall: embeds, compares and groups texts of cards",
            memory_mb=MEMORY_MB,
            timeout=cdk.Duration.seconds(TIMEOUT_SECONDS),
            environment=ONE_THREAD,
            failures="API Gateway calls it and waits: the caller gets every failure, and nothing is stored.",
            traced=settings.x_ray,
        )
