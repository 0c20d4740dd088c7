"""What the templates must say, whatever else changes in them."""

import json
from pathlib import Path

from inference.routes import ROUTES
from tests.cloudwatch.definitions import definitions
from tests.infrastructure.conftest import only, paths, resources

DOCUMENT = json.loads(
    (Path(__file__).parents[2] / "lambda_src" / "inference" / "openapi.json").read_text(encoding="utf-8")
)


def test_lake_is_versioned_encrypted_private_and_kept(prod):
    (resource,) = [r for r in prod["DataLake"]["Resources"].values() if r["Type"] == "AWS::S3::Bucket"]
    bucket = resource["Properties"]

    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
    (encryption,) = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert encryption["ServerSideEncryptionByDefault"]["SSEAlgorithm"] == "AES256"
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert (resource["DeletionPolicy"], resource["UpdateReplacePolicy"]) == ("RetainExceptOnCreate", "Retain")


def test_lake_refuses_plain_http_and_old_tls(prod):
    statements = only(prod["DataLake"], "AWS::S3::BucketPolicy")["PolicyDocument"]["Statement"]
    conditions = [s["Condition"] for s in statements if s["Effect"] == "Deny"]

    assert {"Bool": {"aws:SecureTransport": "false"}} in conditions
    assert {"NumericLessThan": {"s3:TlsVersion": 1.2}} in conditions


def test_function_is_python_311_with_the_settings_of_its_stage(prod):
    function = only(prod["Inference"], "AWS::Lambda::Function", "Inference")

    assert function["Runtime"] == "python3.11"
    assert (function["MemorySize"], function["Timeout"]) == (512, 10)
    assert function["Handler"] == "inference.handler.handler"
    assert function["Environment"]["Variables"]["STAGE"] == "prod"
    assert len(function["Layers"]) == 1


def test_api_calls_the_alias_live_and_not_the_function(prod):
    alias = only(prod["Inference"], "AWS::Lambda::Alias")
    uris = {json.dumps(m["Integration"].get("Uri")) for m in keyed_or_open_methods(prod)}

    assert alias["Name"] == "live"
    assert len(uris) == 1
    assert "Aliaslive" in uris.pop()


def keyed_or_open_methods(templates):
    return [m for m in resources(templates["Api"], "AWS::ApiGateway::Method") if m["HttpMethod"] != "OPTIONS"]


def test_every_method_needs_a_key_but_the_open_ones_and_preflight(prod):
    resource_paths = {
        name: r["Properties"]["PathPart"]
        for name, r in prod["Api"]["Resources"].items()
        if r["Type"] == "AWS::ApiGateway::Resource"
    }
    open_methods = [m for m in keyed_or_open_methods(prod) if not m.get("ApiKeyRequired")]
    preflights = [
        m for m in resources(prod["Api"], "AWS::ApiGateway::Method") if m["HttpMethod"] == "OPTIONS"
    ]

    assert {(m["HttpMethod"], resource_paths[m["ResourceId"]["Ref"]]) for m in open_methods} == {
        (method, path.removeprefix("/v1/")) for path in OPEN for method in ("GET", "HEAD")
    }
    assert len(preflights) == len(resource_paths) + 1  # the root too
    assert not any(m.get("ApiKeyRequired") for m in preflights)


OPEN = {
    path
    for path, methods in DOCUMENT["paths"].items()
    if any(operation.get("security") == [] for operation in methods.values())
}


def test_open_methods_have_a_throttle_of_their_own(prod):
    settings = only(prod["Api"], "AWS::ApiGateway::Stage")["MethodSettings"]

    assert {"/v1/health", "/v1/openapi.json", "/v1/docs"} == OPEN
    for method, rates in (("GET", (5, 2, 2)), ("HEAD", (1, 1, 1))):
        own = {s["ResourcePath"].replace("~1", "/")[1:]: s for s in settings if s["HttpMethod"] == method}
        assert {path: s["ThrottlingRateLimit"] for path, s in own.items()} == dict(
            zip(("/v1/health", "/v1/openapi.json", "/v1/docs"), rates, strict=True)
        )


def test_preflights_have_a_throttle_of_their_own(prod):
    """No key and no quota bounds them, and each is billed."""
    settings = only(prod["Api"], "AWS::ApiGateway::Stage")["MethodSettings"]
    own = [s for s in settings if s["HttpMethod"] == "OPTIONS"]
    preflights = [
        m for m in resources(prod["Api"], "AWS::ApiGateway::Method") if m["HttpMethod"] == "OPTIONS"
    ]

    assert {s["ThrottlingRateLimit"] for s in own} == {1}
    assert len({s["ResourcePath"] for s in own}) == len(preflights)


def test_preflight_allows_what_clients_send_and_stays_text(prod):
    """With */* as bytes, API Gateway answers 500 to a preflight whose made-up answer isn't kept as text."""
    assert only(prod["Api"], "AWS::ApiGateway::RestApi")["BinaryMediaTypes"] == ["*/*"]
    for method in resources(prod["Api"], "AWS::ApiGateway::Method"):
        if method["HttpMethod"] == "OPTIONS":
            integration = method["Integration"]
            headers = integration["IntegrationResponses"][0]["ResponseParameters"]
            assert integration["ContentHandling"] == "CONVERT_TO_TEXT"
            assert headers["method.response.header.Access-Control-Allow-Headers"] == (
                "'*,Content-Type,X-Api-Key,Content-Encoding,Traceparent,Tracestate'"
            )


def test_every_route_of_the_function_is_a_resource_of_the_api(prod):
    beginnings = {"/v1", "/v1/learners", "/v1/learners/{learner}/cards"}

    assert set(paths(prod["Api"]).values()) - beginnings == {*ROUTES, "/{proxy+}", "/v1/{proxy+}"}


def test_request_models_are_the_documents_and_no_validator_looks_at_packed_bodies(prod):
    posts = [m for m in keyed_or_open_methods(prod) if m["HttpMethod"] == "POST"]
    models = resources(prod["Api"], "AWS::ApiGateway::Model")
    documented = {
        methods["post"]["requestBody"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
        for methods in DOCUMENT["paths"].values()
        if "post" in methods
    }

    assert {model["Name"] for model in models} == documented
    assert {model["Schema"]["type"] for model in models} == {"object"}
    assert len(posts) == len(documented)
    assert all(post["RequestModels"]["application/json"] for post in posts)
    assert not any("RequestValidatorId" in post for post in posts)


def test_throttle_and_quota_are_the_stages_settings(templates):
    expected = {"local": (200, 400, 1_000_000), "dev": (20, 40, 20_000), "prod": (100, 200, 1_000_000)}
    for stage, (rate, burst, quota) in expected.items():
        api = templates(stage)["Api"]
        plan = only(api, "AWS::ApiGateway::UsagePlan")
        settings = only(api, "AWS::ApiGateway::Stage")["MethodSettings"]
        (everything,) = [s for s in settings if s["ResourcePath"] == "/*"]

        assert plan["Throttle"] == {"RateLimit": rate, "BurstLimit": burst}
        assert plan["Quota"]["Limit"] == quota
        assert (everything["ThrottlingRateLimit"], everything["ThrottlingBurstLimit"]) == (rate, burst)


def test_access_log_holds_neither_the_key_nor_a_body(prod):
    logged = json.loads(only(prod["Api"], "AWS::ApiGateway::Stage")["AccessLogSetting"]["Format"])

    assert "$context.requestId" in logged.values()
    assert "$context.identity.apiKey" not in logged.values()
    assert not [v for v in logged.values() if "body" in v.lower()]


def test_gateway_errors_have_the_services_shape_and_cors(prod):
    answers = resources(prod["Api"], "AWS::ApiGateway::GatewayResponse")

    assert {"DEFAULT_4XX", "DEFAULT_5XX", "THROTTLED", "INVALID_API_KEY"} <= {
        a["ResponseType"] for a in answers
    }
    for answer in answers:
        text = answer["ResponseTemplates"]["application/json"]
        body = json.loads(text.replace("$context.error.messageString", '"text"'))
        assert set(body) == {"error", "request_id"}
        assert set(body["error"]) == {"code", "message", "field"}
        headers = answer["ResponseParameters"]
        assert headers["gatewayresponse.header.Access-Control-Allow-Origin"] == "'*'"
        assert headers["gatewayresponse.header.Access-Control-Expose-Headers"] == (
            "'X-Request-Id, Retry-After, Link'"
        )
        assert headers["gatewayresponse.header.X-Request-Id"] == "context.requestId"


def test_alarm_tells_the_topic_when_it_goes_off_and_when_it_is_over(stacks):
    topic = [{"Ref": "MonitoringTopic2EDA8B02"}]

    for alarm in resources(stacks["Monitoring"], "AWS::CloudWatch::Alarm"):
        assert alarm["AlarmActions"] == alarm["OKActions"] == topic


def test_missing_data_set_off_the_alarms_on_what_should_run_daily_and_no_other(stacks):
    alarms = definitions(stacks)
    breaching, ignored, well = (
        {name for name, alarm in alarms.items() if alarm["TreatMissingData"] == treatment}
        for treatment in ("breaching", "ignore", "notBreaching")
    )

    assert breaching == {"CanarySilent", "JobsSilent", "ExpireSilent", "DueSilent", "CalibrateSilent"}
    assert ignored == {"FailedWork"}
    assert well == alarms.keys() - breaching - ignored
