"""The intake function: puts reviews that callers send into the lake's inbox, and tells what came of them."""

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from stacks.config import StageSettings
from stacks.data_lake import INBOX, DataLake
from stacks.function_package import FunctionPackage
from stacks.function_role import role_and_log_group
from stacks.inference import METRICS_NAMESPACE

HANDLER = "reviews.handler.handler"
MEMORY_MB = 512  # boto3 comes faster with more than the least
# Longer than its two tries at S3, shorter than API Gateway's 29 seconds.
TIMEOUT = cdk.Duration.seconds(15)


class Intake(Construct):
    """The function, its role and its log group.

    Parameters
    ----------
    package : FunctionPackage
        Of the functions' code; it needs no layer.

    Attributes
    ----------
    function : aws_cdk.aws_lambda.Function
        What ``POST /v1/reviews`` and ``GET /v1/quality`` call.
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
        lake.grant_put_reviews(role)
        lake.grant_read_quality(role)
        self.function = lambda_.Function(
            self,
            "Function",
            description="Recall: stores reviews that callers send, and tells how good the model was",
            runtime=package.runtime,
            architecture=package.architecture,
            handler=package.handler(HANDLER),
            code=package.code(HANDLER),
            memory_size=MEMORY_MB,
            timeout=TIMEOUT,
            role=role,
            log_group=log_group,
            environment={
                "LAKE_BUCKET": lake.bucket.bucket_name,
                "METRICS_NAMESPACE": METRICS_NAMESPACE,
                "STAGE": settings.stage,
            },
            tracing=lambda_.Tracing.ACTIVE if settings.x_ray else None,
        )
        _acknowledge(self.function, role, settings)


def _acknowledge(function: lambda_.Function, role: iam.Role, settings: StageSettings) -> None:
    runtime = "The stage's runtime is the one of all its functions."
    waiting = "API Gateway calls it and waits: the caller gets every failure, and sends the reviews again."
    cdk.Validations.of(function).acknowledge(
        cdk.Acknowledgment(id="AwsSolutions::AwsSolutions-L1", reason=runtime),
        cdk.Acknowledgment(id="Serverless::Serverless-LambdaLatestVersion", reason=runtime),
        cdk.Acknowledgment(id="Serverless::Serverless-LambdaDLQ", reason=waiting),
    )
    if settings.x_ray:
        cdk.Validations.of(role).acknowledge(
            cdk.Acknowledgment(
                id="AwsSolutions::AwsSolutions-IAM5[Resource::*]",
                reason="X-Ray's actions to send a trace know no resource to narrow them to.",
            )
        )
    else:
        cdk.Validations.of(function).acknowledge(
            cdk.Acknowledgment(
                id="Serverless::Serverless-LambdaTracing",
                reason="X-Ray costs more than the function; the request id joins the log lines of API and "
                "function.",
            )
        )
    # cdk-nag wants the finding to the letter, with the export through which the bucket comes.
    bucket = f"recall-{settings.stage}-data-lake:ExportsOutputFnGetAttLakeBucketB1D32E10Arn6706D8FF"
    cdk.Validations.of(role).acknowledge(
        cdk.Acknowledgment(
            id=f"AwsSolutions::AwsSolutions-IAM5[Resource::{bucket}/{INBOX}*]",
            reason="An object's name is made of what is in it; the wildcard stays under the inbox.",
        )
    )
