"""Checks of the roles that AWS's services have in an account."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from tools.doctor.cloud import Cloud, code_of, pages
from tools.doctor.finding import Finding, cannot_tell, ok, will_fail

if TYPE_CHECKING:
    from tools.doctor.stage import Stage  # starts Node, which may be missing

ADMINISTRATOR = "policy/AdministratorAccess"
ACCOUNT_SETTING = "AWS::ApiGateway::Account"
# How CloudFormation names the role of an API's stack of any stage: the stack's name comes first.
OUR_ROLE = re.compile("recall-[a-z0-9-]+-api-")
# Roles that AWS makes when a resource first needs them, if the deployment may: by the resource's type the
# role's name and its service, from each service's page on service-linked roles, such as
# https://docs.aws.amazon.com/batch/latest/userguide/using-service-linked-roles.html
LINKED_ROLES = {
    "AWS::ApiGateway::RestApi": ("AWSServiceRoleForAPIGateway", "ops.apigateway.amazonaws.com"),
    "AWS::ApplicationAutoScaling::ScalableTarget": (
        "AWSServiceRoleForApplicationAutoScaling_LambdaConcurrency",
        "lambda.application-autoscaling.amazonaws.com",
    ),
    "AWS::Batch::ComputeEnvironment": ("AWSServiceRoleForBatch", "batch.amazonaws.com"),
    "AWS::EMRServerless::Application": (
        "AWSServiceRoleForAmazonEMRServerless",
        "ops.emr-serverless.amazonaws.com",
    ),
}


def check_linked_roles(cloud: Cloud, stage: Stage) -> Finding:
    """Check the roles that AWS itself makes, or has to be allowed to make."""
    iam = cloud.client("iam")
    missing = []
    for kind in sorted(set(stage.kinds()) & LINKED_ROLES.keys()):
        role, service = LINKED_ROLES[kind]
        if not _role_exists(iam, role):
            missing.append((role, service))
    names = ", ".join(role for role, _ in missing)
    if not missing:
        return ok("all are there")
    if _deployment_is_administrator(cloud):
        return ok(f"AWS will make {names}")
    commands = " ".join(
        f"`aws iam create-service-linked-role --aws-service-name {service}`" for _, service in missing
    )
    return cannot_tell(f"{names} must be made, which the role that deploys may not be allowed to", commands)


def _role_exists(iam: Any, name: str) -> bool:
    try:
        iam.get_role(RoleName=name)
    except ClientError as error:
        if code_of(error) in {"NoSuchEntity", "NoSuchEntityException"}:
            return False
        raise
    return True


def _deployment_is_administrator(cloud: Cloud) -> bool:
    """Tell whether the role that CloudFormation deploys as may do everything.

    `cdk bootstrap` gives it AdministratorAccess, unless it is told to give something else.
    """
    name = f"cdk-hnb659fds-cfn-exec-role-{cloud.account}-{cloud.region}"
    if not _role_exists(cloud.client("iam"), name):
        return True
    attached = pages(cloud.client("iam"), "list_attached_role_policies", "AttachedPolicies", RoleName=name)
    return any(policy["PolicyArn"].endswith(ADMINISTRATOR) for policy in attached)


def check_api_role(cloud: Cloud, stage: Stage) -> Finding:
    """Check the one role that API Gateway logs with, and whose it is."""
    arn = cloud.client("apigateway").get_account().get("cloudwatchRoleArn")
    name = arn.rpartition("/")[2] if arn else ""
    there = bool(name) and _role_exists(cloud.client("iam"), name)
    if stage.settings.api_gateway_role == "existing":
        if there:
            return ok(f"the account's {name} stays")
        return will_fail(
            f"the account's role {arn} is gone"
            if name
            else "the account has no role, and the API's log needs one",
            'set api_gateway_role to "own", or set a role in the account '
            "(https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html)",
        )
    if not there:
        return ok("the account has none: the stage makes one")
    if OUR_ROLE.match(name):
        return ok(f"the account's is a stage's of this project ({name})")
    if any(each.kind == ACCOUNT_SETTING for each in cloud.stack_resources(stage.stack_name("api"))):
        return ok(f"the account was given {name} since; an update leaves it")
    return will_fail(
        f"the account has {arn}, which the deployment would replace for every API in {cloud.region}",
        'set api_gateway_role to "existing", which leaves it',
    )
