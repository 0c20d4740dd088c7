"""The loader: from the stream of the memory's table to the table of reviews."""

import aws_cdk as cdk
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_event_sources as sources
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from stacks import findings
from stacks.config import StageSettings
from stacks.function_package import FunctionPackage
from stacks.learning.table import ReviewTable
from stacks.service_function import ONE_THREAD, ServiceFunction

# The largest that Lambda gives a function of a stream. Each batch is a commit: few and large ones keep the
# table's metadata small, and what reads it looks once a day.
CHANGES_AT_ONCE = 10_000
COLLECTED_FOR = cdk.Duration.minutes(5)
# DynamoDB keeps its stream for a day. What fails until then would go without a trace.
TRIED_FOR = cdk.Duration.hours(12)
CARD_CHANGED = lambda_.FilterCriteria.filter(
    {"dynamodb": {"Keys": {"item": {"S": lambda_.FilterRule.begins_with("card#")}}}}
)
LEARNER_ERASED = lambda_.FilterCriteria.filter(
    {
        "eventName": lambda_.FilterRule.is_equal("REMOVE"),
        "dynamodb": {"OldImage": {"erased": {"BOOL": lambda_.FilterRule.exists()}}},
    }
)


class Loader(ServiceFunction):
    """The function that commits what the stream says to the table of reviews.

    Parameters
    ----------
    learners : aws_cdk.aws_dynamodb.ITable
        The memory's table, with a stream of new and old images.
    table : stacks.learning.table.ReviewTable
        The table of reviews.
    jobs : aws_cdk.aws_lambda.IFunction
        The lake's jobs function, which erases learners from the lake's bucket.
    failed : aws_cdk.aws_sqs.IQueue
        Gets the records that can't be read, and the places in the stream of batches that failed for good.
    package : stacks.function_package.FunctionPackage
        The functions' code on the lake layer.

    Attributes
    ----------
    failed : aws_cdk.aws_sqs.IQueue
        The queue.
    learners : aws_cdk.aws_dynamodb.ITable
        The memory's table.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        settings: StageSettings,
        learners: dynamodb.ITable,
        table: ReviewTable,
        jobs: lambda_.IFunction,
        failed: sqs.IQueue,
        package: FunctionPackage,
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            settings=settings,
            package=package,
            handler="loader.handler.handler",
            description="Recall: commits new reviews of the memory to the table of reviews",
            memory_mb=2048,
            timeout=cdk.Duration.minutes(5),
            environment={
                "TABLE_BUCKET_ARN": table.bucket_arn,
                "LAKE_JOBS_FUNCTION": jobs.function_name,
                "FAILED_QUEUE_URL": failed.queue_url,
                **ONE_THREAD,
            },
            failures="The stream gives the changes again; what fails for hours goes to the queue FailedWork.",
            traced=settings.x_ray,
        )
        self.failed = failed
        self.learners = learners
        table.allow_writing(self.role)
        for action, resource in (
            ("lambda:InvokeFunction", jobs.function_arn),
            ("sqs:SendMessage", failed.queue_arn),
        ):
            self.role.add_to_policy(iam.PolicyStatement(actions=[action], resources=[resource]))
        self._read_stream(settings, learners)

    def _read_stream(self, settings: StageSettings, learners: dynamodb.ITable) -> None:
        listing = "CDK lets the readers of a stream list streams, an action that knows no resource."
        findings.accept(self.role, {findings.wildcard("*"): listing})
        self.function.add_event_source(
            sources.DynamoEventSource(
                learners,
                starting_position=lambda_.StartingPosition.TRIM_HORIZON,
                batch_size=CHANGES_AT_ONCE,
                max_batching_window=cdk.Duration.seconds(0) if settings.local_cloud else COLLECTED_FOR,
                bisect_batch_on_error=True,
                max_record_age=TRIED_FOR,
                on_failure=sources.SqsDlq(self.failed),
                filters=[CARD_CHANGED, LEARNER_ERASED],
            )
        )
