"""A function's role and log group: it may write its own log, and nothing else until it is granted more."""

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from constructs import Construct

from stacks.config import LOG_RETENTION, StageSettings


def role_and_log_group(scope: Construct, settings: StageSettings) -> tuple[iam.Role, logs.LogGroup]:
    """Make the role and the log group of the function in this scope.

    Of our own rather than the managed AWSLambdaBasicExecutionRole, which may write to every log group.
    """
    log_group = logs.LogGroup(
        scope,
        "Logs",
        retention=LOG_RETENTION[settings.log_retention_days],
        removal_policy=cdk.RemovalPolicy.DESTROY,
    )
    role = iam.Role(scope, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
    log_group.grant_write(role)
    return role, log_group
