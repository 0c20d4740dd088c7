"""From the operations of a document to the API's resources: nested paths, parameters, and who is called."""

import aws_cdk as cdk
import pytest
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_lambda as lambda_
from aws_cdk.assertions import Template

from stacks.openapi import Operation
from stacks.routes import Functions, add_routes, keyless_throttles
from tests.infrastructure.conftest import called, paths, resources

LEARNER, CARD = "/v1/learners/{learner}", "/v1/learners/{learner}/cards/{card}"
OPERATIONS = [
    Operation("/v1/predict", "POST", keyed=True, body=None),
    Operation(CARD, "GET", keyed=True, body=None),
    Operation(CARD, "DELETE", keyed=True, body=None),
    Operation(LEARNER, "GET", keyed=True, body=None),
    Operation("/v1/reviews", "POST", keyed=True, body=None),
    Operation("/v1/quality", "GET", keyed=True, body=None),
    Operation("/v1/embed", "POST", keyed=True, body=None),
    Operation("/v1/health", "GET", keyed=False, body=None),
]


def function(stack, name):
    return lambda_.Function.from_function_arn(
        stack, name, f"arn:aws:lambda:us-east-1:000000000000:function:{name}"
    )


def synthesized(*names):
    """Return the template of an API before functions for these paths, and a service."""
    stack = cdk.Stack(cdk.App(), "S")
    api = apigateway.RestApi(
        stack,
        "Api",
        cloud_watch_role=False,
        default_cors_preflight_options=apigateway.CorsOptions(allow_origins=["*"]),
    )
    add_routes(
        api,
        OPERATIONS,
        Functions(function(stack, "service"), **{name: function(stack, name) for name in names}),
    )
    return Template.from_stack(stack).to_json()


def test_nested_paths_are_resources_with_the_methods_of_the_document():
    template = synthesized()
    path_of = paths(template)

    assert set(path_of.values()) == {
        *(operation.path for operation in OPERATIONS),
        *("/v1", "/v1/learners", f"{LEARNER}/cards", "/{proxy+}", "/v1/{proxy+}"),
    }
    assert called(template, CARD).keys() == {"GET", "DELETE", "ANY"}
    assert called(template, f"{LEARNER}/cards") == {}


@pytest.mark.parametrize(
    ("names", "card", "reviews", "quality"),
    [
        ((), "service", "service", "service"),
        (("reviews", "quality"), "service", "reviews", "quality"),
        (("learners", "reviews"), "learners", "reviews", "service"),
        (("learners", "reviews", "quality"), "learners", "reviews", "quality"),
    ],
)
def test_paths_call_the_function_that_the_stage_has_for_them(names, card, reviews, quality):
    template = synthesized(*names)

    def behind(path, method):
        return [
            name
            for name in ("service", "learners", "reviews", "quality")
            if f"function:{name}/" in called(template, path)[method]
        ]

    assert (behind(CARD, "GET"), behind(CARD, "DELETE"), behind(LEARNER, "GET")) == ([card],) * 3
    assert (behind("/v1/reviews", "POST"), behind("/v1/quality", "GET")) == ([reviews], [quality])
    assert behind("/v1/embed", "POST") == ["service"]
    assert behind(CARD, "ANY") == behind("/v1/predict", "POST") == ["service"]


def test_texts_call_the_text_function_where_the_stage_has_it():
    template = synthesized("text")

    assert "function:text/" in called(template, "/v1/embed")["POST"]
    assert "function:service/" in called(template, "/v1/embed")["ANY"]
    assert "function:service/" in called(template, "/v1/reviews")["POST"]


def test_only_what_the_document_leaves_open_needs_no_key():
    template = synthesized("learners")
    path_of = paths(template)
    methods = resources(template, "AWS::ApiGateway::Method")
    unkeyed = [each for each in methods if each["HttpMethod"] != "OPTIONS" and not each.get("ApiKeyRequired")]

    assert {(path_of[each["ResourceId"]["Ref"]], each["HttpMethod"]) for each in unkeyed} == {
        ("/v1/health", "GET"),
        ("/v1/health", "HEAD"),
    }


def test_every_preflight_has_a_throttle_of_its_own():
    template = synthesized()
    preflights = [
        each for each in resources(template, "AWS::ApiGateway::Method") if each["HttpMethod"] == "OPTIONS"
    ]
    path_of = paths(template)
    throttled = {key for key in keyless_throttles(OPERATIONS) if key.endswith("/OPTIONS")}

    assert throttled == {f"{path_of.get(each['ResourceId'].get('Ref'), '/')}/OPTIONS" for each in preflights}
