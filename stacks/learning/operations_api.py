"""The operations API: owners watch a stage and decide what goes live, with their own AWS identity."""

import aws_cdk as cdk
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from stacks import findings
from stacks.config import StageSettings
from stacks.data_lake import COLLECTED, MODELS, MOVES, QUALITY, RUNS, DataLake
from stacks.function_package import FunctionPackage
from stacks.gateway_errors import EXPOSED_HEADERS, SIGNED_ONLY_ERRORS, add_gateway_errors
from stacks.integration import lambda_integration
from stacks.protection import budget_name
from stacks.routes import keep_preflight_text, preflight_throttles
from stacks.service_function import ServiceFunction

RATE_PER_SECOND, BURST = 5, 20  # people and scripts of the owner's; a page asks for several things at once
AUTOML_MOST_SECONDS = 3_600  # as the setting `automl_seconds` allows
# What a browser sends that signs its requests: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html
CORS_HEADERS = [
    *("Authorization", "Content-Type", "X-Amz-Content-Sha256", "X-Amz-Date", "X-Amz-Security-Token"),
]
PATHS = (
    "/v1/training/runs",
    "/v1/training/runs/{name}",
    "/v1/training/runs/{name}/report",
    "/v1/operations/models",
    "/v1/operations/models/{version}/promote",
    "/v1/operations/rollback",
    "/v1/operations/moves/{id}",
    "/v1/operations/reviews",
    "/v1/operations/alarms",
    "/v1/operations/cost",
)


class OperationsApi(ServiceFunction):
    """The function that watches and operates a stage, behind a REST API that takes signed requests only.

    Parameters
    ----------
    machine : aws_cdk.aws_stepfunctions.StateMachine
        The state machine that does the runs.
    training_jobs : aws_cdk.aws_lambda.IFunction
        The function that promotes models and rolls back, after the gates.
    package : stacks.function_package.FunctionPackage
        The functions' code; it needs no layer.

    Attributes
    ----------
    rest_api : aws_cdk.aws_apigateway.RestApi
        Allow ``execute-api:Invoke`` on it to those who are to use it.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        settings: StageSettings,
        lake: DataLake,
        machine: sfn.StateMachine,
        training_jobs: lambda_.IFunction,
        package: FunctionPackage,
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            settings=settings,
            package=package,
            handler="operations.handler.handler",
            description="Recall: watches and operates this stage",
            memory_mb=512,  # boto3 comes faster with more than the least
            # Longer than its tries at AWS and its wait for a job, shorter than API Gateway's 29 seconds.
            timeout=cdk.Duration.seconds(25),
            environment={
                "AUTOML_MOST_SECONDS": str(
                    AUTOML_MOST_SECONDS if settings.training_compute == "batch" else 0
                ),
                "BUDGET": budget_name(settings.stage) if settings.monthly_budget_usd else "",
                "BUDGET_USD": str(settings.monthly_budget_usd),
                "LAKE_BUCKET": lake.bucket.bucket_name,
                "STAGE": settings.stage,
                "STATE_MACHINE": machine.state_machine_arn,
                "TRAINING_JOBS": training_jobs.function_name,
            },
            failures="API Gateway calls it and waits: the caller gets every failure.",
            traced=settings.x_ray,
        )
        _allow_runs(self.role, machine)
        _allow_lake(self.role, lake)
        _allow_watching(self.role, settings)
        # Not grant_invoke, which allows the function's versions as well.
        self.role.add_to_policy(
            iam.PolicyStatement(actions=["lambda:InvokeFunction"], resources=[training_jobs.function_arn])
        )
        self.rest_api = self._rest_api(settings)
        add_gateway_errors(self.rest_api, SIGNED_ONLY_ERRORS)
        integration = lambda_integration(self.function)
        for path in PATHS:
            self.rest_api.root.resource_for_path(path).add_method("ANY", integration)  # it says 405 itself
        keep_preflight_text(self.rest_api)
        _accept_findings(self.rest_api, settings)

    def _rest_api(self, settings: StageSettings) -> apigateway.RestApi:
        return apigateway.RestApi(
            self,
            "RestApi",
            rest_api_name=f"recall-{settings.stage}-operations",
            description="Recall: what the owner starts, sees and moves; requests are signed",
            endpoint_types=[apigateway.EndpointType.REGIONAL],
            cloud_watch_role=False,
            default_method_options=apigateway.MethodOptions(
                authorization_type=apigateway.AuthorizationType.IAM
            ),
            deploy_options=apigateway.StageOptions(
                stage_name=settings.stage,
                throttling_rate_limit=RATE_PER_SECOND,
                throttling_burst_limit=BURST,
                method_options=preflight_throttles(PATHS),  # anybody can send them
                tracing_enabled=settings.x_ray,
            ),
            # A report that is compressed with gzip is bytes: as text it would be damaged.
            binary_media_types=["*/*"],
            # A page from anywhere may ask: who signs isn't a cookie of the browser's that another page could
            # use, and a request that isn't signed is refused.
            default_cors_preflight_options=apigateway.CorsOptions(
                allow_origins=apigateway.Cors.ALL_ORIGINS,
                allow_methods=["GET", "HEAD", "POST", "OPTIONS"],
                allow_headers=CORS_HEADERS,
                expose_headers=EXPOSED_HEADERS,
                max_age=cdk.Duration.hours(1),
            ),
        )


def _allow_lake(role: iam.Role, lake: DataLake) -> None:
    """Let the role read what runs, models and moves are, and write which moves are asked for."""
    reason = "Runs, models and moves are named as they come; the wildcard stays under their prefix."
    read = (RUNS, MODELS, MOVES)
    lake.allow(role, ["s3:GetObject"], under=read, reason=reason)
    lake.allow(role, ["s3:PutObject"], under=[MOVES], reason=reason)
    lake.allow_listing(role, under=read)
    lake.allow_reading_of(role, QUALITY, COLLECTED)


def _allow_watching(role: iam.Role, settings: StageSettings) -> None:
    """Let the role see the alarms, and the stage's budget if it has one."""
    # Composite alarms are told only to who may see all alarms:
    # https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html
    role.add_to_policy(iam.PolicyStatement(actions=["cloudwatch:DescribeAlarms"], resources=["*"]))
    findings.accept(role, {findings.wildcard("*"): "It describes all alarms or none, and changes nothing."})
    if settings.monthly_budget_usd:
        budget = cdk.Stack.of(role).format_arn(
            service="budgets", region="", resource="budget", resource_name=budget_name(settings.stage)
        )
        role.add_to_policy(iam.PolicyStatement(actions=["budgets:ViewBudget"], resources=[budget]))


def _allow_runs(role: iam.Role, machine: sfn.StateMachine) -> None:
    """Let the role start and see runs of the one machine."""
    machine.grant_start_execution(role)
    role.add_to_policy(
        iam.PolicyStatement(actions=["states:ListExecutions"], resources=[machine.state_machine_arn])
    )
    machine.grant_execution(role, "states:DescribeExecution")
    # CDK makes the executions' ARN of the machine's name, which it takes from the machine's ARN.
    name = f'{{"Fn::Select":[6,{{"Fn::Split":[":",{{"Ref":"{findings.logical_id(machine)}"}}]}}]}}'
    executions = f"arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution:{name}:*"
    findings.accept(role, {findings.wildcard(executions): "Any run of the one state machine."})


def _accept_findings(api: apigateway.RestApi, settings: StageSettings) -> None:
    log = "The function's own log has a line for every request, with who signed it."
    reasons = {
        "AwsSolutions-APIG1": log,
        "Serverless-APIGWAccessLogging": log,
        "AwsSolutions-APIG6": log,
        "AwsSolutions-APIG2": "The function checks the few fields, and names them.",
        "AwsSolutions-APIG3": "Who isn't signed in AWS is refused before anything runs.",
        "AwsSolutions-COG4": "Callers are the owner's own roles and users in AWS.",
    }
    if not settings.x_ray:
        reasons["Serverless-APIGWXrayEnabled"] = "The request id finds the function's log line."
    findings.accept(api, reasons)
