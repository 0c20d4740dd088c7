"""The training API: operators start, watch and read training runs, as who AWS knows them to be."""

import aws_cdk as cdk
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from stacks.config import StageSettings
from stacks.data_lake import REPORTS, DataLake
from stacks.function_package import FunctionPackage
from stacks.function_role import role_and_log_group
from stacks.gateway_errors import SIGNED_ONLY_ERRORS, add_gateway_errors

HANDLER = "training_api.handler.handler"
RUNS = f"{REPORTS}runs/"
MEMORY_MB = 512  # boto3 comes faster with more than the least
TIMEOUT = cdk.Duration.seconds(20)  # longer than its tries at AWS, shorter than API Gateway's 29 seconds
RATE_PER_SECOND, BURST = 5, 10  # people and scripts of the owner's


class TrainingApi(Construct):
    """A REST API of its own, which takes requests only that are signed by who may call it, and its function.

    Parameters
    ----------
    machine : aws_cdk.aws_stepfunctions.StateMachine
        That does the runs.
    package : FunctionPackage
        Of the functions' code; it needs no layer.

    Attributes
    ----------
    rest_api : aws_cdk.aws_apigateway.RestApi
        Allow ``execute-api:Invoke`` on it to who is to use it.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        settings: StageSettings,
        lake: DataLake,
        machine: sfn.StateMachine,
        package: FunctionPackage,
    ) -> None:
        super().__init__(scope, construct_id)
        function = self._function(settings, lake, machine, package)
        self.rest_api = self._rest_api(settings)
        add_gateway_errors(self.rest_api, SIGNED_ONLY_ERRORS)
        # One permission for the whole API; every method reaches the function, which says 405 itself.
        answers = apigateway.LambdaIntegration(
            function, scope_permission_to_method=False, allow_test_invoke=False
        )
        runs = self.rest_api.root.add_resource("v1").add_resource("training").add_resource("runs")
        run = runs.add_resource("{name}")
        for resource in (runs, run, run.add_resource("report")):
            resource.add_method("ANY", answers)
        _acknowledge_api(self.rest_api, settings)

    def _rest_api(self, settings: StageSettings) -> apigateway.RestApi:
        return apigateway.RestApi(
            self,
            "RestApi",
            rest_api_name=f"recall-{settings.stage}-training",
            description="Recall: start, watch and read training runs; requests are signed",
            endpoint_types=[apigateway.EndpointType.REGIONAL],
            cloud_watch_role=False,
            default_method_options=apigateway.MethodOptions(
                authorization_type=apigateway.AuthorizationType.IAM
            ),
            deploy_options=apigateway.StageOptions(
                stage_name=settings.stage,
                throttling_rate_limit=RATE_PER_SECOND,
                throttling_burst_limit=BURST,
                tracing_enabled=settings.x_ray,
            ),
            # A report that is packed with gzip is bytes: as text it would be damaged.
            binary_media_types=["*/*"],
        )

    def _function(
        self, settings: StageSettings, lake: DataLake, machine: sfn.StateMachine, package: FunctionPackage
    ) -> lambda_.Function:
        role, log_group = role_and_log_group(self, settings)
        _grant(role, lake, machine)
        function = lambda_.Function(
            self,
            "Function",
            description="Recall: starts, watches and reads training runs",
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
                "STATE_MACHINE": machine.state_machine_arn,
            },
            tracing=lambda_.Tracing.ACTIVE if settings.x_ray else None,
        )
        _acknowledge_function(function, role, settings)
        return function


def _grant(role: iam.Role, lake: DataLake, machine: sfn.StateMachine) -> None:
    """Let the role start and see runs of the one machine, and read what runs leave in the lake."""
    machine.grant_start_execution(role)
    role.add_to_policy(
        iam.PolicyStatement(actions=["states:ListExecutions"], resources=[machine.state_machine_arn])
    )
    machine.grant_execution(role, "states:DescribeExecution")
    role.add_to_policy(
        iam.PolicyStatement(actions=["s3:GetObject"], resources=[lake.bucket.arn_for_objects(f"{RUNS}*")])
    )
    # Without it, S3 calls what isn't there forbidden.
    role.add_to_policy(
        iam.PolicyStatement(
            actions=["s3:ListBucket"],
            resources=[lake.bucket.bucket_arn],
            conditions={"StringLike": {"s3:prefix": f"{RUNS}*"}},
        )
    )


def _acknowledge_api(api: apigateway.RestApi, settings: StageSettings) -> None:
    log = "The function's own log has a line for every request, with who signed it."
    reasons = {
        "AwsSolutions::AwsSolutions-APIG1": log,
        "Serverless::Serverless-APIGWAccessLogging": log,
        "AwsSolutions::AwsSolutions-APIG6": log,
        "AwsSolutions::AwsSolutions-APIG2": "The function checks the one optional field, and names it.",
        "AwsSolutions::AwsSolutions-APIG3": "Who isn't signed in AWS is refused before anything runs.",
        "AwsSolutions::AwsSolutions-COG4": "Callers are the owner's own roles and users in AWS.",
    }
    if not settings.x_ray:
        reasons["Serverless::Serverless-APIGWXrayEnabled"] = "The request id finds the function's log line."
    for finding, reason in reasons.items():
        cdk.Validations.of(api).acknowledge(cdk.Acknowledgment(id=finding, reason=reason))


def _acknowledge_function(function: lambda_.Function, role: iam.Role, settings: StageSettings) -> None:
    runtime = "The stage's runtime is the one of all its functions."
    reasons = {
        "AwsSolutions::AwsSolutions-L1": runtime,
        "Serverless::Serverless-LambdaLatestVersion": runtime,
        "Serverless::Serverless-LambdaDLQ": "API Gateway calls it and waits: the caller gets every failure.",
    }
    if not settings.x_ray:
        reasons["Serverless::Serverless-LambdaTracing"] = (
            "Its log line says what it did, and how long it took."
        )
    for finding, reason in reasons.items():
        cdk.Validations.of(function).acknowledge(cdk.Acknowledgment(id=finding, reason=reason))
    lake = f"recall-{settings.stage}-data-lake:ExportsOutputFnGetAttLakeBucketB1D32E10Arn6706D8FF"
    cdk.Validations.of(role).acknowledge(
        cdk.Acknowledgment(
            id=f"AwsSolutions::AwsSolutions-IAM5[Resource::{lake}/{RUNS}*]",
            reason="Runs are named as they come; the wildcard stays under their prefix.",
        ),
        cdk.Acknowledgment(
            id="AwsSolutions::AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:states:<AWS::Region>:"
            '<AWS::AccountId>:execution:{"Fn::Select":[6,{"Fn::Split":[":",{"Ref":"RetrainingMachine7ADC3CEC"}]}]}:*]',
            reason="Any run of the one state machine.",
        ),
    )
