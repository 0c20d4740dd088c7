"""A Lambda function of the service: code, role, log group, and how Lambda runs it."""

from collections.abc import Mapping

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_destinations as destinations
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from stacks import findings
from stacks.config import StageSettings
from stacks.function_package import FunctionPackage
from stacks.stage_log import stage_log

# scikit-learn's threads would fight for the share of a processor that a function has.
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}


class ServiceFunction(Construct):
    """A function that may write its own log, and nothing else until its role is granted more.

    The role is of our own: the managed AWSLambdaBasicExecutionRole may write to every log group.

    Parameters
    ----------
    settings : stacks.config.StageSettings
        The stage's settings.
    package : stacks.function_package.FunctionPackage
        The code, its layers, the runtime and the architecture.
    handler : str
        The Python function that Lambda calls, such as ``inference.handler.handler``.
    description : str
        What the function does, for the console.
    memory_mb : int
        128 to 10,240; the share of a processor grows with it.
    timeout : aws_cdk.Duration
        The time after which Lambda ends an invocation, 15 minutes at most.
    environment : mapping of str to str
        Environment variables.
    failures : str
        Who learns of a failed invocation, so that it needs no dead-letter queue.
    retry_attempts : int, optional
        How often Lambda repeats a failed invocation that nobody waits for, 0 to 2; left out for a function
        whose callers all wait for its response.
    failed : aws_cdk.aws_sqs.IQueue, optional
        Gets the events of such invocations that failed for good.
    disk_mb : int, optional
        Size of ``/tmp``, 512 to 10,240; by default Lambda's 512.
    reserved_concurrency : int, optional
        Concurrent invocations that are kept for this function, which can't have more; by default it shares
        the account's.
    snap_start : bool
        Start published versions from a snapshot of their memory.
    keep_versions : bool
        Keep published versions when newer ones replace them; otherwise they are deleted. The version of an
        update that is rolled back goes in any case: Lambda wouldn't publish the same code once more.
    traced : bool
        Send traces to X-Ray.

    Attributes
    ----------
    function : aws_cdk.aws_lambda.Function
        The function itself.
    role : aws_cdk.aws_iam.Role
        The role that it runs as: grant it what the function needs.
    log_group : aws_cdk.aws_logs.LogGroup
        The function's log.
    """

    def __init__(  # noqa: PLR0913 - each is a property of a function, by its name
        self,
        scope: Construct,
        construct_id: str,
        *,
        settings: StageSettings,
        package: FunctionPackage,
        handler: str,
        description: str,
        memory_mb: int,
        timeout: cdk.Duration,
        environment: Mapping[str, str],
        failures: str,
        retry_attempts: int | None = None,
        failed: sqs.IQueue | None = None,
        disk_mb: int | None = None,
        reserved_concurrency: int | None = None,
        snap_start: bool = False,
        keep_versions: bool = False,
        traced: bool = False,
    ) -> None:
        super().__init__(scope, construct_id)
        self.log_group = stage_log(self, "Logs", settings)
        self.role = iam.Role(self, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
        self.log_group.grant_write(self.role)
        self.function = lambda_.Function(
            self,
            package.function_id,
            description=description,
            runtime=package.runtime,
            architecture=package.architecture,
            handler=package.handler(handler),
            code=package.code(handler),
            layers=package.layers,
            memory_size=memory_mb,
            ephemeral_storage_size=cdk.Size.mebibytes(disk_mb) if disk_mb else None,
            timeout=timeout,
            role=self.role,
            log_group=self.log_group,
            environment=dict(environment),
            retry_attempts=retry_attempts,
            on_failure=destinations.SqsDestination(failed) if failed else None,
            reserved_concurrent_executions=reserved_concurrency,
            snap_start=lambda_.SnapStartConf.ON_PUBLISHED_VERSIONS if snap_start else None,
            current_version_options=lambda_.VersionOptions(
                removal_policy=cdk.RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE if keep_versions else None
            ),
            tracing=lambda_.Tracing.ACTIVE if traced else None,
        )
        runtime = (
            "The stage's runtime is the one that the layers' wheels and the training side are pinned to."
        )
        reasons = {
            "AwsSolutions-L1": runtime,
            "Serverless-LambdaLatestVersion": runtime,
            "Serverless-LambdaDLQ": failures,
        }
        if retry_attempts is not None and not failed:
            reasons["Serverless-LambdaAsyncFailureDestination"] = failures
        if traced:
            no_resource = "X-Ray's actions to send a trace know no resource to narrow them to."
            findings.accept(self.role, {findings.wildcard("*"): no_resource})
        else:
            reasons["Serverless-LambdaTracing"] = (
                "X-Ray costs more than the function; its log line says what it did, and how long it took."
            )
        findings.accept(self.function, reasons)
