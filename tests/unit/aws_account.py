"""A stand-in for an AWS account: boto3's real clients, whose requests are answered here."""

import re
from functools import cache

import boto3
from botocore.awsrequest import AWSResponse

from tools.doctor.cloud import Cloud
from tools.doctor.stage import Stage

READING = re.compile("(Describe|Get|List|Head|Assume)[A-Z]")
ACCOUNT, REGION = "123456789012", "eu-central-1"
PLACE = f"{ACCOUNT}-{REGION}"


class RefusedError(Exception):
    """A response that is an error: its code, and what it says."""

    def __init__(self, code, message=""):
        super().__init__(code)
        self.code, self.message = code, message


def no_stack(parameters):
    """Respond as CloudFormation does where there is no stack of the name."""
    raise RefusedError("ValidationError", f"Stack with id {parameters['StackName']} does not exist")


def no_role(parameters):
    """Respond as IAM does where there is no role of the name, but for the CDK's own."""
    if parameters["RoleName"] != f"cdk-hnb659fds-cfn-exec-role-{PLACE}":
        raise RefusedError("NoSuchEntity")
    return {"Role": {"RoleName": parameters["RoleName"], "Path": "/", "RoleId": "i", "Arn": "a"}}


# A new account that was bootstrapped as the README says.
FRESH = {
    "GetCallerIdentity": {"Account": ACCOUNT, "Arn": f"arn:aws:iam::{ACCOUNT}:user/owner"},
    "DescribeRegions": {"Regions": [{"RegionName": REGION, "OptInStatus": "opt-in-not-required"}]},
    "DescribeType": {"Type": "RESOURCE"},
    "GetParameter": {"Parameter": {"Value": "33"}},
    "HeadBucket": {},
    "DescribeRepositories": {"repositories": [{}]},
    "GetAccountSettings": {
        "AccountLimit": {"ConcurrentExecutions": 10, "UnreservedConcurrentExecutions": 10}
    },
    "ListDistributions": {"DistributionList": {"Quantity": 0}},
    "GetRole": no_role,
    "ListAttachedRolePolicies": {
        "AttachedPolicies": [{"PolicyArn": "arn:aws:iam::aws:policy/AdministratorAccess"}]
    },
    "GetAccount": {},
    "DescribeStacks": no_stack,
    "GetWorkGroup": RefusedError("InvalidRequestException", "WorkGroup is not found."),
    "ListDashboards": {"DashboardEntries": []},
    "ListTableBuckets": {"tableBuckets": []},
    "ListResponseHeadersPolicies": {"ResponseHeadersPolicyList": {"Quantity": 0}},
    "ListOriginAccessControls": {"OriginAccessControlList": {"Quantity": 0}},
    "ListBuckets": {"Buckets": []},
    "ListTables": {"TableNames": []},
    "ListFunctions": {"Functions": []},
    "DescribeVpcs": {"Vpcs": [{}]},
    "GetServiceQuota": {"Quota": {"Value": 5.0}},
    "GetAccountSummary": {"SummaryMap": {"Roles": 20, "RolesQuota": 1_000}},
}


CURRENT = []  # the account that requests go to is the last


@cache
def _session():
    """Return a session, which reads the services' models once for all accounts."""
    session = boto3.Session(aws_access_key_id="a", aws_secret_access_key="s")

    def keep_parameters(params, context, **_):
        context["parameters"] = params

    def respond(**call):
        return CURRENT[-1].respond(**call)

    session.events.register("before-parameter-build", keep_parameters)
    session.events.register("before-call", respond)
    return session


class Account:
    """One account: responses by operation, each a dictionary, an error, or a function of the parameters.

    Whatever isn't given is as in a fresh account. An operation that would change something is an error.
    """

    def __init__(self, region=REGION, **responses):
        self.responses = FRESH | responses
        self.called = []
        self.cloud = Cloud(_session(), region, None)
        CURRENT.append(self)

    def respond(self, model, context, **_):
        """Return the response to a call, in the place of a request."""
        assert READING.match(model.name), f"{model.name} would change the account"
        self.called.append(model.name)
        response = self.responses[model.name]
        try:
            if callable(response):
                response = response(context["parameters"])
            if isinstance(response, RefusedError):
                raise response
        except RefusedError as refused:
            error = {"Code": refused.code, "Message": refused.message}
            return AWSResponse("", 400, {}, None), {"Error": error, "ResponseMetadata": {}}
        return AWSResponse("", 200, {}, None), response | {"ResponseMetadata": {}}


def deployed(status="CREATE_COMPLETE", *, stacks=None):
    """Return the response to DescribeStacks where stacks are there: those named, or all."""

    def describe(parameters):
        if stacks is not None and parameters["StackName"] not in stacks:
            no_stack(parameters)
        return {"Stacks": [{"StackName": parameters["StackName"], "StackStatus": status}]}

    return describe


def contents(*resources):
    """Return the response to ListStackResources: tuples of type, logical and physical id."""
    return {
        "StackResourceSummaries": [
            {
                "ResourceType": kind,
                "LogicalResourceId": logical_id,
                "PhysicalResourceId": physical_id,
                "ResourceStatus": "CREATE_COMPLETE",
            }
            for kind, logical_id, physical_id in resources
        ]
    }


def stage_of(settings, *resources, has_images=False):
    """Return a stage of one stack, ``recall-prod-api``, with resources: tuples of type and properties."""
    template = {
        "Resources": {
            f"R{number}": {"Type": kind, "Properties": properties}
            for number, (kind, properties) in enumerate(resources)
        }
    }
    return Stage(settings, {"recall-prod-api": template}, bootstrap_version=6, has_images=has_images)
