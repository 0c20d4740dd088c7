"""What the templates of a stage put into an account that is billed by its number."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

Template = Mapping[str, Any]
# Latency, IntegrationLatency, Count, 4XXError and 5XXError of each method that is called.
METRICS_OF_A_METHOD = 5


class Deployed(NamedTuple):
    """Numbers of what is billed.

    Attributes
    ----------
    alarm_metrics, composite_alarms, dashboards, web_acls, waf_rules : int
    metrics_of_a_method : int
        Metrics that API Gateway writes, at the price of one's own, for each method that is called.
    keyless_rate, preflight_rate : float
        Requests a second that callers without a key can make, over all methods that take such: of the
        function, and of API Gateway's own answers to browsers' preflights. Throttles are for each method.
    access_log_format : str
        The API's, with API Gateway's variables; empty without an access log.
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
    )


def _metrics(alarm: Mapping[str, Any]) -> int:
    """Return the metrics that an alarm is billed for: those it reads, not what it makes of them."""
    return sum("MetricStat" in query for query in alarm.get("Metrics", ())) or 1


def _rates(resources: Mapping[str, Any], settings: list[dict[str, Any]], integration: str) -> Iterator[float]:
    """Yield the throttle of each method that needs no key and is answered so.

    Where a request must be signed (IAM), one without a signature isn't billed.
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
    """Return a method's path, from the chain of its resources."""
    resource = resources.get(reference.get("Ref", ""))
    if resource is None:  # the root, an attribute of the API
        return ""
    properties = resource["Properties"]
    return f"{_path(resources, properties['ParentId'])}/{properties['PathPart']}"
