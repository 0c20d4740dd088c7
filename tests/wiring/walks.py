"""What a resource of each type calls: the service that acts, its role if it has one, and the target."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from tests.wiring.deployment import Deployment, logical_id_of

Properties = Mapping[str, Any]
# The service, a reference to the role or "", one to the target or "*" for any, and the action where it isn't
# that of the target's type.
Found = Iterator[tuple[str, ...]]
# The parameter of a Step Functions integration that names its target; a task without one names it itself.
PARAMETERS = {
    "lambda:invoke": "FunctionName",
    "sns:publish": "TopicArn",
    "sqs:sendMessage": "QueueUrl",
    "batch:submitJob.sync": "JobQueue",
    "emr-serverless:startJobRun.sync": "ApplicationId",
}
PEOPLE = {"email", "email-json"}  # subscribers who confirm by themselves


def _alarm(alarm: Properties, _: Deployment) -> Found:
    for actions in ("AlarmActions", "OKActions", "InsufficientDataActions"):
        for target in alarm.get(actions, ()):
            yield "cloudwatch.amazonaws.com", "", target


def _rule(rule: Properties, _: Deployment) -> Found:
    for target in rule.get("Targets", ()):
        yield "events.amazonaws.com", target.get("RoleArn", ""), target["Arn"]
        if "DeadLetterConfig" in target:
            yield "events.amazonaws.com", "", target["DeadLetterConfig"]["Arn"]


def _schedule(schedule: Properties, _: Deployment) -> Found:
    target = schedule["Target"]
    yield "scheduler.amazonaws.com", target["RoleArn"], target["Arn"]
    if "DeadLetterConfig" in target:
        yield "scheduler.amazonaws.com", target["RoleArn"], target["DeadLetterConfig"]["Arn"]


def _subscription(subscription: Properties, _: Deployment) -> Found:
    if subscription["Protocol"] not in PEOPLE:
        yield "sns.amazonaws.com", "", subscription["Endpoint"]
    if "RedrivePolicy" in subscription:
        yield "sns.amazonaws.com", "", subscription["RedrivePolicy"]["deadLetterTargetArn"]


def _bucket(bucket: Properties, _: Deployment) -> Found:
    for kind, target in (("Lambda", "Function"), ("Queue", "Queue"), ("Topic", "Topic")):
        for notification in bucket.get("NotificationConfiguration", {}).get(f"{kind}Configurations", ()):
            yield "s3.amazonaws.com", "", notification[target]


def _budget(budget: Properties, _: Deployment) -> Found:
    for notification in budget.get("NotificationsWithSubscribers", ()):
        for subscriber in notification["Subscribers"]:
            if subscriber["SubscriptionType"] == "SNS":  # otherwise AWS mails the address itself
                yield "budgets.amazonaws.com", "", subscriber["Address"]


def _method(method: Properties, _: Deployment) -> Found:
    uri = method["Integration"].get("Uri")
    if uri:
        (target,) = re.findall(r"functions/(\w+)", uri)
        yield "apigateway.amazonaws.com", method["Integration"].get("Credentials", ""), target


def _release(group: Properties, _: Deployment) -> Found:
    for trigger in group.get("TriggerConfigurations", ()):
        yield "codedeploy.amazonaws.com", group["ServiceRoleArn"], trigger["TriggerTargetArn"]


def _function(function: Properties, _: Deployment) -> Found:
    if "DeadLetterConfig" in function:
        yield "lambda.amazonaws.com", function["Role"], function["DeadLetterConfig"]["TargetArn"]


def _destinations(config: Properties, deployment: Deployment) -> Found:
    """Walk over what an invocation's outcome, or a stream's batch that failed, is sent to."""
    role = deployment.resources[logical_id_of(config["FunctionName"])]["Properties"]["Role"]
    if "EventSourceArn" in config:
        yield "lambda.amazonaws.com", role, config["EventSourceArn"]
    for outcome in config.get("DestinationConfig", {}).values():
        yield "lambda.amazonaws.com", role, outcome["Destination"]


def _machine(machine: Properties, _: Deployment) -> Found:
    for state in _states(json.loads(machine["DefinitionString"])):
        if state["Type"] == "Task":
            yield "states.amazonaws.com", machine["RoleArn"], *_called(state)


def _states(definition: Properties) -> Iterator[Properties]:
    for state in definition["States"].values():
        yield state
        for inner in (
            *state.get("Branches", ()),
            *([state["ItemProcessor"]] if "ItemProcessor" in state else ()),
        ):
            yield from _states(inner)


def _called(state: Properties) -> tuple[str, ...]:
    resource = state["Resource"]
    integration = resource.partition(":states:::")[2]
    if operation := re.fullmatch(r"aws-sdk:(\w+):(\w)(\w+)", integration):
        service, first, rest = operation.groups()
        return "*", f"{service}:{first.upper()}{rest}"
    assert not integration or integration in PARAMETERS, f"{resource}: teach tests/wiring what it calls"
    return (state["Parameters"][PARAMETERS[integration]] if integration else resource,)


WALKS: dict[str, Callable[[Properties, Deployment], Found]] = {
    "AWS::ApiGateway::Method": _method,
    "AWS::Budgets::Budget": _budget,
    "AWS::CloudWatch::Alarm": _alarm,
    "AWS::CloudWatch::CompositeAlarm": _alarm,
    "AWS::CodeDeploy::DeploymentGroup": _release,
    "AWS::Events::Rule": _rule,
    "AWS::Lambda::EventInvokeConfig": _destinations,
    "AWS::Lambda::EventSourceMapping": _destinations,
    "AWS::Lambda::Function": _function,
    "AWS::S3::Bucket": _bucket,
    "AWS::SNS::Subscription": _subscription,
    "AWS::Scheduler::Schedule": _schedule,
    "AWS::StepFunctions::StateMachine": _machine,
}
