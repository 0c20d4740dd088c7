"""The operations API: who gets in, what its function may do, and what the gateway says itself."""

import json

from operations.routes import ROUTES
from tests.infrastructure.conftest import only, paths, resources


def test_every_method_takes_signed_requests_only(learning):
    methods = resources(learning, "AWS::ApiGateway::Method")

    assert {method["AuthorizationType"] for method in methods} == {"AWS_IAM"}
    assert not any(method.get("ApiKeyRequired") for method in methods)


def test_every_route_of_the_function_is_a_resource_and_nothing_else_is(learning):
    path = paths(learning)
    methods = resources(learning, "AWS::ApiGateway::Method")

    assert {path[method["ResourceId"]["Ref"]] for method in methods} == set(ROUTES)
    assert {method["HttpMethod"] for method in methods} == {"ANY"}  # the function says 405


def test_function_has_what_its_handler_reads_and_no_layer(learning):
    function = only(learning, "AWS::Lambda::Function", "OperationsApi")

    assert function["Handler"] == "operations.handler.handler"
    assert set(function["Environment"]["Variables"]) == {"LAKE_BUCKET", "STATE_MACHINE"}
    assert "Layers" not in function
    assert function["Timeout"] < 29


def test_gateway_tells_who_didnt_sign_in_the_services_shape(learning):
    answers = {each["ResponseType"]: each for each in resources(learning, "AWS::ApiGateway::GatewayResponse")}
    unsigned = answers["MISSING_AUTHENTICATION_TOKEN"]
    body = json.loads(unsigned["ResponseTemplates"]["application/json"])

    assert set(answers) == {"MISSING_AUTHENTICATION_TOKEN", "THROTTLED", "DEFAULT_4XX", "DEFAULT_5XX"}
    assert unsigned["StatusCode"] == "403"
    assert body["error"]["code"] == "forbidden"
    assert "Signature Version 4" in body["error"]["message"]


def test_requests_are_throttled_and_reports_may_be_packed(learning):
    (everywhere,) = only(learning, "AWS::ApiGateway::Stage")["MethodSettings"]

    assert (everywhere["ThrottlingRateLimit"], everywhere["ThrottlingBurstLimit"]) == (5, 10)
    assert only(learning, "AWS::ApiGateway::RestApi")["BinaryMediaTypes"] == ["*/*"]


def test_its_deployment_holds_what_the_gateway_answers_itself(learning):
    deployment = next(r for r in learning["Resources"].values() if r["Type"] == "AWS::ApiGateway::Deployment")

    assert any("OnMissingAuthenticationToken" in each for each in deployment["DependsOn"])
