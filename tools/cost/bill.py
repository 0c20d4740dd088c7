"""A month's bill of the service, line by line, from what a request uses and what is deployed."""

from dataclasses import dataclass
from math import ceil

from stacks.canary import MEMORY_MB as CANARY_MEMORY_MB
from stacks.config import StageSettings
from tools.cost.deployed import Deployed
from tools.cost.prices import Meter

# An average month.
DAYS = 365 / 12
HOURS = 24 * DAYS
SECONDS = 3600 * HOURS
GB = 1e9
# What API Gateway sends before a response's body: status line, the function's headers and its own.
HEADER_BYTES = 600
# What CloudWatch adds to each log event.
LOG_EVENT_BYTES = 26
# What compression leaves of the logs. Measured with gzip: 0.08 for thousands of lines; CloudWatch has fewer.
LOG_COMPRESSION = 0.15
# Assumptions, all small: a lake of review logs and models; a daily canary that imports scikit-learn; the
# studio's first visits in a month, each of which fetches all of its files to work offline, compressed.
LAKE_GB = 1.0
CANARY_SECONDS = 5.0
STUDIO_VIEWS, STUDIO_FILES, STUDIO_BYTES = 100, 30, 850_000
# X-Ray's default rule: one request each second, and a twentieth of the others.
TRACES_PER_SECOND, TRACED_SHARE = 1.0, 0.05


@dataclass(frozen=True, kw_only=True)
class Usage:
    """A month's requests, and what each of them uses on average."""

    requests: float
    """The number of requests in the month."""
    duration_ms: float
    """The duration of a warm invocation."""
    init_ms: float
    """The time that a cold start adds; billed since August 2025."""
    cold_share: float
    """The share of requests, from 0 to 1, that meet a cold start."""
    response_bytes: float
    """The size of the response's body as it is sent, compressed or not."""
    lambda_log_bytes: float
    """The size of a request's events in the function's log, with the bytes that CloudWatch adds."""
    access_log_bytes: float
    """The size of a request's event in the access log, with the bytes that CloudWatch adds."""
    metrics: int
    """The number of custom metrics that the requests write."""
    provisioned_share: float = 0.0
    """The share of requests, from 0 to 1, that run in a provisioned environment."""


def service_bill(meter: Meter, usage: Usage, settings: StageSettings, deployed: Deployed) -> None:
    """Charge the whole service."""
    meter.add("API Gateway requests", "rest_api_requests", usage.requests)
    charge_function(meter, usage, settings)
    meter.add("Data out", "data_out", usage.requests * (usage.response_bytes + HEADER_BYTES) / GB)
    charge_logs(meter, usage, settings.log_retention_days)
    charge_monitoring(meter, usage.metrics, deployed)
    meter.add("API Gateway metrics", "metrics", deployed.metrics_of_a_method, standing=True)
    charge_lake(meter, usage, settings)
    if settings.studio:
        charge_studio(meter)
    charge_waf(meter, usage.requests, deployed)
    if settings.x_ray:
        always = min(usage.requests, TRACES_PER_SECOND * SECONDS)
        meter.add("X-Ray traces", "x_ray_traces", always + TRACED_SHARE * (usage.requests - always))


def charge_waf(meter: Meter, requests: float, deployed: Deployed) -> None:
    """Charge the web ACL, which looks at refused requests as well."""
    meter.add("WAF web ACL", "waf_web_acls", deployed.web_acls, standing=True)
    meter.add("WAF rules", "waf_rules", deployed.waf_rules, standing=True)
    meter.add("WAF requests", "waf_requests", requests * deployed.web_acls)


def charge_preflights(meter: Meter, requests: float, access_log_bytes: float, deployed: Deployed) -> None:
    """Charge browsers' preflights: API Gateway responds itself, without a body, and requires no key."""
    meter.add("Preflights: API Gateway", "rest_api_requests", requests)
    meter.add("Preflights: data out", "data_out", requests * HEADER_BYTES / GB)
    meter.add("Preflights: access log", "logs", requests * access_log_bytes / GB)
    meter.add("Preflights: WAF", "waf_requests", requests * deployed.web_acls)


def charge_function(meter: Meter, usage: Usage, settings: StageSettings) -> None:
    """Charge Lambda's requests, time and warm environments; an invocation's milliseconds are rounded up."""
    architecture, memory_gb = settings.architecture, settings.memory_mb / 1024
    warm_s = ceil(usage.duration_ms) / 1000
    cold_s = ceil(usage.duration_ms + usage.init_ms) / 1000
    provisioned = usage.requests * usage.provisioned_share
    cold = usage.requests * usage.cold_share
    on_demand_s = (usage.requests - provisioned - cold) * warm_s + cold * cold_s
    meter.add("Lambda requests", "lambda_requests", usage.requests)
    meter.add("Lambda duration", f"lambda_duration_{architecture}", memory_gb * on_demand_s)
    meter.add(
        "Lambda duration, provisioned",
        f"lambda_provisioned_duration_{architecture}",
        memory_gb * provisioned * warm_s,
    )
    meter.add(
        "Lambda provisioned concurrency",
        f"lambda_provisioned_{architecture}",
        memory_gb * settings.provisioned_concurrency * SECONDS,
        standing=True,
    )
    if settings.snap_start:
        meter.add("Lambda snapshot", "lambda_snapshot_cache", memory_gb * SECONDS, standing=True)
        meter.add("Lambda snapshot restores", "lambda_snapshot_restore", memory_gb * cold)
    canary = DAYS * CANARY_SECONDS * CANARY_MEMORY_MB / 1024
    meter.add("Lambda canary", f"lambda_duration_{architecture}", canary, standing=True)


def charge_logs(meter: Meter, usage: Usage, retention_days: int) -> None:
    """Charge the ingestion and storage of log events, for a service at least as old as their retention."""
    function, access = (
        usage.requests * size / GB for size in (usage.lambda_log_bytes, usage.access_log_bytes)
    )
    meter.add("CloudWatch function's log", "logs_of_lambda", function)
    meter.add("CloudWatch access log", "logs", access)
    stored = (function + access) * LOG_COMPRESSION * retention_days / DAYS
    meter.add("CloudWatch logs kept", "logs_storage", stored)


def charge_monitoring(meter: Meter, metrics: int, deployed: Deployed) -> None:
    """Charge metrics, alarms and dashboards."""
    meter.add("CloudWatch own metrics", "metrics", metrics, standing=True)
    meter.add("CloudWatch alarms", "alarms", deployed.alarm_metrics, standing=True)
    meter.add("CloudWatch composite alarms", "composite_alarms", deployed.composite_alarms, standing=True)
    meter.add("CloudWatch dashboards", "dashboards", deployed.dashboards, standing=True)


def charge_lake(meter: Meter, usage: Usage, settings: StageSettings) -> None:
    """Charge the lake's storage, and the functions' reads of the model.

    A warm environment looks for a newer model once in `model_refresh_seconds` at most, and only when it is
    called; a cold one reads the pointer and the model.
    """
    environments = ceil(usage.requests * usage.duration_ms / 1000 / SECONDS)
    looks = min(usage.requests, environments * SECONDS / settings.model_refresh_seconds)
    meter.add("S3 reads", "s3_get", looks + 2 * usage.requests * usage.cold_share)
    meter.add("S3 storage", "s3_storage", LAKE_GB, standing=True)


def charge_studio(meter: Meter) -> None:
    """Charge the views of the studio."""
    meter.add("CloudFront requests", "cloudfront_requests", STUDIO_VIEWS * STUDIO_FILES, standing=True)
    meter.add("CloudFront data out", "cloudfront_out", STUDIO_VIEWS * STUDIO_BYTES / GB, standing=True)
