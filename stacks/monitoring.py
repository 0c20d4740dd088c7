"""The service's alarms, the topic that they go to, and one dashboard."""

from collections.abc import Mapping, Sequence

import aws_cdk as cdk
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from stacks.alarms import add_alarm
from stacks.config import StageSettings
from stacks.dashboard import add_dashboard
from stacks.mail import AlarmTopic
from stacks.protection import BudgetAlarm, budget_name
from stacks.saved_queries import SavedQueries
from stacks.service_alarms import service_rules
from stacks.service_metrics import ServiceMetrics


class Monitoring(Construct):
    """The alarms of one stage, their topic and the dashboard.

    Parameters
    ----------
    function : aws_cdk.aws_lambda.IFunction
        The predicting function's alias.
    canary : aws_cdk.aws_lambda.IFunction
        The canary.
    rest_api : aws_cdk.aws_apigateway.RestApi
        The API that calls the alias.

    Attributes
    ----------
    topic : stacks.mail.AlarmTopic
        Gets a message when an alarm goes off and when it is over.
    dashboard : aws_cdk.aws_cloudwatch.Dashboard
        Add widgets of what else the stage has.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        settings: StageSettings,
        function: lambda_.IFunction,
        canary: lambda_.IFunction,
        rest_api: apigateway.RestApi,
    ) -> None:
        super().__init__(scope, construct_id)
        self.topic = AlarmTopic(self, "Topic", settings=settings)
        metrics = ServiceMetrics(settings, function, canary, rest_api)
        alarms = [
            add_alarm(self, rule.page, rule, runbook_url=settings.runbook_url, topic=self.topic)
            for rule in service_rules(metrics, settings)
        ]
        self.dashboard = add_dashboard(self, settings, metrics, alarms)


class MonitoringStack(cdk.Stack):
    """Alarms, dashboard and saved queries, apart from what they watch."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        stack_name: str,
        settings: StageSettings,
        function: lambda_.IFunction,
        canary: lambda_.IFunction,
        rest_api: apigateway.RestApi,
        log_groups: Mapping[str, Sequence[logs.ILogGroup]],
    ) -> None:
        super().__init__(scope, construct_id, stack_name=stack_name, description="Recall: monitoring")
        self.monitoring = Monitoring(
            self, "Monitoring", settings=settings, function=function, canary=canary, rest_api=rest_api
        )
        if not settings.local_cloud:
            SavedQueries(self, "Queries", folder=f"recall-{settings.stage}", log_groups=log_groups)
        if settings.monthly_budget_usd:
            BudgetAlarm(
                self,
                "Budget",
                name=budget_name(settings.stage),
                usd=settings.monthly_budget_usd,
                email=settings.alarm_email,
            )
        cdk.CfnOutput(self, "Dashboard", value=self.monitoring.dashboard.dashboard_name)
