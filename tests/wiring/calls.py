"""Every place in a deployment's templates that makes one service call another."""

import json
import re
from typing import NamedTuple

from tests.wiring.deployment import Deployment, logical_id_of
from tests.wiring.walks import WALKS

HERE = "AWS::Region:AWS::AccountId"
# What is done to a target of each type. A target of another type isn't known here, and fails the walk.
ACTIONS = {
    "AWS::SNS::Topic": "sns:Publish",
    "AWS::SQS::Queue": "sqs:SendMessage",
    "AWS::Lambda::Function": "lambda:InvokeFunction",
    "AWS::Lambda::Alias": "lambda:InvokeFunction",
    "AWS::StepFunctions::StateMachine": "states:StartExecution",
    "AWS::Batch::JobQueue": "batch:SubmitJob",
    "AWS::EMRServerless::Application": "emr-serverless:StartJobRun",
    "AWS::DynamoDB::Table": "dynamodb:GetRecords",  # of its stream
}
# How a condition on aws:SourceArn may write a source: beside its logical id, or the attribute Arn.
ARNS = {
    "AWS::CloudWatch::Alarm": f"arn:AWS::Partition:cloudwatch:{HERE}:alarm:{{source}}",
    "AWS::ApiGateway::Method": f"arn:AWS::Partition:execute-api:{HERE}:{{RestApiId}}/stage/GET/path",
    "AWS::StepFunctions::StateMachine": f"arn:AWS::Partition:states:{HERE}:stateMachine:{{source}}",
}
# Types whose resources name a target without calling it, such as in a policy, a graph or a variable.
CALL_NOTHING = {
    "AWS::ApplicationAutoScaling::ScalableTarget",
    "AWS::CloudWatch::Dashboard",
    "AWS::DynamoDB::Table",  # named by its own policy or replicas
    "AWS::IAM::Policy",
    "AWS::Lambda::Alias",
    "AWS::Lambda::Permission",
    "AWS::Lambda::Version",
    "AWS::SNS::TopicPolicy",
    "AWS::SQS::QueuePolicy",
    "Custom::CDKBucketDeployment",  # CloudFormation calls its functions with the deployer's own rights
    "Custom::Canary",
}


class Call(NamedTuple):
    """Something that a service does to a target.

    Attributes
    ----------
    source : str
        The logical id of the resource that names the target.
    service : str
        The service that acts, such as ``events.amazonaws.com``.
    role : str
        The logical id of the role that it acts by; empty if the target's own policy has to let it in.
    target : str
        The target's logical id, or ``*`` for an action that is on none of the deployment's resources.
    action : str
        The action that needs the permission.
    arn : str
        The source's ARN, written out.
    """

    source: str
    service: str
    role: str
    target: str
    action: str
    arn: str


def calls(deployment: Deployment) -> list[Call]:
    """Return all calls of a deployment.

    Raises
    ------
    AssertionError
        If a target is of an unknown type, or a resource of an unknown type names one.
    """
    found = []
    targets = {*deployment.of(*ACTIONS)}
    for source, resource in deployment.resources.items():
        kind, properties = resource["Type"], resource["Properties"]
        if kind in WALKS:
            arn = ARNS.get(kind, "{source}").format(source=source, **properties)
            for service, role, target, *actions in WALKS[kind](properties, deployment):
                action = actions[0] if actions else _action(deployment, source, target)
                ids = (source, service, logical_id_of(role), logical_id_of(target))
                found.append(Call(*ids, action, arn))
        elif kind not in CALL_NOTHING:
            named = targets & {*re.findall(r"\w+", json.dumps(properties))}
            assert not named, f"{source}, of the type {kind}, names {named}: teach tests/wiring what it does"
    return found


def _action(deployment: Deployment, source: str, target: str) -> str:
    kind = deployment.kind(target)
    assert kind in ACTIONS, f"{source} calls {target}, of the type {kind}: teach tests/wiring what that needs"
    return ACTIONS[kind]
