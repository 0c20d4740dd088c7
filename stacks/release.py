"""How callers come to a new version: step by step, and back to the old one when an alarm goes off."""

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_codedeploy as codedeploy
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from stacks import findings
from stacks.alarms import AlarmRule, add_alarm, at_least
from stacks.config import StageSettings

# Shorter than the service's own alarms look at: a release's first step lasts a few minutes.
PERIOD = cdk.Duration.minutes(1)


class Release(Construct):
    """CodeDeploy moves the alias, watches two alarms meanwhile, and moves it back when one goes off.

    CloudFormation updates the alias through it, and so only after what the alias depends on.

    Parameters
    ----------
    alias : aws_cdk.aws_lambda.Alias
        The alias that callers invoke.
    deployment : aws_cdk.aws_codedeploy.ILambdaDeploymentConfig
        The steps in which callers are moved to a new version.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        settings: StageSettings,
        alias: lambda_.Alias,
        deployment: codedeploy.ILambdaDeploymentConfig,
    ) -> None:
        super().__init__(scope, construct_id)
        group = codedeploy.LambdaDeploymentGroup(
            self,
            "Deployment",
            alias=alias,
            deployment_config=deployment,
            alarms=self._alarms(settings, alias),
            auto_rollback=codedeploy.AutoRollbackConfig(
                deployment_in_alarm=True, failed_deployment=True, stopped_deployment=True
            ),
        )
        reason = "AWS's own policy for it: a copy that missed an action would stop a release halfway."
        findings.accept(
            group, {findings.aws_policy("service-role/AWSCodeDeployRoleForLambdaLimited"): reason}
        )

    def _alarms(self, settings: StageSettings, alias: lambda_.Alias) -> list[cloudwatch.Alarm]:
        alarms = []
        for name, metric, threshold, event in (
            (
                "FunctionErrors",
                alias.metric_errors(period=PERIOD),
                at_least(1),
                "an invocation crashed or timed out",
            ),
            (
                "ApiServerErrorRate",
                _server_error_rate(settings.stage),
                at_least(settings.alarm_server_error_rate),
                "too large a share of the responses is 5xx",
            ),
        ):
            rule = AlarmRule(
                page=f"Release{name}",
                metric=metric,
                threshold=threshold,
                missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,  # no requests, no failures
                meaning=f"While a version is released, {event}: CodeDeploy goes back.",
            )
            alarms.append(add_alarm(self, name, rule, runbook_url=settings.runbook_url, topic=None))
        return alarms


def _server_error_rate(stage: str) -> cloudwatch.Metric:
    """Return the share of 5xx responses among the API's.

    By the API's name: the API's stack needs the alias, so the alias can't wait for it. A test ties the names.
    """
    return cloudwatch.Metric(
        namespace="AWS/ApiGateway",
        metric_name="5XXError",
        dimensions_map={"ApiName": f"recall-{stage}", "Stage": stage},
        period=PERIOD,
        statistic="Average",
    )
