"""The topic of the alarms, to which CloudWatch publishes, and how topics are mailed to people."""

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from stacks import findings
from stacks.config import StageSettings

UNDELIVERED = "Nobody would read a queue of undelivered mails; dashboard and lake tell it too."


class AlarmTopic(sns.Topic):
    """The topic that a stage's alarms go to; the stage's `alarm_email` is subscribed to it.

    A topic that demands TLS has a policy of its own, which takes the place of SNS's default: CloudWatch, and
    every further service that is to publish, needs a statement in it. The topic isn't encrypted with a key:
    by ``alias/aws/sns``, whose policy nobody can change, CloudWatch couldn't publish.

    https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html,
    https://repost.aws/knowledge-center/cloudwatch-configure-alarm-sns
    """

    def __init__(self, scope: Construct, construct_id: str, *, settings: StageSettings) -> None:
        super().__init__(scope, construct_id, display_name=f"Recall {settings.stage}", enforce_ssl=True)
        self.add_to_resource_policy(
            iam.PolicyStatement(
                sid="AlarmsOfThisAccount",
                principals=[iam.ServicePrincipal("cloudwatch.amazonaws.com")],
                actions=["sns:Publish"],
                resources=[self.topic_arn],
                conditions={"StringEquals": {"aws:SourceAccount": cdk.Stack.of(self).account}},
            )
        )
        mail_to(self, settings.alarm_email)


def mail_to(topic: sns.Topic, address: str) -> None:
    """Mail a topic's messages to an address, once it has confirmed; to nobody if it is empty."""
    if address:
        subscription = topic.add_subscription(subscriptions.EmailSubscription(address))
        findings.accept(subscription, {"Serverless-SNSRedrivePolicy": UNDELIVERED})
