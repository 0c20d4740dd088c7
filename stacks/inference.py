"""The inference function: responds to requests with the model that the lake's pointer names."""

import aws_cdk as cdk
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from layer_build.versions import read_lock
from stacks.canary import Canary
from stacks.config import RELEASES, StageSettings
from stacks.data_lake import MODEL_FILES, MODELS, POINTER, DataLake
from stacks.function_package import FunctionPackage
from stacks.ml_layer import layer_target, package_on_layers, serving_layers
from stacks.release import Release
from stacks.runtime_age import warn_of_old_system
from stacks.service_function import ONE_THREAD, ServiceFunction
from stacks.service_metrics import METRICS_NAMESPACE

# Share of the warm environments in use above which more are made; the others bridge the minutes until then.
PROVISIONED_UTILIZATION = 0.7


class Inference(ServiceFunction):
    """The function, and its alias ``live``, which is what callers get.

    Parameters
    ----------
    package : stacks.function_package.FunctionPackage
        The functions' code on the layers of those that serve models.

    Attributes
    ----------
    alias : aws_cdk.aws_lambda.Alias
        What the API calls.
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
        super().__init__(
            scope,
            construct_id,
            settings=settings,
            package=package,
            handler="inference.handler.handler",
            description="Recall: predicts how likely a learner still remembers a card",
            memory_mb=settings.memory_mb,
            timeout=cdk.Duration.seconds(settings.timeout_seconds),
            disk_mb=settings.ephemeral_storage_mb,
            environment={
                "MODEL_BUCKET": lake.bucket.bucket_name,
                "MODEL_REFRESH_SECONDS": str(settings.model_refresh_seconds),
                "METRICS_NAMESPACE": METRICS_NAMESPACE,
                "STAGE": settings.stage,
                **ONE_THREAD,
            },
            failures="API Gateway calls it and waits: the caller gets every failure, and a dead letter would "
            "get none.",
            reserved_concurrency=settings.reserved_concurrency or None,
            snap_start=settings.snap_start,
            # All are kept: CloudFormation can't keep just the newest. docs/runbook.md deletes old ones.
            keep_versions=True,
            traced=settings.x_ray,
        )
        any_version = "Reading any model is what the function is for; the wildcard stays under models/."
        lake.allow(self.role, ["s3:GetObject"], under=[MODELS], reason=any_version)
        lake.allow_asking_for(self.role, POINTER, MODEL_FILES)
        # CDK can't see that callers only get published versions.
        cdk.Annotations.of(self.function).acknowledge_warning("@aws-cdk/aws-lambda:snapStartRequirePublish")
        self.alias = self._alias(settings)

    def _alias(self, settings: StageSettings) -> lambda_.Alias:
        minimum = settings.provisioned_concurrency
        alias = self.function.add_alias("live", provisioned_concurrent_executions=minimum or None)
        if minimum:
            scaling = alias.add_auto_scaling(
                min_capacity=minimum, max_capacity=settings.provisioned_concurrency_max
            )
            scaling.scale_on_utilization(utilization_target=PROVISIONED_UTILIZATION)
        return alias


class InferenceStack(cdk.Stack):
    """The function, what it is made of, and the canary that proves it before callers get it."""

    def __init__(
        self, scope: Construct, construct_id: str, *, stack_name: str, settings: StageSettings, lake: DataLake
    ) -> None:
        super().__init__(scope, construct_id, stack_name=stack_name, description="Recall: inference")
        warn_of_old_system(self, settings.runtime)
        package = package_on_layers(self, settings, serving_layers(settings))
        self.inference = Inference(self, "Inference", settings=settings, lake=lake, package=package)
        locked = [
            f"{name}=={version}"
            for layer in serving_layers(settings)
            for name, version in read_lock(layer_target(settings, layer)).items()
        ]
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
