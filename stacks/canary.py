"""The canary: a function that proves, inside each deployment, that the layer is what was locked."""

from collections.abc import Sequence

import aws_cdk as cdk
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from stacks.config import StageSettings
from stacks.function_package import ONE_THREAD, FunctionPackage
from stacks.function_role import role_and_log_group

MEMORY_MB = 1024
# A cold start with everything imported takes seconds; CloudFormation waits longer than the function may take.
TIMEOUT = cdk.Duration.minutes(2)
PATIENCE = cdk.Duration.minutes(5)


class Canary(Construct):
    """The function, asked by CloudFormation as a resource of the stack, and by a rule once a day.

    It has the code and the layer of the inference function, and may do nothing but write its own log.

    Parameters
    ----------
    package : FunctionPackage
        What the inference function is made of.
    locked : sequence of str
        What the layer's lock pins, such as ``numpy==2.2.6``.

    Attributes
    ----------
    function : aws_cdk.aws_lambda.Function
        Watch its errors.
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
        super().__init__(scope, construct_id)
        self.function = self._function(settings, package, locked)
        self.passed = cdk.CustomResource(
            self,
            "Passed",
            resource_type="Custom::Canary",
            service_token=self.function.function_arn,
            service_timeout=PATIENCE,
            # A version is of one code, one layer, one configuration: when they change, it is asked again.
            properties={"Version": self.function.current_version.version},
        )
        # AWS updates Python below a layer that stays the same.
        daily = events.Rule(
            self,
            "Daily",
            schedule=events.Schedule.rate(cdk.Duration.days(1)),
            targets=[targets.LambdaFunction(self.function)],
        )
        _acknowledge(self.function, daily)

    def _function(
        self, settings: StageSettings, package: FunctionPackage, locked: Sequence[str]
    ) -> lambda_.Function:
        role, log_group = role_and_log_group(self, settings)
        handler = "canary.handler.handler"
        return lambda_.Function(
            self,
            "Function",
            description="Recall: proves that the ML layer is what was locked, and predicts what was recorded",
            runtime=package.runtime,
            architecture=package.architecture,
            handler=package.handler(handler),
            code=package.code(handler),
            layers=package.layers,
            memory_size=MEMORY_MB,
            timeout=TIMEOUT,
            role=role,
            log_group=log_group,
            environment={"LOCKED": " ".join(locked), **ONE_THREAD},
            retry_attempts=0,  # the same layer gives the same answer
        )


def _acknowledge(function: lambda_.Function, daily: events.Rule) -> None:
    same = "It is a copy of the inference function in all that can differ between runtimes."
    alarmed = "A failure fails the deployment or raises the alarm CanaryErrors; there is no event to keep."
    tracing = "It calls nothing; its one log line says what failed."
    cdk.Validations.of(function).acknowledge(
        cdk.Acknowledgment(id="AwsSolutions::AwsSolutions-L1", reason=same),
        cdk.Acknowledgment(id="Serverless::Serverless-LambdaLatestVersion", reason=same),
        cdk.Acknowledgment(id="Serverless::Serverless-LambdaDLQ", reason=alarmed),
        cdk.Acknowledgment(id="Serverless::Serverless-LambdaAsyncFailureDestination", reason=alarmed),
        cdk.Acknowledgment(id="Serverless::Serverless-LambdaTracing", reason=tracing),
    )
    cdk.Validations.of(daily).acknowledge(
        cdk.Acknowledgment(id="Serverless::Serverless-EventBusDLQ", reason=alarmed)
    )
