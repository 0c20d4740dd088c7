"""The service's alarms, the topic that they go to, and one dashboard."""

from collections.abc import Mapping

import aws_cdk as cdk
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_sns as sns
from constructs import Construct

from stacks.alarms import AlarmRule, add_alarm
from stacks.config import StageSettings
from stacks.inference import METRICS_NAMESPACE
from stacks.mail import mail_to
from stacks.protection import BudgetAlarm
from stacks.saved_queries import SavedQueries

PERIOD = cdk.Duration.minutes(5)


class Metrics:
    """What alarms and dashboard look at."""

    def __init__(
        self,
        settings: StageSettings,
        function: lambda_.IFunction,
        canary: lambda_.IFunction,
        rest_api: apigateway.RestApi,
    ) -> None:
        def own(name: str, statistic: str = "Sum") -> cloudwatch.Metric:
            # Written by the function's own log lines; a test ties these names to what it really writes.
            return cloudwatch.Metric(
                namespace=METRICS_NAMESPACE,
                metric_name=name,
                dimensions_map={"Stage": settings.stage},
                period=PERIOD,
                statistic=statistic,
            )

        self.errors = function.metric_errors(period=PERIOD)
        self.canary_errors = canary.metric_errors(period=PERIOD)
        self.throttles = function.metric_throttles(period=PERIOD)
        self.p99 = function.metric_duration(period=PERIOD, statistic="p99")
        self.median = function.metric_duration(period=PERIOD, statistic="p50")
        # Each request counts 0 or 1, so the average is a share.
        self.server_error_rate = rest_api.metric_server_error(period=PERIOD, statistic="Average")
        self.client_error_rate = rest_api.metric_client_error(period=PERIOD, statistic="Average")
        self.requests = rest_api.metric_count(period=PERIOD, statistic="Sum")
        self.predictions = own("Predictions")
        self.cold_starts = own("ColdStarts")
        self.model_load_failures = own("ModelLoadFailures")


def alarm_rules(metrics: Metrics, settings: StageSettings) -> list[AlarmRule]:
    """Every alarm of the service."""
    return [
        AlarmRule(
            "FunctionErrors",
            metrics.errors,
            1,
            1,
            "An invocation crashed or timed out before it could answer.",
        ),
        AlarmRule(
            "FunctionThrottles",
            metrics.throttles,
            1,
            1,
            "Lambda refused invocations: no concurrency was left.",
        ),
        AlarmRule(
            "FunctionP99Duration",
            metrics.p99,
            settings.alarm_p99_ms,
            3,
            "One call in a hundred takes the function too long (milliseconds).",
        ),
        AlarmRule(
            "ApiServerErrorRate",
            metrics.server_error_rate,
            settings.alarm_server_error_rate,
            1,
            "Too large a share of the answers is 5xx: no model can be read, or something broke.",
        ),
        AlarmRule(
            "ApiClientErrorRate",
            metrics.client_error_rate,
            settings.alarm_client_error_rate,
            3,
            "Too large a share of the answers is 4xx: a client's requests are wrong, or refused.",
        ),
        AlarmRule(
            "ModelLoadFailures",
            metrics.model_load_failures,
            1,
            1,
            "The model that the lake's pointer names can't be loaded; functions that have one keep it.",
        ),
        AlarmRule(
            "CanaryErrors",
            metrics.canary_errors,
            1,
            1,
            "The ML layer isn't what was locked, or predicts something else than was recorded.",
        ),
    ]


class Monitoring(Construct):
    """The alarms of one stage, their topic and the dashboard."""

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
        topic = sns.Topic(self, "Topic", display_name=f"Recall {settings.stage}", enforce_ssl=True)
        self.topic = topic
        mail_to(topic, settings.alarm_email)
        metrics = Metrics(settings, function, canary, rest_api)
        alarms = [self._alarm(rule, settings.runbook_url, topic) for rule in alarm_rules(metrics, settings)]
        self.dashboard = self._dashboard(f"recall-{settings.stage}", metrics, alarms)

    def _alarm(self, rule: AlarmRule, runbook: str, topic: sns.ITopic) -> cloudwatch.Alarm:
        alarm = add_alarm(self, rule, page=f"{runbook}/{rule.name}.md")
        alarm.add_alarm_action(actions.SnsAction(topic))
        alarm.add_ok_action(actions.SnsAction(topic))
        return alarm

    def _dashboard(self, name: str, metrics: Metrics, alarms: list[cloudwatch.Alarm]) -> cloudwatch.Dashboard:
        def graph(title: str, *lines: cloudwatch.Metric) -> cloudwatch.GraphWidget:
            return cloudwatch.GraphWidget(title=title, left=list(lines), width=12, height=6)

        return cloudwatch.Dashboard(
            self,
            "Dashboard",
            dashboard_name=name,
            widgets=[
                [cloudwatch.AlarmStatusWidget(title="Alarms", alarms=alarms, width=24, height=3)],
                [
                    graph("Requests and predictions", metrics.requests, metrics.predictions),
                    graph("Share of errors", metrics.client_error_rate, metrics.server_error_rate),
                ],
                [
                    graph("Duration (ms)", metrics.median, metrics.p99),
                    graph(
                        "Trouble",
                        metrics.errors,
                        metrics.throttles,
                        metrics.cold_starts,
                        metrics.model_load_failures,
                    ),
                ],
            ],
        )


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
        log_groups: Mapping[str, logs.ILogGroup],
    ) -> None:
        super().__init__(scope, construct_id, stack_name=stack_name, description="Recall: monitoring")
        self.monitoring = Monitoring(
            self, "Monitoring", settings=settings, function=function, canary=canary, rest_api=rest_api
        )
        if not settings.local_cloud:
            SavedQueries(self, "Queries", folder=f"recall-{settings.stage}", log_groups=log_groups)
        if settings.monthly_budget_usd:
            BudgetAlarm(self, "Budget", usd=settings.monthly_budget_usd, email=settings.alarm_email)
        cdk.CfnOutput(self, "Dashboard", value=self.monitoring.dashboard.dashboard_name)
