"""The operations API: operators start, watch and read training runs, with their own AWS identity."""

import aws_cdk as cdk
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_iam as iam
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from stacks import findings
from stacks.config import StageSettings
from stacks.data_lake import RUNS, DataLake
from stacks.function_package import FunctionPackage
from stacks.gateway_errors import SIGNED_ONLY_ERRORS, add_gateway_errors
from stacks.integration import lambda_integration
from stacks.service_function import ServiceFunction

RATE_PER_SECOND, BURST = 5, 10  # people and scripts of the owner's


class OperationsApi(ServiceFunction):
    """The function that starts and reads runs, behind a REST API of its own that takes signed requests only.

    Parameters
    ----------
    machine : aws_cdk.aws_stepfunctions.StateMachine
        The state machine that does the runs.
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
        package: FunctionPackage,
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            settings=settings,
            package=package,
            handler="operations.handler.handler",
            description="Recall: starts, watches and reads training runs",
            memory_mb=512,  # boto3 comes faster with more than the least
            # Longer than its tries at AWS, shorter than API Gateway's 29 seconds.
            timeout=cdk.Duration.seconds(20),
            environment={
                "LAKE_BUCKET": lake.bucket.bucket_name,
                "STATE_MACHINE": machine.state_machine_arn,
            },
            failures="API Gateway calls it and waits: the caller gets every failure.",
            traced=settings.x_ray,
        )
        _allow_runs(self.role, machine)
        reason = "Runs are named as they come; the wildcard stays under their prefix."
        lake.allow(self.role, ["s3:GetObject"], under=[RUNS], reason=reason)
        lake.allow_listing(self.role, under=[RUNS])
        self.rest_api = self._rest_api(settings)
        add_gateway_errors(self.rest_api, SIGNED_ONLY_ERRORS)
        runs = self.rest_api.root.add_resource("v1").add_resource("training").add_resource("runs")
        run = runs.add_resource("{name}")
        integration = lambda_integration(self.function)
        for resource in (runs, run, run.add_resource("report")):
            resource.add_method("ANY", integration)  # the function says 405 itself
        _accept_findings(self.rest_api, settings)

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
            # A report that is compressed with gzip is bytes: as text it would be damaged.
            binary_media_types=["*/*"],
        )


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
        "AwsSolutions-APIG2": "The function checks the one optional field, and names it.",
        "AwsSolutions-APIG3": "Who isn't signed in AWS is refused before anything runs.",
        "AwsSolutions-COG4": "Callers are the owner's own roles and users in AWS.",
    }
    if not settings.x_ray:
        reasons["Serverless-APIGWXrayEnabled"] = "The request id finds the function's log line."
    findings.accept(api, reasons)
