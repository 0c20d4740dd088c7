"""Rules that call something at certain times, and what CloudWatch counts of them."""

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_events as events
from constructs import Construct

from stacks import findings
from stacks.alarms import HOUR
from stacks.config import StageSettings
from stacks.service_metrics import PERIOD


def add_schedule(
    scope: Construct,
    construct_id: str,
    *,
    when: events.Schedule,
    target: events.IRuleTarget,
    lost_event: str,
) -> events.Rule:
    """Add a rule that calls a target at certain times.

    Parameters
    ----------
    when : aws_cdk.aws_events.Schedule
        The times, in UTC.
    target : aws_cdk.aws_events.IRuleTarget
        The target that is called.
    lost_event : str
        Why no event that couldn't be delivered is kept in a queue.
    """
    rule = events.Rule(scope, construct_id, schedule=when, targets=[target])
    findings.accept(rule, {"Serverless-EventBusDLQ": lost_event})
    return rule


def starts(rule: events.Rule, settings: StageSettings) -> cloudwatch.IMetric:
    """Return how often a rule has called its target in an hour; no value if it wasn't due.

    EventBridge counts calls that failed for good among them: they are taken off, but not in the local cloud,
    which has no alarms on expressions.
    """
    called, failed = (_metric(rule, name, HOUR) for name in ("Invocations", "FailedInvocations"))
    if settings.local_cloud:
        return called
    metrics = {"called": called, "failed": failed}
    return cloudwatch.MathExpression(
        expression="called - failed", using_metrics=metrics, label="started", period=HOUR
    )


def failed_starts(rule: events.Rule) -> cloudwatch.Metric:
    """Return how often EventBridge gave up calling a rule's target, such as for want of a permission."""
    return _metric(rule, "FailedInvocations", PERIOD)


def _metric(rule: events.Rule, name: str, period: cdk.Duration) -> cloudwatch.Metric:
    """Return a metric of a rule.

    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-monitoring.html
    """
    return cloudwatch.Metric(
        namespace="AWS/Events",
        metric_name=name,
        dimensions_map={"RuleName": rule.rule_name},
        period=period,
        statistic="Sum",
    )
