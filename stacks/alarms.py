"""Alarms, each with what it means, what missing data mean, and its page of the runbook."""

from dataclasses import dataclass
from typing import NamedTuple

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_sns as sns
from constructs import Construct

# What runs once a day is late after two more hours. CloudWatch looks back a day at most, or seven days if a
# period is an hour or longer: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
HOUR = cdk.Duration.hours(1)
HOURS_OF_SILENCE = 26


class Threshold(NamedTuple):
    """What a metric must be, in so many of the latest periods, for the alarm to go off.

    Attributes
    ----------
    value : float
        The value that the metric is compared with, in the metric's unit.
    comparison : aws_cdk.aws_cloudwatch.ComparisonOperator
        How the metric compares with the value.
    periods : int
        The number of latest periods that are looked at, each of the metric's own length.
    to_alarm : int
        The number of them in which the metric must be so, one after the other or not.
    """

    value: float
    comparison: cloudwatch.ComparisonOperator
    periods: int
    to_alarm: int


def at_least(value: float, *, periods: int = 1, to_alarm: int | None = None) -> Threshold:
    """Return the threshold of an alarm that goes off at a value and above it, by default in all periods."""
    comparison = cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD
    return Threshold(value, comparison, periods, to_alarm or periods)


def below(value: float, *, periods: int = 1) -> Threshold:
    """Return the threshold of an alarm that goes off below a value."""
    return Threshold(value, cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD, periods, periods)


@dataclass(frozen=True, kw_only=True)
class AlarmRule:
    """When an alarm goes off, and what that means.

    Attributes
    ----------
    page : str
        Its page of the runbook: the name of a file in ``docs/runbook``, without ``.md``.
    metric : aws_cdk.aws_cloudwatch.IMetric
        What is compared: a metric with its period and statistic, or an expression over metrics.
    threshold : Threshold
        When it goes off.
    missing_data : aws_cdk.aws_cloudwatch.TreatMissingData
        What a period without data counts as.
    meaning : str
        A sentence for whoever is mailed.
    """

    page: str
    metric: cloudwatch.IMetric
    threshold: Threshold
    missing_data: cloudwatch.TreatMissingData
    meaning: str


def silence(page: str, metric: cloudwatch.IMetric, meaning: str) -> AlarmRule:
    """Return the rule of an alarm on what should run every day and doesn't.

    Parameters
    ----------
    metric : aws_cdk.aws_cloudwatch.IMetric
        Counts the runs of each `HOUR`; it has no data while there are none.
    """
    return AlarmRule(
        page=page,
        metric=metric,
        threshold=below(1, periods=HOURS_OF_SILENCE),
        missing_data=cloudwatch.TreatMissingData.BREACHING,
        meaning=meaning,
    )


def add_alarm(
    scope: Construct, construct_id: str, rule: AlarmRule, *, runbook_url: str, topic: sns.ITopic | None
) -> cloudwatch.Alarm:
    """Add a rule's alarm, whose description ends with its page's address.

    Parameters
    ----------
    runbook_url : str
        Where the runbook's pages are: an URL, or a path in the repository.
    topic : aws_cdk.aws_sns.ITopic or None
        Gets a message when the alarm goes off and when it is over; None if something else reads the alarm.
    """
    alarm = cloudwatch.Alarm(
        scope,
        construct_id,
        metric=rule.metric,
        alarm_description=f"{rule.meaning} What to do: {runbook_url}/{rule.page}.md",
        threshold=rule.threshold.value,
        comparison_operator=rule.threshold.comparison,
        evaluation_periods=rule.threshold.periods,
        datapoints_to_alarm=rule.threshold.to_alarm,
        treat_missing_data=rule.missing_data,
    )
    if topic is not None:
        alarm.add_alarm_action(actions.SnsAction(topic))
        alarm.add_ok_action(actions.SnsAction(topic))
    return alarm
