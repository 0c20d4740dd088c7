"""The HTTPS front: an API Gateway REST API with keys, a usage plan, throttling and one shape of error."""

import json

import aws_cdk as cdk
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from stacks import findings
from stacks.config import StageSettings
from stacks.gateway_errors import EXPOSED_HEADERS, add_gateway_errors
from stacks.integration import lambda_integration
from stacks.openapi import Body, Operation, read_operations
from stacks.protection import RateRule
from stacks.stage_log import stage_log

# Monitors and readers of the docs send no key; a small share of the stage's throttle keeps them from starving
# those who do, and from being what the bill is for.
OPEN_RATE_PER_SECOND, OPEN_BURST = 5, 10
# A browser asks once an hour for each path before it sends a request of the console.
PREFLIGHT_RATE_PER_SECOND, PREFLIGHT_BURST = 1, 10
LOGGING_POLICY = "service-role/AmazonAPIGatewayPushToCloudWatchLogs"
CORS_HEADERS = ["Content-Type", "X-Api-Key", "Content-Encoding"]
INTAKE_PATHS = ("/v1/reviews", "/v1/quality")
CORS_METHODS = ["GET", "POST", "OPTIONS"]


class Api(Construct):
    """The REST API in front of the function's alias.

    Every path and method reaches the function, which answers 404 and 405 in the service's own shape; only
    reviews, and the question what came of them, go to the intake function, where the stage has one.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        settings: StageSettings,
        handler: lambda_.IFunction,
        intake: lambda_.IFunction | None,
    ) -> None:
        super().__init__(scope, construct_id)
        self._operations = read_operations()
        self.access_log = stage_log(self, "AccessLog", settings)
        self.rest_api = self._rest_api(settings)
        add_gateway_errors(self.rest_api)
        service = lambda_integration(handler)
        self._add_routes(service, service if intake is None else lambda_integration(intake))
        self._keep_preflight_text()
        self.key = self.rest_api.add_api_key("Key", description="Recall: the first client")
        plan = self.rest_api.add_usage_plan(
            "UsagePlan",
            throttle=apigateway.ThrottleSettings(
                rate_limit=settings.throttle_rate_per_second, burst_limit=settings.throttle_burst
            ),
            quota=apigateway.QuotaSettings(limit=settings.quota_per_day, period=apigateway.Period.DAY),
            api_stages=[
                apigateway.UsagePlanPerApiStage(api=self.rest_api, stage=self.rest_api.deployment_stage)
            ],
        )
        plan.add_api_key(self.key)
        if settings.waf_requests_per_5_minutes:
            RateRule(
                self,
                "RateRule",
                stage=self.rest_api.deployment_stage,
                limit=settings.waf_requests_per_5_minutes,
            )
        _accept_findings(self.rest_api, settings)

    def _rest_api(self, settings: StageSettings) -> apigateway.RestApi:
        return apigateway.RestApi(
            self,
            "RestApi",
            rest_api_name=f"recall-{settings.stage}",
            description="Recall: how likely a learner still remembers a card, and when to show it next",
            endpoint_types=[apigateway.EndpointType.REGIONAL],
            cloud_watch_role=True,
            # One account has one such role, which other APIs may use too.
            cloud_watch_role_removal_policy=cdk.RemovalPolicy.RETAIN,
            deploy_options=apigateway.StageOptions(
                stage_name=settings.stage,
                throttling_rate_limit=settings.throttle_rate_per_second,
                throttling_burst_limit=settings.throttle_burst,
                tracing_enabled=settings.x_ray,
                access_log_destination=apigateway.LogGroupLogDestination(self.access_log),
                access_log_format=_access_log_format(),
                method_options=self._keyless_throttles(),
            ),
            # Packed bodies, in and out, are bytes: as text they would be damaged.
            binary_media_types=["*/*"],
            default_cors_preflight_options=apigateway.CorsOptions(
                allow_origins=apigateway.Cors.ALL_ORIGINS,
                allow_methods=CORS_METHODS,
                allow_headers=CORS_HEADERS,
                expose_headers=EXPOSED_HEADERS,
                max_age=cdk.Duration.hours(1),
            ),
        )

    def _keyless_throttles(self) -> dict[str, apigateway.MethodDeploymentOptions]:
        """Return the throttles of the methods that no key and no quota bound."""
        preflight = apigateway.MethodDeploymentOptions(
            throttling_rate_limit=PREFLIGHT_RATE_PER_SECOND, throttling_burst_limit=PREFLIGHT_BURST
        )
        opened = apigateway.MethodDeploymentOptions(
            throttling_rate_limit=OPEN_RATE_PER_SECOND, throttling_burst_limit=OPEN_BURST
        )
        paths = ["/", "/{proxy+}", "/v1", "/v1/{proxy+}", *(o.path for o in self._operations)]
        return {f"{path}/OPTIONS": preflight for path in paths} | {
            f"{o.path}/{o.method}": opened for o in self._operations if not o.keyed
        }

    def _add_routes(
        self, integration: apigateway.LambdaIntegration, intake: apigateway.LambdaIntegration
    ) -> None:
        root = self.rest_api.root
        v1 = root.add_resource("v1")
        resources = [v1.add_resource(operation.path.removeprefix("/v1/")) for operation in self._operations]
        for resource, operation in zip(resources, self._operations, strict=True):
            takes = intake if operation.path in INTAKE_PATHS else integration
            self._add_method(resource, operation, takes)
        # Whatever else is asked goes to the function too, for its 404 and 405.
        for anything in (root, v1, *resources):
            anything.add_method("ANY", integration, api_key_required=True)
        for parent in (root, v1):
            parent.add_resource("{proxy+}").add_method("ANY", integration, api_key_required=True)

    def _add_method(
        self, resource: apigateway.Resource, operation: Operation, integration: apigateway.LambdaIntegration
    ) -> None:
        models = {"application/json": self._model(operation.body)} if operation.body else None
        resource.add_method(
            operation.method, integration, api_key_required=operation.keyed, request_models=models
        )

    def _keep_preflight_text(self) -> None:
        """Let a preflight's made-up answer be text: with */* as bytes, API Gateway answers 500 instead."""
        for method in self.rest_api.node.find_all():
            if isinstance(method, apigateway.CfnMethod) and method.http_method == "OPTIONS":
                method.add_property_override("Integration.ContentHandling", "CONVERT_TO_TEXT")

    def _model(self, body: Body) -> apigateway.Model:
        # For SDKs and readers: no validator looks at it, since it would refuse a packed body, and API
        # Gateway's own errors name no field and no index.
        return self.rest_api.add_model(
            body.name,
            model_name=body.name,
            content_type="application/json",
            description=f"{body.description} The function checks the fields; /v1/openapi.json has them",
            schema=apigateway.JsonSchema(
                schema=apigateway.JsonSchemaVersion.DRAFT4, type=apigateway.JsonSchemaType[body.type.upper()]
            ),
        )


def _access_log_format() -> apigateway.AccessLogFormat:
    """One JSON line a request; neither the key nor the body is in it."""
    field = apigateway.AccessLogField
    return apigateway.AccessLogFormat.custom(
        json.dumps(
            {
                "request_id": field.context_request_id(),
                "time": field.context_request_time(),
                "ip": field.context_identity_source_ip(),
                "key_id": field.context_identity_api_key_id(),
                "method": field.context_http_method(),
                "path": field.context_resource_path(),
                "status": field.context_status(),
                "latency_ms": field.context_response_latency(),
                "error": field.context_error_response_type(),
            }
        )
    )


def _accept_findings(api: apigateway.RestApi, settings: StageSettings) -> None:
    keys = (
        "The callers are servers of one owner: API keys with a usage plan tell them apart and bound them. "
        "The health check and the documentation are open, under throttles of their own."
    )
    reasons = {
        "AwsSolutions-APIG4": keys,
        "AwsSolutions-COG4": keys,
        "AwsSolutions-APIG2": "The function checks bodies, and names field and index; a validator would "
        "refuse those that are compressed with gzip.",
        "AwsSolutions-APIG6": "The access log has a line for every request; the execution log would repeat "
        "them in a log group whose retention nobody sets.",
        findings.aws_policy(LOGGING_POLICY): "AWS's own policy for a role that the account shares.",
    }
    if not settings.waf_requests_per_5_minutes:
        reasons["AwsSolutions-APIG3"] = (
            "A web ACL costs more a month than the rest of a small service; key, throttle and quota bound "
            "what a caller can cost."
        )
    if not settings.x_ray:
        reasons["Serverless-APIGWXrayEnabled"] = "The request id joins the log lines of API and function."
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
        handler: lambda_.IFunction,
        intake: lambda_.IFunction | None,
    ) -> None:
        super().__init__(scope, construct_id, stack_name=stack_name, description="Recall: the HTTPS API")
        self.api = Api(self, "Api", settings=settings, handler=handler, intake=intake)
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
