"""Log groups, which are kept as long as the stage's setting says."""

import aws_cdk as cdk
from aws_cdk import aws_logs as logs
from constructs import Construct

from stacks.config import LOG_RETENTION, StageSettings


def stage_log(scope: Construct, construct_id: str, settings: StageSettings) -> logs.LogGroup:
    """Add a log group that keeps its lines for the stage's `log_retention_days` and goes with its stack."""
    return logs.LogGroup(
        scope,
        construct_id,
        retention=LOG_RETENTION[settings.log_retention_days],
        removal_policy=cdk.RemovalPolicy.DESTROY,
    )
