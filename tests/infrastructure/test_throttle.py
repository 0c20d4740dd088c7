"""Who was refused for asking too fast is answered after waiting as long as `Retry-After` says."""

import pytest
from annotated_types import Ge

from stacks.config import SETTINGS
from stacks.routes import OPEN_RATE_PER_SECOND
from tests.infrastructure.conftest import only, paths, resources


def retry_after(template):
    (answer,) = [
        a for a in resources(template, "AWS::ApiGateway::GatewayResponse") if a["ResponseType"] == "THROTTLED"
    ]
    assert answer["StatusCode"] == "429"
    return int(answer["ResponseParameters"]["gatewayresponse.header.Retry-After"].strip("'"))


@pytest.mark.parametrize("stage", ["dev", "prod"])
def test_every_bucket_holds_a_token_again_after_retry_after(templates, stage):
    template = templates(stage)["Api"]
    plan = only(template, "AWS::ApiGateway::UsagePlan")["Throttle"]
    settings = only(template, "AWS::ApiGateway::Stage")["MethodSettings"]
    rates = [plan["RateLimit"], *(s["ThrottlingRateLimit"] for s in settings)]
    bursts = [plan["BurstLimit"], *(s["ThrottlingBurstLimit"] for s in settings)]

    assert OPEN_RATE_PER_SECOND in rates
    assert min(rates) * retry_after(template) >= 1
    assert min(bursts) >= 1


def test_no_setting_can_make_a_bucket_slower_than_that(templates):
    (lowest,) = [rule.ge for rule in SETTINGS["throttle_rate_per_second"].metadata if isinstance(rule, Ge)]

    assert lowest * retry_after(templates("prod")["Api"]) >= 1


def test_texts_have_a_slower_bucket_where_there_is_a_function_for_them(templates):
    def slower(**settings):
        throttles = only(templates("prod", **settings)["Api"], "AWS::ApiGateway::Stage")["MethodSettings"]
        return {
            each["ResourcePath"].replace("~1", "/").removeprefix("/"): (
                each["ThrottlingRateLimit"],
                each["ThrottlingBurstLimit"],
            )
            for each in throttles
            if each["HttpMethod"] == "POST"
        }

    assert slower(text=True) == dict.fromkeys(("/v1/embed", "/v1/similar", "/v1/topics"), (1, 10))
    assert slower() == {}


def test_callers_without_a_key_have_buckets_of_their_own_beside_the_stages(prod):
    """API Gateway throttles a stage's methods each by itself: what one uses up the others still have."""
    api = prod["Api"]
    path_of = paths(api)
    keyless = {
        (path_of.get(each["ResourceId"].get("Ref"), ""), each["HttpMethod"])
        for each in resources(api, "AWS::ApiGateway::Method")
        if not each.get("ApiKeyRequired")
    }
    rates = {
        (each["ResourcePath"].replace("~1", "/").removeprefix("/"), each["HttpMethod"]): (
            each["ThrottlingRateLimit"],
            each["ThrottlingBurstLimit"],
        )
        for each in only(api, "AWS::ApiGateway::Stage")["MethodSettings"]
    }
    rates.pop(("*", "*"))

    assert set(rates) == keyless
    assert {rate for (_path, method), rate in rates.items() if method == "GET"} == {(5, 10), (2, 10)}
