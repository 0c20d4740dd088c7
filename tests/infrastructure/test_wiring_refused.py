"""The walk over a deployment's calls finds those that a policy, a role or a key doesn't let through."""

import json

import pytest

from tests.wiring.calls import calls
from tests.wiring.deployment import Deployment
from tests.wiring.permissions import refusal

TOPIC, QUEUE, KEY = {"Ref": "T"}, {"Fn::GetAtt": ["Q", "Arn"]}, {"Fn::GetAtt": ["K", "Arn"]}
CALLERS = {
    "alarm": ("AWS::CloudWatch::Alarm", {"AlarmActions": [TOPIC]}),
    "over": ("AWS::CloudWatch::Alarm", {"OKActions": [TOPIC]}),
    "no data": ("AWS::CloudWatch::Alarm", {"InsufficientDataActions": [TOPIC]}),
    "composite": ("AWS::CloudWatch::CompositeAlarm", {"AlarmActions": [TOPIC]}),
    "rule": ("AWS::Events::Rule", {"Targets": [{"Arn": TOPIC}]}),
    "lost event": ("AWS::Events::Rule", {"Targets": [{"Arn": TOPIC, "DeadLetterConfig": {"Arn": QUEUE}}]}),
    "subscribed queue": ("AWS::SNS::Subscription", {"Protocol": "sqs", "Endpoint": QUEUE}),
    "undelivered": (
        "AWS::SNS::Subscription",
        {"Protocol": "email", "RedrivePolicy": {"deadLetterTargetArn": QUEUE}},
    ),
    "bucket": (
        "AWS::S3::Bucket",
        {
            "NotificationConfiguration": {
                "QueueConfigurations": [{"Event": "s3:ObjectCreated:*", "Queue": QUEUE}]
            }
        },
    ),
    "budget": (
        "AWS::Budgets::Budget",
        {"NotificationsWithSubscribers": [{"Subscribers": [{"SubscriptionType": "SNS", "Address": TOPIC}]}]},
    ),
}
SERVICES = {
    "AWS::CloudWatch::Alarm": "cloudwatch",
    "AWS::CloudWatch::CompositeAlarm": "cloudwatch",
    "AWS::Events::Rule": "events",
    "AWS::SNS::Subscription": "sns",
    "AWS::S3::Bucket": "s3",
    "AWS::Budgets::Budget": "budgets",
}


def allow(service, action="*", **condition):
    return {
        "Effect": "Allow",
        "Principal": {"Service": f"{service}.amazonaws.com"},
        "Action": action,
        "Resource": "*",
        "Condition": condition,
    }


def deny(**condition):
    return {"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*", "Condition": condition}


def deployment_of(**resources):
    return Deployment(
        {"Stack": {"Resources": {name: {"Type": t, "Properties": p} for name, (t, p) in resources.items()}}}
    )


def refused(kind, properties, *statements, key=None, key_policy=()):
    """Return which calls of a resource are refused by a topic and a queue that have these statements."""
    encrypted = {"KmsMasterKeyId": key} if key else {}
    policy = {"PolicyDocument": {"Statement": list(statements)}}
    deployment = deployment_of(
        T=("AWS::SNS::Topic", encrypted),
        Q=("AWS::SQS::Queue", encrypted),
        K=("AWS::KMS::Key", {"KeyPolicy": {"Statement": list(key_policy)}}),
        TP=("AWS::SNS::TopicPolicy", {"Topics": [TOPIC], **policy}),
        QP=("AWS::SQS::QueuePolicy", {"Queues": [{"Ref": "Q"}], **policy}),
        Source=(kind, properties),
    )
    return [why for call in calls(deployment) if (why := refusal(deployment, call))]


@pytest.mark.parametrize("caller", CALLERS)
def test_target_whose_policy_lets_only_others_in_refuses(caller):
    kind, properties = CALLERS[caller]
    ours = SERVICES[kind]
    refusals = refused(kind, properties, allow("ses"))

    assert refusals
    assert all(f"by {ours}.amazonaws.com on" in why and "nothing allows it" in why for why in refusals)
    assert refused(kind, properties, allow(ours)) == []


CLOUDWATCH = allow("cloudwatch", "sns:Publish", StringEquals={"aws:SourceAccount": {"Ref": "AWS::AccountId"}})


@pytest.mark.parametrize(
    ("statements", "why"),
    [
        ([CLOUDWATCH], None),
        ([CLOUDWATCH, deny(Bool={"aws:SecureTransport": "false"})], None),
        ([CLOUDWATCH, deny(Bool={"aws:SecureTransport": "true"})], "a statement denies it"),
        ([CLOUDWATCH, deny()], "a statement denies it"),
        ([CLOUDWATCH | {"Action": "sns:Subscribe"}], "nothing allows it"),
        ([CLOUDWATCH | {"Resource": QUEUE}], "nothing allows it"),
        ([allow("cloudwatch", StringEquals={"aws:SourceAccount": "123456789012"})], "nothing allows it"),
        ([allow("cloudwatch", ArnLike={"aws:SourceArn": "arn:*:events:*"})], "nothing allows it"),
        ([allow("cloudwatch", ArnLike={"aws:SourceArn": "arn:*:cloudwatch:*:alarm:*"})], None),
    ],
    ids=["account", "over TLS", "never over TLS", "never", "another action", "another resource",
         "another account", "another source", "any alarm"],
)  # fmt: skip
def test_topic_lets_an_alarm_publish_as_its_statements_say(statements, why):
    refusals = refused(*CALLERS["alarm"], *statements)

    assert refusals == ([f"Source: sns:Publish by cloudwatch.amazonaws.com on T: {why}"] if why else [])


@pytest.mark.parametrize(
    ("key", "key_policy", "lets_in"),
    [
        ("alias/aws/sns", [], False),
        (KEY, [allow("events", "kms:*")], False),
        (KEY, [allow("cloudwatch", "kms:Decrypt")], False),
        (KEY, [allow("cloudwatch", ["kms:Decrypt", "kms:GenerateDataKey*"])], True),
    ],
    ids=["AWS's key", "another service", "half of it", "both actions"],
)
def test_encrypted_topic_takes_an_alarm_only_if_its_key_lets_cloudwatch_in(key, key_policy, lets_in):
    refusals = refused(*CALLERS["alarm"], CLOUDWATCH, key=key, key_policy=key_policy)

    assert lets_in == (not refusals)
    assert all("may not use the key" in why for why in refusals)


GLUE = {"States": {"a": {"Type": "Task", "Resource": "arn:aws:states:::glue:startJobRun"}}}


@pytest.mark.parametrize(
    ("kind", "properties"),
    [
        ("AWS::CloudWatch::Alarm", {"AlarmActions": ["arn:aws:automate:eu-west-1:ec2:reboot"]}),
        ("AWS::Events::Rule", {"Targets": [{"Arn": KEY}]}),
        ("AWS::Pipes::Pipe", {"Target": QUEUE}),
        ("AWS::StepFunctions::StateMachine", {"RoleArn": "R", "DefinitionString": json.dumps(GLUE)}),
    ],
    ids=["action that is no resource", "type of target", "type of caller", "integration"],
)  # fmt: skip
def test_kind_that_the_walk_does_not_know_fails_it(kind, properties):
    with pytest.raises(AssertionError, match=r"teach tests/wiring|none of the deployment's resources"):
        refused(kind, properties)


@pytest.mark.parametrize(
    ("trusted", "granted", "why"),
    [
        ("lambda", "sqs:SendMessage", None),
        ("lambda", "sqs:ReceiveMessage", "nothing allows it"),
        ("events", "sqs:SendMessage", "lambda.amazonaws.com may not assume the role"),
    ],
)
def test_dead_letters_of_a_function_are_sent_by_its_role(trusted, granted, why):
    trust = {"AssumeRolePolicyDocument": {"Statement": [allow(trusted, "sts:AssumeRole")]}}
    statement = {"Effect": "Allow", "Action": granted, "Resource": QUEUE}
    deployment = deployment_of(
        Q=("AWS::SQS::Queue", {}),
        R=("AWS::IAM::Role", trust),
        P=("AWS::IAM::Policy", {"Roles": [{"Ref": "R"}], "PolicyDocument": {"Statement": [statement]}}),
        F=("AWS::Lambda::Function", {"Role": "R.Arn", "DeadLetterConfig": {"TargetArn": QUEUE}}),
    )
    (call,) = calls(deployment)

    assert refusal(deployment, call) == (f"F: sqs:SendMessage by R on Q: {why}" if why else "")
