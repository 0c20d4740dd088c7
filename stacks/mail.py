"""The one way in which a topic is mailed to people."""

import aws_cdk as cdk
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions

UNDELIVERED = "Nobody would read a queue of undelivered mails; dashboard and lake tell it too."


def mail_to(topic: sns.Topic, address: str) -> None:
    """Have an address mailed what a topic is told, once it has confirmed; an empty one: nobody."""
    if not address:
        return
    subscription = topic.add_subscription(subscriptions.EmailSubscription(address))
    cdk.Validations.of(subscription).acknowledge(
        cdk.Acknowledgment(id="Serverless::Serverless-SNSRedrivePolicy", reason=UNDELIVERED)
    )
