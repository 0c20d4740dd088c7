"""The HTTPS front: an API Gateway REST API with keys, a usage plan, throttling and one shape of error."""

from collections.abc import Sequence

import aws_cdk as cdk
from aws_cdk import aws_apigateway as apigateway
from constructs import Construct

from stacks import findings
from stacks.access_log import ACCESS_LOG_FORMAT
from stacks.config import StageSettings
from stacks.gateway_errors import EXPOSED_HEADERS, add_gateway_errors
from stacks.openapi import read_operations
from stacks.protection import RateRule
from stacks.routes import Functions, add_routes, keep_preflight_text, keyless_throttles, text_throttles
from stacks.stage_log import stage_log

# Any header: tracing tools add their own, and no cookie or password is ever sent. Some are named beside the
# wildcard for browsers that don't know it.
CORS_HEADERS = ["*", "Content-Type", "X-Api-Key", "Content-Encoding", "Traceparent", "Tracestate"]
CORS_METHODS = ["GET", "HEAD", "POST", "DELETE", "OPTIONS"]
LOGGING_POLICY = "service-role/AmazonAPIGatewayPushToCloudWatchLogs"


class Api(Construct):
    """The REST API in front of the functions, with a first client's key.

    Parameters
    ----------
    functions : stacks.routes.Functions
        The functions that it calls.
    tenant_keys : sequence of aws_cdk.aws_apigateway.IApiKey
        Keys that have the usage plan beside the first client's; the functions know how far they reach.

    Attributes
    ----------
    rest_api : aws_cdk.aws_apigateway.RestApi
    access_log : aws_cdk.aws_logs.LogGroup
        A line for each request.
    key : aws_cdk.aws_apigateway.IApiKey
        The first client's; AWS makes its value.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        settings: StageSettings,
        functions: Functions,
        tenant_keys: Sequence[apigateway.IApiKey],
    ) -> None:
        super().__init__(scope, construct_id)
        self.access_log = stage_log(self, "AccessLog", settings)
        operations = read_operations()
        throttles = keyless_throttles(operations) | (text_throttles() if functions.text else {})
        self.rest_api = self._rest_api(settings, throttles)
        add_gateway_errors(self.rest_api)
        add_routes(self.rest_api, operations, functions)
        keep_preflight_text(self.rest_api)
        self.key = self.rest_api.add_api_key("Key", description="Recall: the first client")
        plan = self._usage_plan(settings)
        for key in (self.key, *tenant_keys):
            plan.add_api_key(key)
        if settings.waf_requests_per_5_minutes:
            RateRule(
                self,
                "RateRule",
                stage=self.rest_api.deployment_stage,
                limit=settings.waf_requests_per_5_minutes,
            )
        _accept_findings(self.rest_api, settings)

    def _rest_api(
        self, settings: StageSettings, throttles: dict[str, apigateway.MethodDeploymentOptions]
    ) -> apigateway.RestApi:
        owns_role = settings.api_gateway_role == "own"
        return apigateway.RestApi(
            self,
            "RestApi",
            rest_api_name=f"recall-{settings.stage}",
            description="Recall: how likely a learner still remembers a card, and when to show it next",
            endpoint_types=[apigateway.EndpointType.REGIONAL],
            cloud_watch_role=owns_role,
            # An account has one such role in a region. Another stage's APIs, or another service's, go on
            # logging with it when this stage is destroyed, which leaves the account's setting as it is:
            # https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-account.html
            cloud_watch_role_removal_policy=cdk.RemovalPolicy.RETAIN if owns_role else None,
            deploy_options=apigateway.StageOptions(
                stage_name=settings.stage,
                throttling_rate_limit=settings.throttle_rate_per_second,
                throttling_burst_limit=settings.throttle_burst,
                tracing_enabled=traces_api(settings),
                access_log_destination=apigateway.LogGroupLogDestination(self.access_log),
                access_log_format=ACCESS_LOG_FORMAT,
                method_options=throttles,
            ),
            # Compressed bodies, in and out, are bytes: as text they would be damaged.
            binary_media_types=["*/*"],
            default_cors_preflight_options=apigateway.CorsOptions(
                allow_origins=apigateway.Cors.ALL_ORIGINS,
                allow_methods=CORS_METHODS,
                allow_headers=CORS_HEADERS,
                expose_headers=EXPOSED_HEADERS,
                max_age=cdk.Duration.hours(1),
            ),
        )

    def _usage_plan(self, settings: StageSettings) -> apigateway.UsagePlan:
        stage = self.rest_api.deployment_stage
        return self.rest_api.add_usage_plan(
            "UsagePlan",
            throttle=apigateway.ThrottleSettings(
                rate_limit=settings.throttle_rate_per_second, burst_limit=settings.throttle_burst
            ),
            quota=apigateway.QuotaSettings(limit=settings.quota_per_day, period=apigateway.Period.DAY),
            api_stages=[apigateway.UsagePlanPerApiStage(api=self.rest_api, stage=stage)],
        )


def traces_api(settings: StageSettings) -> bool:
    """Tell whether X-Ray traces the API itself: its segments have each request's URL, and learners' ids."""
    return settings.x_ray and not settings.memory


def _accept_findings(api: apigateway.RestApi, settings: StageSettings) -> None:
    keys = (
        "The callers are servers of one owner: API keys with a usage plan tell them apart and slow them. "
        "The health check and the documentation are open, under throttles of their own."
    )
    reasons = {
        "AwsSolutions-APIG4": keys,
        "AwsSolutions-COG4": keys,
        "AwsSolutions-APIG2": "The function checks bodies, and names field and index; a validator would "
        "refuse those that are compressed with gzip.",
        "AwsSolutions-APIG6": "The access log has a line for every request; the execution log would repeat "
        "them in a log group whose retention nobody sets.",
    }
    if settings.api_gateway_role == "own":
        reasons[findings.aws_policy(LOGGING_POLICY)] = "AWS's own policy for a role that the account shares."
    if not settings.waf_requests_per_5_minutes:
        reasons["AwsSolutions-APIG3"] = (
            "A web ACL costs more a month than the rest of a small service; throttle and quota are "
            "the targets without it, and the budget tells when they don't hold."
        )
    if not traces_api(settings):
        reasons["Serverless-APIGWXrayEnabled"] = (
            "The request id joins the log lines of API and function. Traces would hold learners' ids."
        )
    findings.accept(api, reasons)


class ApiStack(cdk.Stack):
    """The API alone."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        stack_name: str,
        settings: StageSettings,
        functions: Functions,
        tenant_keys: Sequence[apigateway.IApiKey],
    ) -> None:
        super().__init__(scope, construct_id, stack_name=stack_name, description="Recall: the HTTPS API")
        self.api = Api(self, "Api", settings=settings, functions=functions, tenant_keys=tenant_keys)
        cdk.CfnOutput(
            self, "Endpoint", value=self.api.rest_api.url, description="Base URL, ending with the stage"
        )
        cdk.CfnOutput(self, "ApiId", value=self.api.rest_api.rest_api_id)
        cdk.CfnOutput(
            self,
            "ApiKeyId",
            value=self.api.key.key_id,
            description="aws apigateway get-api-key --include-value --api-key <id> prints the key itself",
        )
