"""The canary: a function that proves, inside each deployment, that the layer is what was locked."""

from collections.abc import Sequence

import aws_cdk as cdk
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from constructs import Construct

from stacks.config import StageSettings
from stacks.function_package import FunctionPackage
from stacks.schedule import add_schedule
from stacks.service_function import ONE_THREAD, ServiceFunction

MEMORY_MB = 1024
# A cold start with everything imported takes seconds; CloudFormation waits longer than the function may take.
TIMEOUT = cdk.Duration.minutes(2)
PATIENCE = cdk.Duration.minutes(5)
ALARMED = "A failure fails the deployment or raises the alarm CanaryErrors; there is no event to keep."


class Canary(ServiceFunction):
    """The function, called by CloudFormation as a resource of the stack, and by a rule once a day.

    It has the code and the layers of the inference function, and may do nothing but write its own log.

    Parameters
    ----------
    package : stacks.function_package.FunctionPackage
        What the inference function is made of.
    locked : sequence of str
        What the layers' locks pin, such as ``numpy==2.2.6``.

    Attributes
    ----------
    passed : aws_cdk.CustomResource
        Depend on it for what must only happen after the canary has passed.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        settings: StageSettings,
        package: FunctionPackage,
        locked: Sequence[str],
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            settings=settings,
            package=package,
            handler="canary.handler.handler",
            description="Recall: proves that the ML layer is what was locked, and predicts what was recorded",
            memory_mb=MEMORY_MB,
            timeout=TIMEOUT,
            environment={"LOCKED": " ".join(locked), **ONE_THREAD},
            failures=ALARMED,
            retry_attempts=0,  # the same layer gives the same predictions
        )
        self.passed = cdk.CustomResource(
            # Below the function: CloudFormation lets a custom resource keep its function only.
            self.function,
            "Passed",
            resource_type="Custom::Canary",
            service_token=self.function.function_arn,
            service_timeout=PATIENCE,
            # A version is of one code, one layer, one configuration: when they change, it is called again.
            properties={"Version": self.function.current_version.version},
        )
        # AWS updates Python below a layer that stays the same.
        add_schedule(
            self,
            "Daily",
            when=events.Schedule.rate(cdk.Duration.days(1)),
            target=targets.LambdaFunction(self.function),
            lost_event=ALARMED,
        )
