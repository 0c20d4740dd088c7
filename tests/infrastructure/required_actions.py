"""Which IAM actions a role needs: for what its code calls, and for what AWS itself does under the role."""

import json
import re
from collections.abc import Iterator
from typing import Any

from tests.infrastructure.aws_calls import Call, operations

# IAM's names of services, where boto3's are others.
PREFIXES = {"stepfunctions": "states"}
# Operations whose actions have other names. S3:
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
# DynamoDB's transactions need the actions of what is in them:
# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html
# Iceberg's REST operations, of which PyIceberg loads the configuration and the table, and updates it:
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-tables-integrating-open-source.html
READ_TABLE = ("s3tables:GetTableMetadataLocation", "s3tables:GetTableData")
COMMIT = (*READ_TABLE, "s3tables:UpdateTableMetadataLocation", "s3tables:PutTableData")
ACTIONS: dict[tuple[str, str], tuple[str, ...]] = {
    # Many operations in one, all of which PutObject allows, but for the end of what fails: that is left to
    # the bucket's lifecycle rule. https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html
    ("s3", "upload_fileobj"): ("s3:PutObject",),
    ("s3", "delete_object_version"): ("s3:DeleteObjectVersion",),
    ("s3", "delete_objects"): ("s3:DeleteObject",),
    ("s3", "get_object_version"): ("s3:GetObjectVersion",),
    ("s3", "head_object"): ("s3:GetObject",),
    ("s3", "list_object_versions"): ("s3:ListBucketVersions",),
    ("s3", "list_objects_v2"): ("s3:ListBucket",),
    ("lambda", "invoke"): ("lambda:InvokeFunction",),
    # https://docs.aws.amazon.com/cost-management/latest/userguide/billing-permissions-ref.html
    ("budgets", "describe_budget"): ("budgets:ViewBudget",),
    ("dynamodb", "condition_check_item"): ("dynamodb:ConditionCheckItem",),
    ("dynamodb", "transact_write_items"): (),
    ("iceberg", "load_table"): ("s3tables:GetTableBucket", *READ_TABLE),
    ("iceberg", "io"): READ_TABLE,
    ("iceberg", "refresh"): READ_TABLE,
    ("iceberg", "scan"): READ_TABLE,
    ("iceberg", "delete"): COMMIT,
    ("iceberg", "maintenance"): COMMIT,
    ("iceberg", "transaction"): COMMIT,
    **{
        ("iceberg", known): ()  # of what was loaded
        for known in ("current_snapshot", "location", "metadata", "schema", "snapshots")
    },
}
LOG = {"logs:CreateLogStream", "logs:PutLogEvents"}
# https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html
TRACES = {"xray:PutTraceSegments", "xray:PutTelemetryRecords"}
# https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-create.html
READ_STREAM = {
    f"dynamodb:{name}" for name in ("DescribeStream", "GetRecords", "GetShardIterator", "ListStreams")
}
# https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html
MACHINE_LOG = {
    *("logs:CreateLogDelivery", "logs:GetLogDelivery", "logs:UpdateLogDelivery", "logs:DeleteLogDelivery"),
    *("logs:ListLogDeliveries", "logs:PutResourcePolicy", "logs:DescribeResourcePolicies"),
    "logs:DescribeLogGroups",
}
# https://docs.aws.amazon.com/step-functions/latest/dg/xray-iam.html
MACHINE_TRACES = TRACES | {"xray:GetSamplingRules", "xray:GetSamplingTargets"}
WATCH_BY_EVENTS = {"events:PutTargets", "events:PutRule", "events:DescribeRule"}
# What the states of a machine do, by their resource, such as ``arn:aws:states:::sns:publish``:
# https://docs.aws.amazon.com/step-functions/latest/dg/service-integration-iam-templates.html
STATES = {
    "sns:publish": {"sns:Publish"},
    "lambda:invoke": {"lambda:InvokeFunction"},
    "batch:submitJob.sync": WATCH_BY_EVENTS | {"batch:SubmitJob", "batch:DescribeJobs", "batch:TerminateJob"},
    "emr-serverless:startJobRun.sync": WATCH_BY_EVENTS
    | {f"emr-serverless:{name}" for name in ("StartJobRun", "GetJobRun", "CancelJobRun")}
    | {"iam:PassRole"},
}
# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html
PULL_IMAGE = {
    *("ecr:GetAuthorizationToken", "ecr:BatchCheckLayerAvailability", "ecr:GetDownloadUrlForLayer"),
    "ecr:BatchGetImage",
}
AWS_SDK = "aws-sdk:"  # https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html

Template = dict[str, Any]


def actions_of(call: Call) -> tuple[str, ...]:
    """Return the IAM actions that a call needs.

    Raises
    ------
    LookupError
        If it isn't known: not an operation of boto3's, and not in `ACTIONS`.
    """
    if call[:2] in ACTIONS:
        return ACTIONS[call.service, call.operation]
    if call.operation not in operations(call.service):
        raise LookupError(f"{call.where}: {call.service} has no operation {call.operation}")
    name = "".join(word.title() for word in call.operation.split("_"))
    return (f"{PREFIXES.get(call.service, call.service)}:{name}",)


def roles_own(template: Template) -> Iterator[tuple[str, set[str]]]:
    """Yield what AWS does under the roles of a template: logical ids of roles, and actions."""
    resources: dict[str, Template] = template["Resources"]
    role_of = {
        name: each["Properties"]["Role"]["Fn::GetAtt"][0]
        for name, each in resources.items()
        if each["Type"] == "AWS::Lambda::Function" and "Role" in each["Properties"]
    }
    for name, each in resources.items():
        properties = each.get("Properties", {})
        match each["Type"]:
            case "AWS::Lambda::Function" if name in role_of:
                yield role_of[name], LOG | (TRACES if "TracingConfig" in properties else set())
            case "AWS::Lambda::EventSourceMapping":
                failed = {"sqs:SendMessage"} if "DestinationConfig" in properties else set()
                yield role_of[properties["FunctionName"]["Ref"]], READ_STREAM | failed
            case "AWS::Lambda::EventInvokeConfig" if "DestinationConfig" in properties:
                yield role_of[properties["FunctionName"]["Ref"]], {"sqs:SendMessage"}
            case "AWS::StepFunctions::StateMachine":
                traced = MACHINE_TRACES if properties["TracingConfiguration"]["Enabled"] else set()
                yield properties["RoleArn"]["Fn::GetAtt"][0], _of_states(properties) | MACHINE_LOG | traced
            case "AWS::Events::Rule":
                for target in properties.get("Targets", []):
                    if "RoleArn" in target:
                        yield target["RoleArn"]["Fn::GetAtt"][0], {"states:StartExecution"}
            case "AWS::Batch::JobDefinition":
                container = properties["ContainerProperties"]
                yield container["ExecutionRoleArn"]["Fn::GetAtt"][0], LOG | PULL_IMAGE


def _of_states(machine: Template) -> set[str]:
    text = json.dumps(machine["DefinitionString"])
    found = set()
    for resource in set(re.findall(r":states:::([\w:.-]+)", text)):
        if resource.startswith(AWS_SDK):
            service, operation = resource.removeprefix(AWS_SDK).split(":")
            found.add(f"{service}:{operation[0].upper()}{operation[1:]}")
        else:
            found |= STATES[resource]
    is_function = re.search(r'\\"Resource\\":\\"", \{"Fn::GetAtt": \["\w+Function', text)
    return found | ({"lambda:InvokeFunction"} if is_function else set())
