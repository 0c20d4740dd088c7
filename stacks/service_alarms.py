"""The alarms on the predicting function, its API and the canary."""

from collections.abc import Iterator

from aws_cdk import aws_cloudwatch as cloudwatch

from stacks.alarms import AlarmRule, Threshold, at_least, silence
from stacks.config import StageSettings
from stacks.service_metrics import ServiceMetrics


def service_rules(metrics: ServiceMetrics, settings: StageSettings) -> Iterator[AlarmRule]:
    """Yield the rule of every alarm that a stage always has."""
    once = at_least(1)
    server_errors = at_least(settings.alarm_server_error_rate)
    client_errors = at_least(settings.alarm_client_error_rate, periods=3)
    slow = at_least(settings.alarm_p99_ms, periods=3)
    yield _rule(
        "FunctionErrors",
        metrics.errors,
        once,
        "An invocation crashed or timed out before it could respond.",
    )
    yield _rule(
        "FunctionThrottles",
        metrics.throttles,
        once,
        "Lambda refused invocations: no concurrency was left.",
    )
    yield _rule(
        "FunctionP99Duration",
        metrics.p99,
        slow,
        "One call in a hundred takes the function too long (milliseconds).",
    )
    yield _rule(
        "ApiServerErrorRate",
        metrics.server_error_rate,
        server_errors,
        "Too large a share of the responses is 5xx: no model can be read, or something broke.",
    )
    yield _rule(
        "ApiClientErrorRate",
        metrics.client_error_rate,
        client_errors,
        "Too large a share of the responses is 4xx: a client's requests are wrong, or refused.",
    )
    yield _rule(
        "ModelLoadFailures",
        metrics.model_load_failures,
        once,
        "The model that the lake's pointer names can't be loaded; functions that have one keep it.",
    )
    yield _rule(
        "CanaryErrors",
        metrics.canary_errors,
        once,
        "The ML layer isn't what was locked, or predicts something else than was recorded.",
    )
    yield silence(
        "CanarySilent",
        metrics.canary_runs,
        "The daily canary hasn't run for more than a day: nobody knows what the ML layer predicts now.",
    )


def _rule(page: str, metric: cloudwatch.Metric, threshold: Threshold, meaning: str) -> AlarmRule:
    return AlarmRule(
        page=page,
        metric=metric,
        threshold=threshold,
        missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,  # no requests, no failures
        meaning=meaning,
    )
