"""The web ACL's rate rule and the budget, in the templates."""

import json

from stacks.gateway_errors import GATEWAY_ERRORS
from tests.infrastructure.conftest import ADDRESS, STAGES, only, resources, synthesized_stage


def test_prod_refuses_an_address_beyond_twice_what_the_throttle_lets_through(prod):
    """Below that the throttle answers 429, and a caller that heeds it is never refused."""
    acl = only(prod["Api"], "AWS::WAFv2::WebACL")
    stage = only(prod["Api"], "AWS::ApiGateway::Stage")
    (rule,) = acl["Rules"]
    rate = rule["Statement"]["RateBasedStatement"]
    throttle = next(s for s in stage["MethodSettings"] if s["ResourcePath"] == "/*")["ThrottlingRateLimit"]

    assert (acl["Scope"], acl["DefaultAction"], rule["Action"]) == ("REGIONAL", {"Allow": {}}, {"Block": {}})
    assert (rate["AggregateKeyType"], rate["EvaluationWindowSec"]) == ("IP", 300)
    assert rate["Limit"] == 60_000 == 2 * throttle * 300


def test_web_acl_stands_before_the_apis_stage(prod):
    (acl,) = [n for n, r in prod["Api"]["Resources"].items() if r["Type"] == "AWS::WAFv2::WebACL"]
    (stage,) = [n for n, r in prod["Api"]["Resources"].items() if r["Type"] == "AWS::ApiGateway::Stage"]
    association = only(prod["Api"], "AWS::WAFv2::WebACLAssociation")

    assert association["WebACLArn"] == {"Fn::GetAtt": [acl, "Arn"]}
    assert association["ResourceArn"]["Fn::Join"][1][-2:] == ["/stages/", {"Ref": stage}]


def test_web_acl_shows_no_samples_since_they_hold_the_keys(prod):
    acl = only(prod["Api"], "AWS::WAFv2::WebACL")

    for part in (acl, *acl["Rules"]):
        assert part["VisibilityConfig"]["SampledRequestsEnabled"] is False
        assert part["VisibilityConfig"]["CloudWatchMetricsEnabled"] is True


def test_refused_address_gets_a_429_that_says_when_to_come_back(prod):
    (error,) = [e for e in GATEWAY_ERRORS if e.response_type.response_type == "WAF_FILTERED"]
    (answer,) = [
        a for a in resources(prod["Api"], "AWS::ApiGateway::GatewayResponse")
        if a["ResponseType"] == "WAF_FILTERED"
    ]  # fmt: skip

    assert (answer["StatusCode"], error.code) == ("429", "throttled")
    assert answer["ResponseParameters"]["gatewayresponse.header.Retry-After"] == "'300'"


def test_shipped_stages_pay_for_no_other_web_acl_and_for_no_budget_since_they_have_no_address(templates):
    stages = {stage: json.dumps(templates(stage)) for stage in STAGES}

    assert [stage for stage, text in stages.items() if "AWS::WAFv2" in text] == ["prod"]
    assert [stage for stage, text in stages.items() if "AWS::Budgets" in text] == []


def test_budget_mails_the_address_at_the_sum_and_on_the_way_there():
    stacks = synthesized_stage("dev", alarm_email=ADDRESS, monthly_budget_usd=25)
    budget = only(stacks["Monitoring"], "AWS::Budgets::Budget")
    notes = budget["NotificationsWithSubscribers"]

    assert budget["Budget"] == {
        "BudgetName": {"Fn::Join": ["", ["recall-dev-monthly-", {"Ref": "AWS::Region"}]]},
        "BudgetType": "COST", "TimeUnit": "MONTHLY",
        "BudgetLimit": {"Amount": 25, "Unit": "USD"},
    }  # fmt: skip
    assert {n["Notification"]["NotificationType"] for n in notes} == {"ACTUAL", "FORECASTED"}
    for note in notes:
        assert (note["Notification"]["Threshold"], note["Notification"]["ThresholdType"]) == (
            100, "PERCENTAGE",
        )  # fmt: skip
        assert note["Subscribers"] == [{"SubscriptionType": "EMAIL", "Address": ADDRESS}]
