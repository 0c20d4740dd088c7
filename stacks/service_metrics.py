"""The metrics of the predicting function, of its API and of the canary: what alarms and dashboard look at."""

import aws_cdk as cdk
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_lambda as lambda_

from stacks.alarms import HOUR
from stacks.config import StageSettings

METRICS_NAMESPACE = "Recall"
PERIOD = cdk.Duration.minutes(5)


def own_metric(
    stage: str, name: str, *, period: cdk.Duration = PERIOD, statistic: str = "Sum"
) -> cloudwatch.Metric:
    """Return a metric that functions write themselves, as log lines in CloudWatch's embedded metric format.

    Parameters
    ----------
    stage : str
        The stage's name, the metric's only dimension.
    name : str
        The metric's name as the function writes it; tests/infrastructure/test_metrics.py compares both.
    """
    return cloudwatch.Metric(
        namespace=METRICS_NAMESPACE,
        metric_name=name,
        dimensions_map={"Stage": stage},
        period=period,
        statistic=statistic,
    )


class ServiceMetrics:
    """The service's metrics, each over five minutes, but for the canary's invocations in an hour.

    Parameters
    ----------
    function : aws_cdk.aws_lambda.IFunction
        The predicting function's alias.
    canary : aws_cdk.aws_lambda.IFunction
        The canary.
    rest_api : aws_cdk.aws_apigateway.RestApi
        The API that calls the alias.
    """

    def __init__(
        self,
        settings: StageSettings,
        function: lambda_.IFunction,
        canary: lambda_.IFunction,
        rest_api: apigateway.RestApi,
    ) -> None:
        self.errors = function.metric_errors(period=PERIOD)
        self.throttles = function.metric_throttles(period=PERIOD)
        self.p99 = function.metric_duration(period=PERIOD, statistic="p99")
        self.median = function.metric_duration(period=PERIOD, statistic="p50")
        self.canary_errors = canary.metric_errors(period=PERIOD)
        self.canary_runs = canary.metric_invocations(period=HOUR)
        # Each request counts 0 or 1, so the average is a share.
        self.server_error_rate = rest_api.metric_server_error(period=PERIOD, statistic="Average")
        self.client_error_rate = rest_api.metric_client_error(period=PERIOD, statistic="Average")
        self.server_errors = rest_api.metric_server_error(period=PERIOD, statistic="Sum")
        self.requests = rest_api.metric_count(period=PERIOD, statistic="Sum")
        # Of the function alone: without what the gateway refused, and without the runtime and cold starts.
        self.answered = own_metric(settings.stage, "Requests")
        self.handler_p99 = own_metric(settings.stage, "Latency", statistic="p99")
        self.predictions = own_metric(settings.stage, "Predictions")
        self.cold_starts = own_metric(settings.stage, "ColdStarts")
        self.model_load_failures = own_metric(settings.stage, "ModelLoadFailures")
