"""Functions that run commands of ``recall`` on the deployment's lake, and the one of them that trains."""

from collections.abc import Mapping

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from stacks.config import StageSettings
from stacks.data_lake import MODELS, REPORTS, SAMPLES, DataLake
from stacks.function_package import FunctionPackage
from stacks.learning.table import ReviewTable
from stacks.service_function import ONE_THREAD, ServiceFunction
from stacks.service_metrics import METRICS_NAMESPACE

NAMED_AS_THEY_COME = "Jobs name the objects that they make as they come; the wildcard stays under the prefix."


class Jobs(ServiceFunction):
    """A function that runs commands.

    An event is ``{"command": ["models"]}``; see `model_training.jobs.handler`.

    Parameters
    ----------
    description : str
        What the function does, for the console.
    environment : mapping of str to str
        Environment variables beside those that all such functions have.
    package : stacks.function_package.FunctionPackage
        The training side's code on its layers.
    failed : aws_cdk.aws_sqs.IQueue, optional
        Gets the jobs that failed for good.

    Attributes
    ----------
    memory_mb : int
        The function's memory, in MB.
    """

    memory_mb = 2048

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        settings: StageSettings,
        lake: DataLake,
        description: str,
        environment: Mapping[str, str],
        package: FunctionPackage,
        failed: sqs.IQueue | None = None,
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            settings=settings,
            package=package,
            handler="model_training.jobs.handler.handler",
            description=description,
            memory_mb=self.memory_mb,
            disk_mb=4096,
            timeout=cdk.Duration.minutes(15),  # Lambda's longest
            environment={
                "LAKE_BUCKET": lake.bucket.bucket_name,
                "METRICS_NAMESPACE": METRICS_NAMESPACE,
                "STAGE": settings.stage,
                # The only folder that can be written: Matplotlib's cache, and what else needs a home.
                "HOME": "/tmp",  # noqa: S108 - Lambda's own, and nobody else's
                **ONE_THREAD,
                **environment,
            },
            failures="A failed job raises the alarm JobFailures and is done by the next run; its event says "
            "nothing.",
            retry_attempts=1,  # a job does what is left to do: run again, it repeats nothing
            failed=failed,
        )


class TrainingJobs(Jobs):
    """The function on the ML layer: the steps of a training run after `prepare`, models and reports.

    Parameters
    ----------
    table : stacks.learning.table.ReviewTable
        The table of reviews, which its commands are told of; it may not open it.
    package : stacks.function_package.FunctionPackage
        The training side's code on its layers.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        settings: StageSettings,
        lake: DataLake,
        table: ReviewTable,
        package: FunctionPackage,
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            settings=settings,
            lake=lake,
            description="Recall: trains, and publishes models",
            environment={"TABLE_BUCKET_ARN": table.bucket_arn},
            package=package,
        )
        allow_training(lake, self.role)


def allow_training(lake: DataLake, role: iam.Role) -> None:
    """Let a role read samples, and read and write models and reports; it deletes nothing."""
    read, written = (SAMPLES, MODELS, REPORTS), (MODELS, REPORTS)
    lake.allow(role, ["s3:GetObject"], under=read, reason=NAMED_AS_THEY_COME)
    lake.allow(role, ["s3:PutObject"], under=written, reason=NAMED_AS_THEY_COME)
    lake.allow_listing(role, under=read)
