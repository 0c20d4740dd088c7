"""The learning loop's alarms. They stand in the monitoring stack, with the topic that they tell."""

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sns as sns
from constructs import Construct

from stacks.alarms import AlarmRule, add_alarm
from stacks.config import StageSettings
from stacks.inference import METRICS_NAMESPACE
from stacks.learning.quality import quality_rules

PERIOD = cdk.Duration.minutes(5)


class LearningAlarms(Construct):
    """Alarms on the jobs function, jobs that said why they failed and those that couldn't, and on the model.

    Parameters
    ----------
    jobs : aws_cdk.aws_lambda.IFunction
        The jobs function.
    topic : aws_cdk.aws_sns.ITopic
        Who is told.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        settings: StageSettings,
        jobs: lambda_.IFunction,
        topic: sns.ITopic,
    ) -> None:
        super().__init__(scope, construct_id)
        for rule in [*_rules(settings, jobs), *quality_rules(settings)]:
            alarm = add_alarm(self, rule, f"{settings.runbook_url}/{rule.name}.md")
            alarm.add_alarm_action(actions.SnsAction(topic))
            alarm.add_ok_action(actions.SnsAction(topic))


def _rules(settings: StageSettings, jobs: lambda_.IFunction) -> list[AlarmRule]:
    failures = cloudwatch.Metric(
        namespace=METRICS_NAMESPACE,
        metric_name="JobFailures",  # as model_training.jobs.observability writes it; a test ties the names
        dimensions_map={"Stage": settings.stage},
        period=PERIOD,
        statistic="Sum",
    )
    return [
        AlarmRule("JobFailures", failures, 1, 1, "A job of the learning loop failed; its log line says why."),
        AlarmRule(
            "JobErrors",
            jobs.metric_errors(period=PERIOD),
            1,
            1,
            "A job ended without its result; without JobFailures it ran out of time or memory.",
        ),
    ]
