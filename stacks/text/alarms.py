"""The text function's alarms and graphs. They are in the monitoring stack, with the topic that they go to."""

from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sns as sns
from constructs import Construct

from stacks.alarms import add_alarm
from stacks.config import StageSettings
from stacks.dashboard import graph
from stacks.function_alarms import function_rules
from stacks.service_metrics import PERIOD

# Of API Gateway's 29 seconds: what takes longer on a slower processor gets no response.
SLOW_MS = 25_000


class TextAlarms(Construct):
    """Alarms on the text function.

    Parameters
    ----------
    function : aws_cdk.aws_lambda.IFunction
        The text function.
    topic : aws_cdk.aws_sns.ITopic
        Gets a message when an alarm goes off and when it is over.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        settings: StageSettings,
        function: lambda_.IFunction,
        topic: sns.ITopic,
    ) -> None:
        super().__init__(scope, construct_id)
        rules = function_rules(function, prefix="Text", name="the text function", slow_ms=SLOW_MS)
        for name, rule in rules:
            add_alarm(self, name, rule, runbook_url=settings.runbook_url, topic=topic)


def text_graphs(function: lambda_.IFunction) -> list[cloudwatch.IWidget]:
    """Return a row of the dashboard: how long the text function takes, and what fails."""
    p50, p99 = (function.metric_duration(period=PERIOD, statistic=each) for each in ("p50", "p99"))
    slow = cloudwatch.HorizontalAnnotation(value=SLOW_MS, label="alarm")
    failures = [function.metric_errors(period=PERIOD), function.metric_throttles(period=PERIOD)]
    return [
        graph("Text: duration (ms)", [p50, p99], [slow]),
        graph("Text: calls and failures", [function.metric_invocations(period=PERIOD), *failures]),
    ]
