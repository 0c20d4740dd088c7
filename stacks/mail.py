"""The one way in which a topic is mailed to people."""

from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions

from stacks import findings

UNDELIVERED = "Nobody would read a queue of undelivered mails; dashboard and lake tell it too."


def mail_to(topic: sns.Topic, address: str) -> None:
    """Mail a topic's messages to an address, once it has confirmed; to nobody if it is empty."""
    if address:
        subscription = topic.add_subscription(subscriptions.EmailSubscription(address))
        findings.accept(subscription, {"Serverless-SNSRedrivePolicy": UNDELIVERED})
