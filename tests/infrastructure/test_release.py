"""How callers come to a new version, and what is kept warm for them, in the templates."""

import json

import pytest

from stacks.config import RELEASES
from tests.infrastructure.conftest import only, resources, synthesized_stage

# The local cloud refuses these (docs/adr/0011); its settings leave them out.
REFUSED = ("CodeDeploy", "ApplicationAutoScaling", "WAFv2", "Budgets", "CompositeAlarm")


def resource(template, kind):
    """Return the one resource of a type whole, with what stands beside its properties."""
    (found,) = [r for r in template["Resources"].items() if r[1]["Type"] == kind]
    return found


@pytest.fixture(scope="module")
def warm():
    """Give prod's inference with provisioned and reserved concurrency and X-Ray."""
    settings = {"provisioned_concurrency": 2, "provisioned_concurrency_max": 10, "reserved_concurrency": 20}
    return synthesized_stage("prod", **settings, x_ray=True)


def test_alias_moves_through_codedeploy_in_the_steps_of_the_setting(prod):
    template = prod["Inference"]
    name, group = resource(template, "AWS::CodeDeploy::DeploymentGroup")
    application, _ = resource(template, "AWS::CodeDeploy::Application")
    _, alias = resource(template, "AWS::Lambda::Alias")

    assert alias["Properties"]["Name"] == "live"
    assert alias["UpdatePolicy"]["CodeDeployLambdaAliasUpdate"] == {
        "ApplicationName": {"Ref": application}, "DeploymentGroupName": {"Ref": name},
    }  # fmt: skip
    assert group["Properties"]["DeploymentConfigName"] == "CodeDeployDefault.LambdaCanary10Percent5Minutes"


def test_release_goes_back_on_an_alarm_and_on_a_failed_or_stopped_deployment(prod):
    group = only(prod["Inference"], "AWS::CodeDeploy::DeploymentGroup")
    watched = {alarm["Name"]["Ref"] for alarm in group["AlarmConfiguration"]["Alarms"]}
    alarms = {n for n, r in prod["Inference"]["Resources"].items() if r["Type"] == "AWS::CloudWatch::Alarm"}

    assert group["AutoRollbackConfiguration"] == {
        "Enabled": True,
        "Events": ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_REQUEST", "DEPLOYMENT_STOP_ON_ALARM"],
    }
    assert group["AlarmConfiguration"]["Enabled"] is True
    assert watched == alarms
    assert len(watched) == 2


def test_release_alarms_watch_the_alias_and_the_api_that_answers_with_it(prod):
    function = resource(prod["Inference"], "AWS::Lambda::Alias")[1]["Properties"]["FunctionName"]
    crashed = only(prod["Inference"], "AWS::CloudWatch::Alarm", "ReleaseFunctionErrors")
    failed = only(prod["Inference"], "AWS::CloudWatch::Alarm", "ReleaseApiServerErrorRate")
    api = only(prod["Api"], "AWS::ApiGateway::RestApi")
    stage = only(prod["Api"], "AWS::ApiGateway::Stage")

    assert (crashed["Namespace"], crashed["MetricName"]) == ("AWS/Lambda", "Errors")
    assert {"Name": "Resource", "Value": {"Fn::Join": ["", [function, ":live"]]}} in crashed["Dimensions"]
    assert (failed["Namespace"], failed["MetricName"]) == ("AWS/ApiGateway", "5XXError")
    assert {d["Name"]: d["Value"] for d in failed["Dimensions"]} == {
        "ApiName": api["Name"], "Stage": stage["StageName"],
    }  # fmt: skip
    assert (crashed["Threshold"], failed["Threshold"]) == (1, 0.01)
    for alarm in (crashed, failed):
        # The first step lasts five minutes: an alarm that needs longer would come too late.
        assert alarm["Period"] * alarm["EvaluationPeriods"] == 60
        assert alarm["TreatMissingData"] == "notBreaching"
        assert len(alarm["AlarmDescription"]) > 40


def test_alias_waits_for_the_canary_and_the_alarms_wait_for_no_alias(prod):
    resources_ = prod["Inference"]["Resources"]
    name, alias = resource(prod["Inference"], "AWS::Lambda::Alias")
    passed, _ = resource(prod["Inference"], "Custom::Canary")
    release = {n: r for n, r in resources_.items() if n.startswith("Release")}

    assert alias["DependsOn"] == [passed]
    assert len(release) == 5  # application, group, role and two alarms
    assert name not in json.dumps(release)


def test_every_release_of_the_settings_is_one_that_codedeploy_has():
    names = {release: config and config.deployment_config_name for release, config in RELEASES.items()}

    assert names == {
        "unguarded": None,
        "all_at_once": "CodeDeployDefault.LambdaAllAtOnce",
        "canary_10_percent_5_minutes": "CodeDeployDefault.LambdaCanary10Percent5Minutes",
        "canary_10_percent_15_minutes": "CodeDeployDefault.LambdaCanary10Percent15Minutes",
        "linear_10_percent_every_1_minute": "CodeDeployDefault.LambdaLinear10PercentEvery1Minute",
    }


def test_local_stage_has_nothing_that_the_local_cloud_refuses(templates):
    stacks = templates("local")
    kinds = {r["Type"] for template in stacks.values() for r in template["Resources"].values()}
    _, alias = resource(stacks["Inference"], "AWS::Lambda::Alias")

    assert not [kind for kind in kinds for refused in REFUSED if refused in kind]
    assert "UpdatePolicy" not in alias
    assert alias["DependsOn"] == [resource(stacks["Inference"], "Custom::Canary")[0]]


def test_every_version_is_kept_but_that_of_an_update_which_is_rolled_back(prod):
    (version,) = [
        r for n, r in prod["Inference"]["Resources"].items()
        if r["Type"] == "AWS::Lambda::Version" and n.startswith("Inference")
    ]  # fmt: skip

    assert (version["DeletionPolicy"], version["UpdateReplacePolicy"]) == ("RetainExceptOnCreate", "Retain")


def test_shipped_stage_pays_for_nothing_warm_and_takes_no_share(prod):
    function = only(prod["Inference"], "AWS::Lambda::Function", "Inference")

    assert "ProvisionedConcurrencyConfig" not in only(prod["Inference"], "AWS::Lambda::Alias")
    # 0 here would be the kill switch.
    assert "ReservedConcurrentExecutions" not in function
    assert {"SnapStart", "TracingConfig"} & set(function) == set()
    assert only(prod["Api"], "AWS::ApiGateway::Stage")["TracingEnabled"] is False


def test_warm_environments_follow_the_load_between_both_settings(warm):
    name, alias = resource(warm["Inference"], "AWS::Lambda::Alias")
    target = only(warm["Inference"], "AWS::ApplicationAutoScaling::ScalableTarget")
    policy = only(warm["Inference"], "AWS::ApplicationAutoScaling::ScalingPolicy")
    tracking = policy["TargetTrackingScalingPolicyConfiguration"]

    assert alias["Properties"]["ProvisionedConcurrencyConfig"] == {"ProvisionedConcurrentExecutions": 2}
    assert (target["MinCapacity"], target["MaxCapacity"]) == (2, 10)
    assert target["ScalableDimension"] == "lambda:function:ProvisionedConcurrency"
    assert name in json.dumps(target["ResourceId"])
    assert tracking["TargetValue"] == 0.7
    assert tracking["PredefinedMetricSpecification"] == {
        "PredefinedMetricType": "LambdaProvisionedConcurrencyUtilization"
    }


def test_reserved_concurrency_is_the_functions_alone(warm):
    functions = resources(warm["Inference"], "AWS::Lambda::Function")

    assert [f.get("ReservedConcurrentExecutions") for f in functions if "STAGE" in json.dumps(f)] == [20]
    assert len([f for f in functions if "ReservedConcurrentExecutions" in f]) == 1


def test_x_ray_traces_api_and_function_and_may_do_no_more(warm):
    function = only(warm["Inference"], "AWS::Lambda::Function", "Inference")
    statements = only(warm["Inference"], "AWS::IAM::Policy", "Inference")["PolicyDocument"]["Statement"]
    (anything,) = [s for s in statements if s["Resource"] == "*"]

    assert function["TracingConfig"] == {"Mode": "Active"}
    assert only(warm["Api"], "AWS::ApiGateway::Stage")["TracingEnabled"] is True
    assert anything["Action"] == ["xray:PutTraceSegments", "xray:PutTelemetryRecords"]


def test_snap_start_takes_a_snapshot_of_each_version():
    template = synthesized_stage("prod", runtime="python3.12", snap_start=True)["Inference"]
    function = only(template, "AWS::Lambda::Function", "Inference")
    canary = only(template, "AWS::Lambda::Function", "Canary")

    assert function["SnapStart"] == {"ApplyOn": "PublishedVersions"}
    assert "SnapStart" not in canary
