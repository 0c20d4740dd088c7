"""The resources in a stage's templates that are billed by their number."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from stacks.routes import TEXT

Template = Mapping[str, Any]
# Latency, IntegrationLatency, Count, 4XXError and 5XXError of each method that is called.
METRICS_OF_A_METHOD = 5


class Deployed(NamedTuple):
    """What of a stage is billed by its number, and the targets of its requests without a key.

    Attributes
    ----------
    alarm_metrics : int
        The number of metrics that alarms read, each billed once for each alarm.
    composite_alarms, dashboards, web_acls, waf_rules : int
        The number of each.
    metrics_of_a_method : int
        The number of metrics that API Gateway writes for each method that is called, billed like custom ones.
    keyless_rate, preflight_rate : float
        Requests per second that are the throttles' targets without a key, summed over the methods: of those
        that the function responds to, and of browsers' preflights, to which API Gateway responds itself.
    access_log_format : str
        The format of the API's access log, with API Gateway's variables; empty without an access log.
    table_write_rate, table_read_rate : float
        Units per second that are DynamoDB's targets for the memory's table, written and read; 0 without one.
    text_rate : float
        Requests per second that are the throttles' targets of the text function's methods, summed; 0 without
        that function.
    """

    alarm_metrics: int
    composite_alarms: int
    dashboards: int
    web_acls: int
    waf_rules: int
    metrics_of_a_method: int
    keyless_rate: float
    preflight_rate: float
    access_log_format: str
    table_write_rate: float
    table_read_rate: float
    text_rate: float


def count(templates: Iterable[Template]) -> Deployed:
    """Count what is billed in the templates of one stage."""
    resources = {
        name: resource for template in templates for name, resource in template.get("Resources", {}).items()
    }

    def of(kind: str) -> list[dict[str, Any]]:
        return [r.get("Properties", {}) for r in resources.values() if r["Type"] == f"AWS::{kind}"]

    stages, acls = of("ApiGateway::Stage"), of("WAFv2::WebACL")
    settings = [setting for stage in stages for setting in stage.get("MethodSettings", ())]
    detailed = any(setting.get("MetricsEnabled") for setting in settings)
    formats = [stage["AccessLogSetting"]["Format"] for stage in stages if "AccessLogSetting" in stage]
    limits = [table["OnDemandThroughput"] for table in of("DynamoDB::Table")]
    return Deployed(
        alarm_metrics=sum(_metrics(alarm) for alarm in of("CloudWatch::Alarm")),
        composite_alarms=len(of("CloudWatch::CompositeAlarm")),
        dashboards=len(of("CloudWatch::Dashboard")),
        web_acls=len(acls),
        waf_rules=sum(len(acl.get("Rules", ())) for acl in acls),
        metrics_of_a_method=METRICS_OF_A_METHOD if detailed else 0,
        keyless_rate=sum(_rates(resources, settings, "AWS_PROXY")),
        preflight_rate=sum(_rates(resources, settings, "MOCK")),
        access_log_format="".join(formats),
        table_write_rate=sum(limit["MaxWriteRequestUnits"] for limit in limits),
        table_read_rate=sum(limit["MaxReadRequestUnits"] for limit in limits),
        text_rate=sum(
            setting["ThrottlingRateLimit"]
            for setting in settings
            if setting["ResourcePath"].replace("~1", "/").removeprefix("/") in TEXT
            and setting["HttpMethod"] == "POST"
        ),
    )


def _metrics(alarm: Mapping[str, Any]) -> int:
    """Return the number of metrics that an alarm is billed for: those that it reads, not its expressions."""
    return sum("MetricStat" in query for query in alarm.get("Metrics", ())) or 1


def _rates(resources: Mapping[str, Any], settings: list[dict[str, Any]], integration: str) -> Iterator[float]:
    """Yield the throttle, in requests per second, of each method of this integration that needs no key.

    Methods whose requests must be signed (IAM) are left out: a request without a signature isn't billed.
    """
    rates = {(s["ResourcePath"], s["HttpMethod"]): s["ThrottlingRateLimit"] for s in settings}
    for resource in resources.values():
        method = resource.get("Properties", {})
        if resource["Type"] != "AWS::ApiGateway::Method" or method.get("ApiKeyRequired"):
            continue
        if method.get("AuthorizationType") == "AWS_IAM":
            continue
        if method["Integration"]["Type"] == integration:
            path = _path(resources, method["ResourceId"]).replace("/", "~1")
            yield rates.get((f"/{path}", method["HttpMethod"]), rates["/*", "*"])


def _path(resources: Mapping[str, Any], reference: Mapping[str, Any]) -> str:
    """Return the path of an API's resource, joined from its parents, without / at its end."""
    resource = resources.get(reference.get("Ref", ""))
    if resource is None:  # the root, an attribute of the API
        return ""
    properties = resource["Properties"]
    return f"{_path(resources, properties['ParentId'])}/{properties['PathPart']}"
