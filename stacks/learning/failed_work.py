"""The queue of what failed for good."""

import aws_cdk as cdk
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from stacks import findings


class FailedWork(sqs.Queue):
    """Keeps for two weeks what failed for good: changes of the memory, and jobs. Its alarm is FailedWork."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(
            scope,
            construct_id,
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            retention_period=cdk.Duration.days(14),
        )
        end = "It is where failures end; whoever is told by its alarm does them again: docs/runbook.md."
        findings.accept(self, {"AwsSolutions-SQS3": end, "Serverless-SQSRedrivePolicy": end})
