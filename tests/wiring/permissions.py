"""Whether a deployment's policies let a call through, as IAM evaluates them.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html: one statement has
to allow it, and none may deny it. What isn't understood is an error.
"""

import re
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any

from stacks.service_metrics import METRICS_NAMESPACE
from tests.wiring.calls import Call
from tests.wiring.deployment import Deployment, logical_id_of, some

Statement = Mapping[str, Any]
# https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html#compatibility-with-aws-services
KEY_ACTIONS = ("kms:Decrypt", "kms:GenerateDataKey")
SAME = {"StringEquals", "StringLike", "ArnEquals", "ArnLike", "Bool"}  # with wildcards or without


def refusal(deployment: Deployment, call: Call) -> str:
    """Return why a call isn't let through; an empty text if it is."""
    name = f"{call.source}: {call.action} by {call.role or call.service} on {call.target}"
    own = list(_policy_of_target(deployment, call.target))
    allowing = list(_policies_of_role(deployment, call.role)) if call.role else own
    if call.role and not _matching(list(_trust(deployment, call.role)), call, "sts:AssumeRole", "Allow"):
        return f"{name}: {call.service} may not assume the role"
    if not _matching(allowing, call, call.action, "Allow"):
        return f"{name}: nothing allows it"
    if _matching([*own, *allowing], call, call.action, "Deny"):
        return f"{name}: a statement denies it"
    key = deployment.resources.get(call.target, {"Properties": {}})["Properties"].get("KmsMasterKeyId")
    if key is not None:
        statements = allowing if call.role else list(_policy_of_key(deployment, key))
        if not all(_matching(statements, call, action, "Allow", key) for action in KEY_ACTIONS):
            return f"{name}: it may not use the key {key}"
    return ""


def _matching(
    statements: list[Statement],
    call: Call,
    action: str,
    effect: str,
    resource: str = "",
) -> list[Statement]:
    return [
        statement
        for statement in statements
        if statement["Effect"] == effect
        and _is_about(statement, call, action, logical_id_of(resource or call.target))
    ]


def _is_about(statement: Statement, call: Call, action: str, target: str) -> bool:
    unknown = statement.keys() - {"Sid", "Effect", "Principal", "Action", "Resource", "Condition"}
    assert not unknown, f"teach tests/wiring what {unknown} of a statement mean"
    return (
        _is_by(statement.get("Principal", "*"), call.service)
        and any(fnmatchcase(action.lower(), each.lower()) for each in some(statement["Action"]))
        and any(_fits(each, target) for each in some(statement.get("Resource", "*")))
        and all(_holds(operator, keys, call) for operator, keys in statement.get("Condition", {}).items())
    )


def _fits(resource: str, target: str) -> bool:
    """Tell whether a policy's resource is the target itself, by any attribute, and not something below it."""
    return resource == "*" or re.fullmatch(rf"{re.escape(target)}(\.\w+)?", resource) is not None


def _is_by(principal: str | Mapping[str, Any], service: str) -> bool:
    if principal in ("*", {"AWS": "*"}):
        return True
    assert not isinstance(principal, str)
    return service in some(principal.get("Service", []))


def _holds(operator: str, keys: Mapping[str, Any], call: Call) -> bool:
    known = {
        "aws:SourceAccount": ["AWS::AccountId"],
        "aws:SourceArn": [call.arn, call.source, f"{call.source}.Arn"],
        "aws:SecureTransport": ["true"],  # AWS's services call each other over TLS
        "cloudwatch:namespace": [METRICS_NAMESPACE],  # all that is written is in this one
    }
    assert operator in SAME, f"teach tests/wiring the operator {operator}"
    assert keys.keys() <= known.keys(), f"teach tests/wiring the condition keys {[*keys]}"
    return all(
        any(fnmatchcase(value, pattern) for value in known[key] for pattern in some(values))
        for key, values in keys.items()
    )


def _policy_of_target(deployment: Deployment, target: str) -> Iterator[Statement]:
    for kind, names in (("AWS::SNS::TopicPolicy", "Topics"), ("AWS::SQS::QueuePolicy", "Queues")):
        for policy in deployment.of(kind).values():
            if target in map(logical_id_of, policy[names]):
                yield from policy["PolicyDocument"]["Statement"]
    for permission in deployment.of("AWS::Lambda::Permission").values():
        if logical_id_of(permission["FunctionName"]) == target:
            keys = {"SourceArn": "aws:SourceArn", "SourceAccount": "aws:SourceAccount"}
            yield {
                "Effect": "Allow",
                "Principal": {"Service": permission["Principal"]},
                "Action": permission["Action"],
                "Condition": {
                    "ArnLike": {key: permission[name] for name, key in keys.items() if name in permission}
                },
            }


def _policies_of_role(deployment: Deployment, role: str) -> Iterator[Statement]:
    for policy in deployment.of("AWS::IAM::Policy").values():
        if role in map(logical_id_of, policy["Roles"]):
            yield from policy["PolicyDocument"]["Statement"]


def _trust(deployment: Deployment, role: str) -> Iterator[Statement]:
    yield from deployment.resources[role]["Properties"]["AssumeRolePolicyDocument"]["Statement"]


def _policy_of_key(deployment: Deployment, key: str) -> Iterator[Statement]:
    """Yield the statements of a key of the deployment; the policy of AWS's own keys lets no service in."""
    resource = deployment.resources.get(logical_id_of(key))
    yield from resource["Properties"]["KeyPolicy"]["Statement"] if resource else ()
