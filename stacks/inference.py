"""The inference function: answers requests with the model that the lake's pointer names."""

import shlex
from pathlib import Path

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from stacks.bundling import RUNTIME, code_from
from stacks.config import LOG_RETENTION, StageSettings
from stacks.data_lake import DataLake
from stacks.ml_layer import ARCHITECTURE, MlLayer

LAMBDA_SRC = Path(__file__).parent.parent / "lambda_src"
METRICS_NAMESPACE = "Recall"


class Inference(Construct):
    """The function, its role, its log group and its alias ``live``, which is what callers get."""

    def __init__(
        self, scope: Construct, construct_id: str, *, settings: StageSettings, lake: DataLake, layer: MlLayer
    ) -> None:
        super().__init__(scope, construct_id)
        log_group = logs.LogGroup(
            self,
            "Logs",
            retention=LOG_RETENTION[settings.log_retention_days],
            removal_policy=cdk.RemovalPolicy.DESTROY,
        )
        # Of our own rather than the managed AWSLambdaBasicExecutionRole, which may write to every log group.
        role = iam.Role(self, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
        log_group.grant_write(role)
        lake.grant_read_models(role)
        self.function = lambda_.Function(
            self,
            "Function",
            description="Recall: predicts how likely a learner still remembers a card",
            runtime=RUNTIME,
            architecture=ARCHITECTURE,
            handler="inference.handler.handler",
            code=code_from(LAMBDA_SRC, _sources(), _build_command, use_docker=settings.bundling == "docker"),
            layers=[layer.version],
            memory_size=settings.memory_mb,
            timeout=cdk.Duration.seconds(settings.timeout_seconds),
            role=role,
            log_group=log_group,
            environment={
                "MODEL_BUCKET": lake.bucket.bucket_name,
                "MODEL_REFRESH_SECONDS": str(settings.model_refresh_seconds),
                "METRICS_NAMESPACE": METRICS_NAMESPACE,
                "STAGE": settings.stage,
            },
            current_version_options=lambda_.VersionOptions(removal_policy=cdk.RemovalPolicy.RETAIN),
        )
        self.alias = self.function.add_alias("live")
        _acknowledge(self.function, role, settings)


def _sources() -> list[str]:
    files = [path for kind in ("*.py", "*.json") for path in LAMBDA_SRC.rglob(kind)]
    return [path.relative_to(LAMBDA_SRC).as_posix() for path in files]


def _build_command(python: str, out: str) -> list[str]:
    """Copy the code and compile it: /var/task is read-only, so without .pyc each cold start compiles again.

    Unchecked: a .pyc that carries its source's time is stale as soon as the source has been in a zip.
    """
    python, out = shlex.quote(python), shlex.quote(out)
    steps = [
        f"cp -R . {out}",
        f"find {out} -name __pycache__ -prune -exec rm -rf {{}} +",
        f"{python} -m compileall -q --invalidation-mode unchecked-hash -s {out} -p /var/task {out}",
    ]
    return ["sh", "-c", " && ".join(steps)]


def _acknowledge(function: lambda_.Function, role: iam.Role, settings: StageSettings) -> None:
    runtime = "python3.11 is the runtime that the ML layer's wheels and the training side are pinned to."
    waiting = (
        "API Gateway calls it and waits: the caller gets every failure, and a dead letter would get none."
    )
    tracing = "X-Ray would add a daemon and its cost; the request id joins the log lines of API and function."
    cdk.Validations.of(function).acknowledge(
        cdk.Acknowledgment(id="AwsSolutions::AwsSolutions-L1", reason=runtime),
        cdk.Acknowledgment(id="Serverless::Serverless-LambdaLatestVersion", reason=runtime),
        cdk.Acknowledgment(id="Serverless::Serverless-LambdaDLQ", reason=waiting),
        cdk.Acknowledgment(id="Serverless::Serverless-LambdaTracing", reason=tracing),
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
    """The function and its layer."""

    def __init__(
        self, scope: Construct, construct_id: str, *, stack_name: str, settings: StageSettings, lake: DataLake
    ) -> None:
        super().__init__(scope, construct_id, stack_name=stack_name, description="Recall: inference")
        # In the function's stack: an exported layer version could never be replaced while it is in use.
        layer = MlLayer(self, "MlLayer", use_docker=settings.bundling == "docker")
        self.inference = Inference(self, "Inference", settings=settings, lake=lake, layer=layer)
