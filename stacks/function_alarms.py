"""The alarms that every function behind the API has: it crashes, gets no concurrency, or is slow."""

from collections.abc import Iterator

from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_lambda as lambda_

from stacks.alarms import AlarmRule, Threshold, at_least
from stacks.service_metrics import PERIOD


def function_rules(
    function: lambda_.IFunction, *, prefix: str, name: str, slow_ms: int
) -> Iterator[tuple[str, AlarmRule]]:
    """Yield a function's rules, each with its alarm's construct id.

    Parameters
    ----------
    function : aws_cdk.aws_lambda.IFunction
        The function.
    prefix : str
        What the names of its pages in the runbook begin with, such as ``Memory``.
    name : str
        What its alarms call it, such as ``the memory``.
    slow_ms : int
        The 99th percentile of its duration, in milliseconds, that sets off an alarm.
    """

    def rule(
        kind: str, metric: cloudwatch.IMetric, threshold: Threshold, meaning: str
    ) -> tuple[str, AlarmRule]:
        return kind, AlarmRule(
            page=f"{prefix}{kind}",
            metric=metric,
            threshold=threshold,
            missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,  # Lambda writes no zeros
            meaning=meaning,
        )

    yield rule(
        "Errors",
        function.metric_errors(period=PERIOD),
        at_least(1),
        f"An invocation of {name} crashed or timed out before it could respond.",
    )
    yield rule(
        "Throttles",
        function.metric_throttles(period=PERIOD),
        at_least(1),
        f"Lambda refused invocations of {name}: no concurrency was left.",
    )
    yield rule(
        "P99Duration",
        function.metric_duration(period=PERIOD, statistic="p99"),
        at_least(slow_ms, periods=3),
        f"One call in a hundred takes {name} too long (milliseconds).",
    )
