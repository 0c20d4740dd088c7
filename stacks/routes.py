"""The API's paths and methods, as its document has them, and which function each calls."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_lambda as lambda_

from stacks.integration import lambda_integration
from stacks.openapi import Body, Operation

# Monitors and readers of the docs send no key. Throttles of a stage "are applied at the API method level", so
# each method has a bucket of its own, and those without a key can't use up what callers with one have. Their
# rates are small, so that these requests aren't what the bill is for. All are targets, which AWS may exceed:
# https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-throttling.html
HEALTH, HEALTH_RATE_PER_SECOND = "/v1/health", 5
OPEN_RATE_PER_SECOND, OPEN_BURST = 2, 10  # the documents are large
HEAD_RATE_PER_SECOND, HEAD_BURST = 1, 5  # monitors and checkers of links
# A browser sends a preflight once an hour for each path before it sends a request of the studio.
PREFLIGHT_RATE_PER_SECOND, PREFLIGHT_BURST = 1, 10
REVIEWS, QUALITY, LEARNERS = "/v1/reviews", "/v1/quality", "/v1/learners/"
TEXT = ("/v1/embed", "/v1/similar", "/v1/topics")
# A request with as much text as there may be takes a whole processor for seconds, a thousand times what a
# prediction takes. A deck of 10,000 cards is a hundred requests.
TEXT_RATE_PER_SECOND, TEXT_BURST = 1, 10


class Functions(NamedTuple):
    """The functions behind the API.

    Attributes
    ----------
    service : aws_cdk.aws_lambda.IFunction
        The predicting function: behind all paths that no other function is behind.
    reviews, quality, learners : aws_cdk.aws_lambda.IFunction or None
        The memory's function behind `REVIEWS`, `QUALITY` and the paths below `LEARNERS`; None where the stage
        doesn't have them.
    text : aws_cdk.aws_lambda.IFunction or None
        The text function behind the paths of `TEXT`; None where the stage doesn't have it.
    """

    service: lambda_.IFunction
    reviews: lambda_.IFunction | None = None
    quality: lambda_.IFunction | None = None
    learners: lambda_.IFunction | None = None
    text: lambda_.IFunction | None = None

    def behind(self, path: str) -> lambda_.IFunction:
        """Return the function that the document's methods of a path call."""
        others = {REVIEWS: self.reviews, QUALITY: self.quality, **dict.fromkeys(TEXT, self.text)}
        function = self.learners if path.startswith(LEARNERS) else others.get(path)
        return function or self.service


def add_routes(api: apigateway.RestApi, operations: Sequence[Operation], functions: Functions) -> None:
    """Let every path and method reach a function, which responds 404 and 405 in the service's own shape.

    What is only the beginning of paths, such as ``/v1/learners``, has no method but the preflight's: API
    Gateway sends its requests, and those of unknown paths below it, to ``/v1/{proxy+}``.
    """
    integrations = {function: lambda_integration(function) for function in functions if function is not None}
    to_service = integrations[functions.service]
    resources = {operation.path: api.root.resource_for_path(operation.path) for operation in operations}
    for operation in operations:
        resource = resources[operation.path]
        resource.add_method(
            operation.method,
            integrations[functions.behind(operation.path)],
            api_key_required=operation.keyed,
            request_models=_request_models(api, operation.body),
        )
        if not operation.keyed:
            resource.add_method("HEAD", to_service)  # monitors' method; where a key is needed, ANY is enough
    v1 = api.root.resource_for_path("v1")
    for known in (api.root, v1, *resources.values()):
        known.add_method("ANY", to_service, api_key_required=True)
    for parent in (api.root, v1):
        parent.add_resource("{proxy+}").add_method("ANY", to_service, api_key_required=True)


def text_throttles() -> dict[str, apigateway.MethodDeploymentOptions]:
    """Return the throttles of the text function's methods, by path and method."""
    throttle = apigateway.MethodDeploymentOptions(
        throttling_rate_limit=TEXT_RATE_PER_SECOND, throttling_burst_limit=TEXT_BURST
    )
    return {f"{path}/POST": throttle for path in TEXT}


def keyless_throttles(operations: Sequence[Operation]) -> dict[str, apigateway.MethodDeploymentOptions]:
    """Return the throttles of the methods that need no key, and so have no quota, by path and method."""

    def opened(path: str) -> apigateway.MethodDeploymentOptions:
        rate = HEALTH_RATE_PER_SECOND if path == HEALTH else OPEN_RATE_PER_SECOND
        return apigateway.MethodDeploymentOptions(
            throttling_rate_limit=rate, throttling_burst_limit=OPEN_BURST
        )

    paths = ["/{proxy+}", "/v1/{proxy+}", *(operation.path for operation in operations)]
    looked_at = apigateway.MethodDeploymentOptions(
        throttling_rate_limit=HEAD_RATE_PER_SECOND, throttling_burst_limit=HEAD_BURST
    )
    open_operations = [operation for operation in operations if not operation.keyed]
    return (
        preflight_throttles(paths)
        | {f"{each.path}/{each.method}": opened(each.path) for each in open_operations}
        | {f"{each.path}/HEAD": looked_at for each in open_operations}
    )


def preflight_throttles(paths: Iterable[str]) -> dict[str, apigateway.MethodDeploymentOptions]:
    """Return the throttles of the preflights of some paths and of all that these begin with."""
    preflight = apigateway.MethodDeploymentOptions(
        throttling_rate_limit=PREFLIGHT_RATE_PER_SECOND, throttling_burst_limit=PREFLIGHT_BURST
    )
    beginnings = {
        "/".join(parts[:depth]) or "/"
        for parts in (path.split("/") for path in paths)
        for depth in range(1, len(parts) + 1)
    }
    return {f"{path}/OPTIONS": preflight for path in sorted(beginnings)}


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
