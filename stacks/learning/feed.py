"""The feed: from the memory's table to the lake, so that the learning loop goes on as without a memory."""

import aws_cdk as cdk
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_event_sources as sources
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from stacks import findings
from stacks.config import StageSettings
from stacks.data_lake import INBOX, DataLake
from stacks.function_package import FunctionPackage
from stacks.service_function import ServiceFunction

CHANGES_AT_ONCE = 1_000
# The learning loop looks once a day. So an object is written a minute, and not one for each review.
COLLECTED_FOR = cdk.Duration.minutes(1)
# DynamoDB keeps its stream for a day. What fails until then would go without a trace.
TRIED_FOR = cdk.Duration.hours(12)
CARD_WRITTEN = lambda_.FilterCriteria.filter(
    {
        "eventName": lambda_.FilterRule.or_("INSERT", "MODIFY"),
        "dynamodb": {"Keys": {"item": {"S": lambda_.FilterRule.begins_with("card#")}}},
    }
)
LEARNER_ERASED = lambda_.FilterCriteria.filter(
    {
        "eventName": lambda_.FilterRule.is_equal("REMOVE"),
        "dynamodb": {"OldImage": {"erased": {"BOOL": lambda_.FilterRule.exists()}}},
    }
)


class FailedWork(sqs.Queue):
    """Keeps for two weeks what failed for good: changes of the memory, and jobs. Its alarm is FailedWork."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(
            scope,
            construct_id,
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            retention_period=cdk.Duration.days(14),
        )
        end = "It is where failures end; whoever is told by its alarm does them again: docs/runbook.md."
        findings.accept(self, {"AwsSolutions-SQS3": end, "Serverless-SQSRedrivePolicy": end})


class Feed(ServiceFunction):
    """The function that takes what the table's stream says to the lake.

    Parameters
    ----------
    table : aws_cdk.aws_dynamodb.ITable
        The memory's table, with a stream of new and old images.
    jobs : aws_cdk.aws_lambda.IFunction
        The jobs function, which erases learners from the lake.
    failed : aws_cdk.aws_sqs.IQueue
        Gets the places in the stream of changes that couldn't be taken.
    package : stacks.function_package.FunctionPackage
        The functions' code; it needs no layer.

    Attributes
    ----------
    failed : aws_cdk.aws_sqs.IQueue
        The queue.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        settings: StageSettings,
        lake: DataLake,
        table: dynamodb.ITable,
        jobs: lambda_.IFunction,
        failed: sqs.IQueue,
        package: FunctionPackage,
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            settings=settings,
            package=package,
            handler="feed.handler.handler",
            description="Recall: takes new reviews from the memory to the lake",
            memory_mb=512,
            timeout=cdk.Duration.minutes(1),
            environment={"LAKE_BUCKET": lake.bucket.bucket_name, "JOBS_FUNCTION": jobs.function_name},
            failures="The stream gives the changes again; what fails for hours goes to the queue FailedWork.",
            traced=settings.x_ray,
        )
        self.failed = failed
        reason = "An object's name is made of what is in it; the wildcard stays under the inbox."
        lake.allow(self.role, ["s3:PutObject"], under=[INBOX], reason=reason)
        self.role.add_to_policy(
            iam.PolicyStatement(actions=["lambda:InvokeFunction"], resources=[jobs.function_arn])
        )
        listing = "CDK lets the readers of a stream list streams, an action that knows no resource."
        findings.accept(self.role, {findings.wildcard("*"): listing})
        self.function.add_event_source(
            sources.DynamoEventSource(
                table,
                starting_position=lambda_.StartingPosition.TRIM_HORIZON,
                batch_size=CHANGES_AT_ONCE,
                max_batching_window=cdk.Duration.seconds(0) if settings.local_cloud else COLLECTED_FOR,
                bisect_batch_on_error=True,
                max_record_age=TRIED_FOR,
                on_failure=sources.SqsDlq(failed),
                filters=[CARD_WRITTEN, LEARNER_ERASED],
            )
        )
