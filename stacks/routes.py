"""The API's paths and methods, as its document has them, and which function each calls."""

from collections.abc import Sequence

from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_lambda as lambda_

from stacks.integration import lambda_integration
from stacks.openapi import Body, Operation

# Monitors and readers of the docs send no key; a small share of the stage's throttle keeps them from starving
# those who do, and from being what the bill is for.
OPEN_RATE_PER_SECOND, OPEN_BURST = 5, 10
HEAD_RATE_PER_SECOND, HEAD_BURST = 1, 5  # monitors and checkers of links
# A browser sends a preflight once an hour for each path before it sends a request of the console.
PREFLIGHT_RATE_PER_SECOND, PREFLIGHT_BURST = 1, 10
INTAKE_PATHS = ("/v1/reviews", "/v1/quality")


def add_routes(
    api: apigateway.RestApi,
    operations: Sequence[Operation],
    *,
    service: lambda_.IFunction,
    intake: lambda_.IFunction,
) -> None:
    """Let every path and method reach a function, which responds 404 and 405 in the service's own shape.

    Parameters
    ----------
    service : aws_cdk.aws_lambda.IFunction
        The function behind all paths but the intake's.
    intake : aws_cdk.aws_lambda.IFunction
        The function behind the paths of reviews and of the report on their predictions.
    """
    to_service = lambda_integration(service)
    to_intake = to_service if intake is service else lambda_integration(intake)
    v1 = api.root.add_resource("v1")
    resources = [v1.add_resource(operation.path.removeprefix("/v1/")) for operation in operations]
    for resource, operation in zip(resources, operations, strict=True):
        resource.add_method(
            operation.method,
            to_intake if operation.path in INTAKE_PATHS else to_service,
            api_key_required=operation.keyed,
            request_models=_request_models(api, operation.body),
        )
        if not operation.keyed:
            resource.add_method("HEAD", to_service)  # monitors' method; where a key is needed, ANY is enough
    for known in (api.root, v1, *resources):
        known.add_method("ANY", to_service, api_key_required=True)
    for parent in (api.root, v1):
        parent.add_resource("{proxy+}").add_method("ANY", to_service, api_key_required=True)


def keyless_throttles(operations: Sequence[Operation]) -> dict[str, apigateway.MethodDeploymentOptions]:
    """Return the throttles of the methods that no key and no quota bound, by path and method."""
    preflight = apigateway.MethodDeploymentOptions(
        throttling_rate_limit=PREFLIGHT_RATE_PER_SECOND, throttling_burst_limit=PREFLIGHT_BURST
    )
    opened = apigateway.MethodDeploymentOptions(
        throttling_rate_limit=OPEN_RATE_PER_SECOND, throttling_burst_limit=OPEN_BURST
    )
    paths = ["/", "/{proxy+}", "/v1", "/v1/{proxy+}", *(operation.path for operation in operations)]
    looked_at = apigateway.MethodDeploymentOptions(
        throttling_rate_limit=HEAD_RATE_PER_SECOND, throttling_burst_limit=HEAD_BURST
    )
    open_operations = [operation for operation in operations if not operation.keyed]
    return (
        {f"{path}/OPTIONS": preflight for path in paths}
        | {f"{operation.path}/{operation.method}": opened for operation in open_operations}
        | {f"{operation.path}/HEAD": looked_at for operation in open_operations}
    )


def keep_preflight_text(api: apigateway.RestApi) -> None:
    """Let API Gateway's own response to a preflight be text: with */* as bytes, it responds 500 instead."""
    for method in api.node.find_all():
        if isinstance(method, apigateway.CfnMethod) and method.http_method == "OPTIONS":
            method.add_property_override("Integration.ContentHandling", "CONVERT_TO_TEXT")


def _request_models(api: apigateway.RestApi, body: Body | None) -> dict[str, apigateway.IModel] | None:
    """Return a method's model, for SDKs and readers.

    No validator looks at it, since it would refuse a compressed body, and API Gateway's own errors name no
    field and no index.
    """
    if body is None:
        return None
    model = api.add_model(
        body.name,
        model_name=body.name,
        content_type="application/json",
        description=f"{body.description} The function checks the fields; /v1/openapi.json has them",
        schema=apigateway.JsonSchema(
            schema=apigateway.JsonSchemaVersion.DRAFT4, type=apigateway.JsonSchemaType[body.type.upper()]
        ),
    )
    return {"application/json": model}
