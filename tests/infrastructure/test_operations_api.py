"""The operations API: who gets in, what its function may do, and what the gateway says itself."""

import json

from operations.handler import WAITING
from operations.routes import ROUTES
from operations.settings import Settings
from tests.infrastructure.conftest import only, paths, resources
from tests.infrastructure.variants import variant


def test_every_method_takes_signed_requests_only(learning):
    methods = resources(learning, "AWS::ApiGateway::Method")

    for method in methods:  # a browser's preflight can't be signed, and reaches no function
        preflight = method["HttpMethod"] == "OPTIONS"
        assert method["AuthorizationType"] == ("NONE" if preflight else "AWS_IAM")
        assert method["Integration"]["Type"] == ("MOCK" if preflight else "AWS_PROXY")
    assert not any(method.get("ApiKeyRequired") for method in methods)


def test_preflight_lets_signed_requests_of_any_page_through(learning):
    methods = resources(learning, "AWS::ApiGateway::Method")
    for preflight in (method for method in methods if method["HttpMethod"] == "OPTIONS"):
        assert preflight["Integration"]["ContentHandling"] == "CONVERT_TO_TEXT"
        (answer,) = preflight["Integration"]["IntegrationResponses"]
        headers = {name.rpartition(".")[2]: value for name, value in answer["ResponseParameters"].items()}
        assert headers["Access-Control-Allow-Origin"] == "'*'"
        assert "Access-Control-Allow-Credentials" not in headers  # no cookies
        assert {*headers["Access-Control-Allow-Headers"].strip("'").split(",")} == {
            *("Authorization", "Content-Type"),
            *("X-Amz-Content-Sha256", "X-Amz-Date", "X-Amz-Security-Token"),
        }


def test_every_route_of_the_function_is_a_resource_and_nothing_else_is(learning):
    path = paths(learning)
    methods = [m for m in resources(learning, "AWS::ApiGateway::Method") if m["HttpMethod"] != "OPTIONS"]

    assert {path[method["ResourceId"]["Ref"]] for method in methods} == set(ROUTES)
    assert {method["HttpMethod"] for method in methods} == {"ANY"}  # the function says 405


def test_function_has_what_its_handler_reads_and_no_layer(learning):
    function = only(learning, "AWS::Lambda::Function", "OperationsApi")

    assert function["Handler"] == "operations.handler.handler"
    variables = function["Environment"]["Variables"]
    Settings({name: value if isinstance(value, str) else "a:b:c:d:e" for name, value in variables.items()})
    assert (variables["AUTOML_MOST_SECONDS"], variables["BUDGET"]) == ("0", "")
    assert "Layers" not in function
    assert WAITING.connect_timeout + WAITING.read_timeout < function["Timeout"] < 29


def test_function_of_a_stage_with_batch_and_a_budget_knows_both():
    stacks = variant("batch")
    variables = only(stacks["Learning"], "AWS::Lambda::Function", "OperationsApi")["Environment"]["Variables"]
    budget = only(stacks["Monitoring"], "AWS::Budgets::Budget")["Budget"]

    assert (variables["AUTOML_MOST_SECONDS"], variables["BUDGET_USD"]) == ("3600", "25")
    assert variables["BUDGET"] == budget["BudgetName"]


def test_operators_role_is_the_accounts_for_an_hour(learning):
    role = only(learning, "AWS::IAM::Role", "StudioOperator")
    (trust,) = role["AssumeRolePolicyDocument"]["Statement"]

    assert role["MaxSessionDuration"] == 3600
    assert (trust["Action"], list(trust["Principal"])) == ("sts:AssumeRole", ["AWS"])
    assert ":root" in json.dumps(trust["Principal"])


def test_gateway_tells_who_didnt_sign_in_the_services_shape(learning):
    answers = {each["ResponseType"]: each for each in resources(learning, "AWS::ApiGateway::GatewayResponse")}
    unsigned = answers["MISSING_AUTHENTICATION_TOKEN"]
    body = json.loads(unsigned["ResponseTemplates"]["application/json"])

    assert set(answers) == {
        *("MISSING_AUTHENTICATION_TOKEN", "EXPIRED_TOKEN", "INVALID_SIGNATURE", "ACCESS_DENIED"),
        *("THROTTLED", "DEFAULT_4XX", "DEFAULT_5XX"),
    }
    assert '"code":"session_expired"' in answers["EXPIRED_TOKEN"]["ResponseTemplates"]["application/json"]
    assert unsigned["StatusCode"] == "403"
    assert body["error"]["code"] == "forbidden"
    assert "Signature Version 4" in body["error"]["message"]


def test_requests_are_throttled_and_reports_may_be_packed(learning):
    settings = only(learning, "AWS::ApiGateway::Stage")["MethodSettings"]
    throttles = {
        (each["ResourcePath"], each["HttpMethod"]): (
            each["ThrottlingRateLimit"],
            each["ThrottlingBurstLimit"],
        )
        for each in settings
    }
    everywhere = throttles.pop(("/*", "*"))
    preflights = [m for m in resources(learning, "AWS::ApiGateway::Method") if m["HttpMethod"] == "OPTIONS"]

    assert everywhere == (5, 20)
    assert {method for _path, method in throttles} == {"OPTIONS"}
    assert set(throttles.values()) == {(1, 10)}
    assert len(throttles) == len(preflights)
    assert only(learning, "AWS::ApiGateway::RestApi")["BinaryMediaTypes"] == ["*/*"]


def test_its_deployment_holds_what_the_gateway_answers_itself(learning):
    deployment = next(r for r in learning["Resources"].values() if r["Type"] == "AWS::ApiGateway::Deployment")

    assert any("OnMissingAuthenticationToken" in each for each in deployment["DependsOn"])
