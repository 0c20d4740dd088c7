"""What is billed by its number, counted in small templates."""

from tools.cost.deployed import Deployed, count

ROOT = {"Fn::GetAtt": ["Api", "RootResourceId"]}


def template(*resources):
    return {"Resources": dict(resources)}


def resource(name, kind, **properties):
    return name, {"Type": f"AWS::{kind}", "Properties": properties}


def method(name, parent, verb, *, integration="AWS_PROXY", keyed=False):
    return resource(
        name,
        "ApiGateway::Method",
        HttpMethod=verb,
        ResourceId=parent,
        ApiKeyRequired=keyed,
        Integration={"Type": integration},
    )


def throttle(path, verb, rate, **more):
    return {"ResourcePath": path, "HttpMethod": verb, "ThrottlingRateLimit": rate} | more


def test_nothing_is_counted_in_no_template():
    assert count([]) == Deployed(0, 0, 0, 0, 0, 0, 0, 0, "", 0, 0, 0)


def test_monitoring_is_counted_over_all_templates():
    query = {"Id": "a", "MetricStat": {}}
    found = count(
        [
            template(
                resource("A", "CloudWatch::Alarm", MetricName="m"), resource("D", "CloudWatch::Dashboard")
            ),
            template(
                # Two metrics and what is made of them: two are billed.
                resource("B", "CloudWatch::Alarm", Metrics=[query, query, {"Id": "c", "Expression": "a/b"}]),
                resource("C", "CloudWatch::CompositeAlarm"),
                resource("W", "WAFv2::WebACL", Rules=[{}, {}]),
            ),
        ]
    )

    assert (found.alarm_metrics, found.composite_alarms, found.dashboards) == (3, 1, 1)
    assert (found.web_acls, found.waf_rules) == (1, 2)


def test_methods_without_a_key_are_bounded_by_their_own_throttle_or_the_stages():
    settings = [throttle("/*", "*", 100), throttle("/~1v1~1docs", "GET", 5), throttle("/", "OPTIONS", 1)]
    found = count(
        [
            template(
                resource("V1", "ApiGateway::Resource", ParentId=ROOT, PathPart="v1"),
                resource("Docs", "ApiGateway::Resource", ParentId={"Ref": "V1"}, PathPart="docs"),
                method("GetDocs", {"Ref": "Docs"}, "GET"),
                method("GetOther", {"Ref": "V1"}, "GET"),
                method("Keyed", {"Ref": "V1"}, "POST", keyed=True),
                method("Preflight", ROOT, "OPTIONS", integration="MOCK"),
                method("OtherPreflight", {"Ref": "V1"}, "OPTIONS", integration="MOCK"),
                resource("Stage", "ApiGateway::Stage", MethodSettings=settings),
            )
        ]
    )

    assert (found.keyless_rate, found.preflight_rate) == (5 + 100, 1 + 100)


def test_detailed_metrics_and_access_log_are_read_from_the_stage():
    plain = resource("S", "ApiGateway::Stage", MethodSettings=[throttle("/*", "*", 1)])
    detailed = resource(
        "S",
        "ApiGateway::Stage",
        MethodSettings=[throttle("/*", "*", 1, MetricsEnabled=True)],
        AccessLogSetting={"Format": "$context.status"},
    )

    assert count([template(plain)]).metrics_of_a_method == 0
    assert count([template(detailed)]).metrics_of_a_method == 5
    assert count([template(detailed)]).access_log_format == "$context.status"


def test_table_is_bounded_by_its_maximum():
    limits = {"MaxWriteRequestUnits": 2000, "MaxReadRequestUnits": 10000}
    found = count([template(resource("T", "DynamoDB::Table", OnDemandThroughput=limits))])

    assert (found.table_write_rate, found.table_read_rate) == (2000, 10000)


def test_text_function_is_bounded_by_the_throttles_of_its_methods():
    settings = [
        throttle("/*", "*", 100),
        throttle("/~1v1~1embed", "POST", 1),
        throttle("/~1v1~1topics", "POST", 2),
    ]
    found = count([template(resource("S", "ApiGateway::Stage", MethodSettings=settings))])

    assert found.text_rate == 3
