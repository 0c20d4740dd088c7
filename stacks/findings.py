"""cdk-nag's findings that are accepted, each with its reason, at the construct where it arises."""

import json
from collections.abc import Mapping

import aws_cdk as cdk
from constructs import Construct, IConstruct


def accept(construct: IConstruct, reasons: Mapping[str, str]) -> None:
    """Accept findings on a construct and on everything below it.

    Parameters
    ----------
    construct : constructs.IConstruct
        The narrowest one that has the findings.
    reasons : mapping of str to str
        Why each is right here, by the finding's id: that of the rule, such as ``AwsSolutions-L1``, and in
        brackets behind it what was found, where the rule says so. cdk-nag wants it to the letter.
    """
    acknowledgments = [
        # The namespace is the rule pack's name, with which each of its ids begins.
        cdk.Acknowledgment(id=f"{finding.partition('-')[0]}::{finding}", reason=reason)
        for finding, reason in reasons.items()
    ]
    cdk.Validations.of(construct).acknowledge(*acknowledgments)


def wildcard(resource: str) -> str:
    """Return the id of the finding that a policy's resource has a wildcard.

    Parameters
    ----------
    resource : str
        The resource as cdk-nag writes it: ``<…>`` stands for a reference, see `arn_of` and `import_of`.
    """
    return f"AwsSolutions-IAM5[Resource::{resource}]"


def aws_policy(name: str) -> str:
    """Return the id of the finding that a role has one of AWS's managed policies.

    Parameters
    ----------
    name : str
        The policy's path and name, such as ``service-role/AWSLambdaBasicExecutionRole``.
    """
    return f"AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/{name}]"


def logical_id(construct: IConstruct) -> str:
    """Return the logical id of the resource that a construct stands for; it ends in a hash of the path."""
    resource = construct.node.default_child
    if not isinstance(resource, cdk.CfnElement):
        raise TypeError(f"{construct.node.path} stands for no single resource")
    return cdk.Stack.of(construct).get_logical_id(resource)


def arn_of(construct: IConstruct) -> str:
    """Return how cdk-nag writes the ARN of a resource in the policies of its own stack."""
    return f"<{logical_id(construct)}.Arn>"


def import_of(construct: IConstruct, arn: str) -> str:
    """Return how cdk-nag writes a resource's ARN in the policies of other stacks: as a read of an output.

    Parameters
    ----------
    construct : constructs.IConstruct
        The resource.
    arn : str
        Its ARN, a token.
    """
    stack = cdk.Stack.of(construct)
    # The same output, at the same path, as a reference from another stack makes by itself.
    outputs = stack.node.try_find_child("Publish")
    if not isinstance(outputs, Construct):
        outputs = Construct(stack, "Publish")
    name = f"Output{json.dumps(stack.resolve(arn), separators=(',', ':'))}"
    output = outputs.node.try_find_child(name)
    if not isinstance(output, cdk.CfnOutput):
        output = cdk.CfnOutput(outputs, name, value=arn)
    read = cdk.Fn.get_stack_output(stack.stack_name, stack.get_logical_id(output), stack.region)
    return json.dumps(stack.resolve(read), separators=(",", ":"))
