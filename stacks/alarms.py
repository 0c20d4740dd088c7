"""Alarms that say what they mean, and where their page of the runbook is."""

from typing import NamedTuple

from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct


class AlarmRule(NamedTuple):
    """When an alarm goes off (at or above `threshold`, in `periods` periods on end), and what that means."""

    name: str
    metric: cloudwatch.Metric
    threshold: float
    periods: int
    meaning: str


def add_alarm(scope: Construct, rule: AlarmRule, page: str) -> cloudwatch.Alarm:
    """Add a rule's alarm, whose description ends with where its page is.

    Parameters
    ----------
    scope : constructs.Construct
        What the alarm belongs to.
    rule : AlarmRule
        Its name becomes the construct's id.
    page : str
        The alarm's page of the runbook: an URL, or a path in the repository.
    """
    return rule.metric.create_alarm(
        scope,
        rule.name,
        alarm_description=f"{rule.meaning} What to do: {page}",
        threshold=rule.threshold,
        comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        evaluation_periods=rule.periods,
        # No requests, no trouble.
        treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
    )
