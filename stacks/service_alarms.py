"""The alarms on the predicting function, its API and the canary."""

from collections.abc import Iterator

from aws_cdk import aws_cloudwatch as cloudwatch

from stacks.alarms import AlarmRule, Threshold, at_least, silence
from stacks.config import StageSettings
from stacks.service_metrics import PERIOD, ServiceMetrics

# Of so many, a single wrong request is a share of 5 %: half the lowest threshold of a shipped stage.
FEWEST_REQUESTS = 20
# One failure is a mishap, which its caller sends again. It is failures that are counted: a number of requests
# would keep a small service's outage quiet.
FEWEST_FAILURES = 2


def service_rules(metrics: ServiceMetrics, settings: StageSettings) -> Iterator[AlarmRule]:
    """Yield the rule of every alarm that a stage always has."""
    once = at_least(1)
    repeatedly = at_least(1, periods=3, to_alarm=2)
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
        _where(metrics.server_errors, FEWEST_FAILURES, metrics.server_error_rate, settings),
        server_errors,
        "Too large a share of the responses is 5xx: no model can be read, or something broke.",
    )
    yield _rule(
        "ApiClientErrorRate",
        _where(metrics.requests, FEWEST_REQUESTS, metrics.client_error_rate, settings),
        client_errors,
        "Too large a share of the responses is 4xx: a client's requests are wrong, or refused.",
    )
    yield _rule(
        "ModelLoadFailures",
        metrics.model_load_failures,
        repeatedly,
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


def _where(
    counted: cloudwatch.IMetric, fewest: int, share: cloudwatch.IMetric, settings: StageSettings
) -> cloudwatch.IMetric:
    """Return a share as it is in periods in which so many were counted, and as 0 in the others.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html. The local cloud has
    no alarms on expressions: there the share alone is watched.
    """
    if settings.local_cloud:
        return share
    return cloudwatch.MathExpression(
        expression=f"IF(counted >= {fewest}, share, 0)",
        using_metrics={"counted": counted, "share": share},
        label=f"share, from {fewest} on",
        period=PERIOD,
    )


def _rule(page: str, metric: cloudwatch.IMetric, threshold: Threshold, meaning: str) -> AlarmRule:
    return AlarmRule(
        page=page,
        metric=metric,
        threshold=threshold,
        missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,  # no requests, no failures
        meaning=meaning,
    )
