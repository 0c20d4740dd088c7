"""The inference function: answers requests with the model that the lake's pointer names."""

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from layer_build.targets import Target
from layer_build.versions import read_lock
from stacks.canary import Canary
from stacks.config import RELEASES, StageSettings
from stacks.data_lake import DataLake
from stacks.function_package import ONE_THREAD, FunctionPackage, image_package, zip_package
from stacks.function_role import role_and_log_group
from stacks.ml_layer import LockedLayer, layer_target
from stacks.release import Release

METRICS_NAMESPACE = "Recall"
# Share of the warm environments in use above which more are made; the others bridge the minutes until then.
PROVISIONED_UTILIZATION = 0.7


class Inference(Construct):
    """The function, its role, its log group and its alias ``live``, which is what callers get."""

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
        lake.grant_read_models(role)
        handler = "inference.handler.handler"
        self.function = lambda_.Function(
            self,
            "Function",
            description="Recall: predicts how likely a learner still remembers a card",
            runtime=package.runtime,
            architecture=package.architecture,
            handler=package.handler(handler),
            code=package.code(handler),
            layers=package.layers,
            memory_size=settings.memory_mb,
            timeout=cdk.Duration.seconds(settings.timeout_seconds),
            role=role,
            log_group=log_group,
            environment={
                "MODEL_BUCKET": lake.bucket.bucket_name,
                "MODEL_REFRESH_SECONDS": str(settings.model_refresh_seconds),
                "METRICS_NAMESPACE": METRICS_NAMESPACE,
                "STAGE": settings.stage,
                **ONE_THREAD,
            },
            # All are kept: CloudFormation can't keep just the newest. docs/runbook.md deletes old ones.
            current_version_options=lambda_.VersionOptions(removal_policy=cdk.RemovalPolicy.RETAIN),
            snap_start=lambda_.SnapStartConf.ON_PUBLISHED_VERSIONS if settings.snap_start else None,
            reserved_concurrent_executions=settings.reserved_concurrency or None,
            tracing=lambda_.Tracing.ACTIVE if settings.x_ray else None,
        )
        # CDK can't see that callers only get published versions.
        cdk.Annotations.of(self.function).acknowledge_warning("@aws-cdk/aws-lambda:snapStartRequirePublish")
        self.alias = self._alias(settings)
        _acknowledge(self.function, role, settings)

    def _alias(self, settings: StageSettings) -> lambda_.Alias:
        minimum = settings.provisioned_concurrency
        alias = self.function.add_alias("live", provisioned_concurrent_executions=minimum or None)
        if minimum:
            scaling = alias.add_auto_scaling(
                min_capacity=minimum, max_capacity=settings.provisioned_concurrency_max
            )
            scaling.scale_on_utilization(utilization_target=PROVISIONED_UTILIZATION)
        return alias


def _acknowledge(function: lambda_.Function, role: iam.Role, settings: StageSettings) -> None:
    runtime = "The stage's runtime is the one that the ML layer's wheels and the training side are pinned to."
    waiting = (
        "API Gateway calls it and waits: the caller gets every failure, and a dead letter would get none."
    )
    tracing = "X-Ray costs more than the function; the request id joins the log lines of API and function."
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
            cdk.Acknowledgment(id="Serverless::Serverless-LambdaTracing", reason=tracing)
        )
    # cdk-nag wants the finding to the letter, with the export through which the bucket comes.
    bucket = f"recall-{settings.stage}-data-lake:ExportsOutputFnGetAttLakeBucketB1D32E10Arn6706D8FF"
    cdk.Validations.of(role).acknowledge(
        cdk.Acknowledgment(
            id=f"AwsSolutions::AwsSolutions-IAM5[Resource::{bucket}/models/*]",
            reason="Reading any model version is what the function is for; the wildcard stays under models/.",
        )
    )


class InferenceStack(cdk.Stack):
    """The function, what it is made of, and the canary that proves it before callers get it."""

    def __init__(
        self, scope: Construct, construct_id: str, *, stack_name: str, settings: StageSettings, lake: DataLake
    ) -> None:
        super().__init__(scope, construct_id, stack_name=stack_name, description="Recall: inference")
        target = layer_target(settings)
        package = self._package(settings, target)
        self.inference = Inference(self, "Inference", settings=settings, lake=lake, package=package)
        locked = [f"{name}=={version}" for name, version in read_lock(target).items()]
        self.canary = Canary(self, "Canary", settings=settings, package=package, locked=locked)
        self.inference.alias.node.add_dependency(self.canary.passed)
        deployment = RELEASES[settings.release]
        if deployment is not None:
            Release(self, "Release", settings=settings, alias=self.inference.alias, deployment=deployment)
        cdk.CfnOutput(
            self,
            "Function",
            value=self.inference.function.function_name,
            description="For the kill switch and its way back: docs/runbook.md",
        )

    def _package(self, settings: StageSettings, target: Target) -> FunctionPackage:
        if settings.packaging == "image":
            return image_package(settings)
        # In the function's stack: an exported layer version could never be replaced while it is in use.
        layer = LockedLayer(self, "MlLayer", target=target, use_docker=settings.bundling == "docker")
        return zip_package(settings, [layer.version])
