"""The jobs function: commands of ``python -m model_training`` on the deployment's lake."""

from collections.abc import Sequence

import aws_cdk as cdk
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from stacks.config import StageSettings
from stacks.data_lake import DataLake
from stacks.function_package import ONE_THREAD, FunctionPackage
from stacks.function_role import role_and_log_group
from stacks.inference import METRICS_NAMESPACE
from stacks.learning.permissions import grant_work

HANDLER = "model_training.jobs.handler.handler"
MEMORY_MB = 2048
DISK_MB = 4096
TIMEOUT = cdk.Duration.minutes(15)  # Lambda's longest
# When most of a day's reviews of the Americas are in, and Europe's learners don't study yet; in UTC.
COMPACTED_AT = {"hour": "3", "minute": "17"}
LISTED_AT = {"hour": "3", "minute": "47"}  # with what the compaction brought


class Jobs(Construct):
    """The function, its role, its log group, and its daily rules: reviews are compacted, due lists made.

    An event is ``{"command": ["compact", "--retention-days", "365"]}``; see `model_training.jobs.handler`.

    Parameters
    ----------
    package : FunctionPackage
        Of the training side's code on its layers.

    Attributes
    ----------
    function : aws_cdk.aws_lambda.Function
        Give it other events, and watch it.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        settings: StageSettings,
        lake: DataLake,
        package: FunctionPackage,
    ) -> None:
        super().__init__(scope, construct_id)
        role, log_group = role_and_log_group(self, settings)
        grant_work(role, lake.bucket, settings.stage)
        self.function = lambda_.Function(
            self,
            "Function",
            description="Recall: runs commands of the training side on the lake",
            runtime=package.runtime,
            architecture=package.architecture,
            handler=package.handler(HANDLER),
            code=package.code(HANDLER),
            layers=package.layers,
            memory_size=MEMORY_MB,
            ephemeral_storage_size=cdk.Size.mebibytes(DISK_MB),
            timeout=TIMEOUT,
            role=role,
            log_group=log_group,
            environment={
                "LAKE_BUCKET": lake.bucket.bucket_name,
                "METRICS_NAMESPACE": METRICS_NAMESPACE,
                "STAGE": settings.stage,
                # The only folder that can be written: Matplotlib's cache, and what else asks for a home.
                "HOME": "/tmp",  # noqa: S108 - Lambda's own, and nobody else's
                **ONE_THREAD,
            },
            retry_attempts=1,  # a job does what is left to do: run again, it repeats nothing
        )
        _acknowledge(self.function)
        self.schedule(
            "Compact",
            events.Schedule.cron(**COMPACTED_AT),
            ["compact", "--retention-days", str(settings.reviews_retention_days)],
        )
        self.schedule("Due", events.Schedule.cron(**LISTED_AT), ["due"])

    def schedule(self, construct_id: str, schedule: events.Schedule, command: Sequence[str]) -> None:
        """Have a command run at certain times.

        Parameters
        ----------
        construct_id : str
            Of the rule.
        schedule : aws_cdk.aws_events.Schedule
            When, in UTC.
        command : sequence of str
            The command with its arguments, without the lake.
        """
        event = events.RuleTargetInput.from_object({"command": list(command)})
        rule = events.Rule(
            self,
            construct_id,
            schedule=schedule,
            targets=[targets.LambdaFunction(self.function, event=event)],
        )
        cdk.Validations.of(rule).acknowledge(
            cdk.Acknowledgment(
                id="Serverless::Serverless-EventBusDLQ",
                reason="An event that is lost is made up for by the next one: a job does all that is left.",
            )
        )


def _acknowledge(function: lambda_.Function) -> None:
    runtime = "The stage's runtime is the one that the layers' wheels are pinned to."
    alarmed = "A failed job raises the alarm JobFailures and is done by the next run; its event says nothing."
    tracing = "A job calls S3 and nothing else; its log line says what it did, and how long it took."
    cdk.Validations.of(function).acknowledge(
        cdk.Acknowledgment(id="AwsSolutions::AwsSolutions-L1", reason=runtime),
        cdk.Acknowledgment(id="Serverless::Serverless-LambdaLatestVersion", reason=runtime),
        cdk.Acknowledgment(id="Serverless::Serverless-LambdaDLQ", reason=alarmed),
        cdk.Acknowledgment(id="Serverless::Serverless-LambdaAsyncFailureDestination", reason=alarmed),
        cdk.Acknowledgment(id="Serverless::Serverless-LambdaTracing", reason=tracing),
    )
