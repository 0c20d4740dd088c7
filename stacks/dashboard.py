"""The one dashboard of a stage."""

from collections.abc import Sequence

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from stacks.config import StageSettings
from stacks.service_metrics import ServiceMetrics


def graph(
    title: str, lines: Sequence[cloudwatch.IMetric], marks: Sequence[cloudwatch.HorizontalAnnotation] = ()
) -> cloudwatch.GraphWidget:
    """Return a graph of half the dashboard's width.

    Parameters
    ----------
    lines : sequence of aws_cdk.aws_cloudwatch.IMetric
        The metrics to draw.
    marks : sequence of aws_cdk.aws_cloudwatch.HorizontalAnnotation
        Values to draw across the graph, such as an alarm's threshold.
    """
    return cloudwatch.GraphWidget(
        title=title, left=list(lines), left_annotations=list(marks) or None, width=12, height=6
    )


def add_dashboard(
    scope: Construct, settings: StageSettings, metrics: ServiceMetrics, alarms: Sequence[cloudwatch.IAlarm]
) -> cloudwatch.Dashboard:
    """Add the dashboard ``recall-<stage>-<region>``: the alarms' states, requests, errors and durations."""
    failures = [metrics.errors, metrics.throttles, metrics.cold_starts, metrics.model_load_failures]
    return cloudwatch.Dashboard(
        scope,
        "Dashboard",
        # An account's dashboards are in all of its regions, so one of the same name would be replaced:
        # https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutDashboard.html
        dashboard_name=f"recall-{settings.stage}-{cdk.Aws.REGION}",
        widgets=[
            [cloudwatch.AlarmStatusWidget(title="Alarms", alarms=list(alarms), width=24, height=3)],
            [
                graph("Requests and predictions", [metrics.requests, metrics.answered, metrics.predictions]),
                graph("Share of errors", [metrics.client_error_rate, metrics.server_error_rate]),
            ],
            [
                graph("Duration (ms)", [metrics.median, metrics.p99, metrics.handler_p99]),
                graph("Failures and cold starts", failures),
            ],
        ],
    )
