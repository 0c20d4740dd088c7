"""Every role of every stage, and all that it may do: nothing may be added without being written here."""

import json
import re

import pytest

from tests.infrastructure.conftest import STAGES

LOG = ["logs:CreateLogStream", "logs:PutLogEvents"]
OWN = {"InferenceRole", "CanaryRole"}
# Of the CDK or of AWS, to the letter: their managed policies, and whether they have a policy of their own.
OTHERS = {
    "ApiRestApiCloudWatchRole": "AmazonAPIGatewayPushToCloudWatchLogs",
    "ReleaseDeploymentServiceRole": "AWSCodeDeployRoleForLambdaLimited",
    "CustomCDKBucketDeployment": "AWSLambdaBasicExecutionRole",
}
# Stage `local` releases at once, and `make up` uploads its page; of all stages only it collects reviews.
NOT_LOCAL = {"ReleaseDeploymentServiceRole", "CustomCDKBucketDeployment"}
LEARNERS = ["reviews/*", "decks/*", "due/*", "samples/*", "reports/athena/*"]
READ_BY_JOBS = [*LEARNERS, "models/*", "reports/*"]
MODELS = ["models/*", "reports/*"]
OPERATED = ["reports/runs/*", "models/*", "reports/moves/*"]
REPORTED = ["reports/quality/latest.json", "reports/quality/collected.json"]
NO_LOG = {"RetrainingMachineRole", "StudioOperatorRole"}  # Step Functions' own, and nothing that runs
TO_QUEUE = ("sqs:SendMessage sqs:GetQueueAttributes sqs:GetQueueUrl", ["FailedWork"], None)
COMMIT_TO_TABLE = [
    ("s3tables:GetTableBucket s3tables:GetNamespace", ["TableBucket"], None),
    (
        "s3tables:GetTable s3tables:GetTableMetadataLocation s3tables:GetTableData "
        "s3tables:UpdateTableMetadataLocation s3tables:PutTableData",
        ["TableReviews"],
        None,
    ),
]
# What the learning loop's roles, the memory's and the text function's may do, beside writing their own logs:
# actions, on what, with which prefix.
LEARNING = {
    "MemoryRole": [
        (
            "dynamodb:BatchGetItem dynamodb:ConditionCheckItem dynamodb:DeleteItem dynamodb:PutItem "
            "dynamodb:Query",
            ["Learners"],
            None,
        ),
        ("s3:GetObject", ["models/*"], None),
        ("s3:ListBucket", ["lake"], ["models/current.json", "models/*/model.*"]),
        ("s3:GetObject", ["reports/quality/latest.json"], None),
        ("s3:ListBucket", ["lake"], "reports/quality/latest.json"),
    ],
    "TextRole": [],
    "LoaderRole": [
        *COMMIT_TO_TABLE,
        ("lambda:InvokeFunction", ["LakeJobsFunction"], None),
        ("sqs:SendMessage", ["FailedWork"], None),
        TO_QUEUE,
        ("dynamodb:ListStreams", ["*"], None),
        ("dynamodb:DescribeStream dynamodb:GetRecords dynamodb:GetShardIterator", ["Learners Stream"], None),
    ],
    "LakeJobsRole": [
        TO_QUEUE,
        *COMMIT_TO_TABLE,
        ("dynamodb:Query dynamodb:Scan", ["Learners"], None),
        ("s3:GetObject", ["reviews/*", "decks/*", "due/*", *MODELS], None),
        ("s3:PutObject", ["decks/*", "due/*", "reports/*", "samples/*"], None),
        ("s3:DeleteObject", LEARNERS, None),
        ("s3:GetObjectVersion", ["decks/*", "due/*"], None),
        ("s3:DeleteObjectVersion", LEARNERS, None),
        ("s3:ListBucket", ["lake"], READ_BY_JOBS),
        ("s3:ListBucketVersions", ["lake"], LEARNERS),
    ],
    "TrainingJobsRole": [
        ("s3:GetObject", ["samples/*", *MODELS], None),
        ("s3:PutObject", MODELS, None),
        ("s3:ListBucket", ["lake"], ["samples/*", *MODELS]),
    ],
    "RetrainingMachineRole": [
        ("lambda:InvokeFunction", ["LakeJobsFunction", "LakeJobsFunction:*"], None),
        ("lambda:InvokeFunction", ["TrainingJobsFunction", "TrainingJobsFunction:*"], None),
        ("sns:Publish", ["RetrainingNews"], None),
        (
            "logs:CreateLogDelivery logs:GetLogDelivery logs:UpdateLogDelivery logs:DeleteLogDelivery "
            "logs:ListLogDeliveries logs:PutResourcePolicy logs:DescribeResourcePolicies "
            "logs:DescribeLogGroups",
            ["*"],
            None,
        ),
    ],
    "OperationsApiRole": [
        ("states:StartExecution", ["RetrainingMachine"], None),
        ("states:ListExecutions", ["RetrainingMachine"], None),
        ("states:DescribeExecution", ["executions of RetrainingMachine"], None),
        ("s3:GetObject", OPERATED, None),
        ("s3:PutObject", ["reports/moves/*"], None),
        ("s3:ListBucket", ["lake"], OPERATED),
        ("s3:GetObject", REPORTED, None),
        ("s3:ListBucket", ["lake"], REPORTED),
        ("cloudwatch:DescribeAlarms", ["*"], None),
        ("lambda:InvokeFunction", ["TrainingJobsFunction"], None),
    ],
    "StudioOperatorRole": [("execute-api:Invoke", ["OperationsApi"], None)],
}


def found(templates, kind):
    """Return the properties of all resources of a type, by logical id, whichever stack they are in."""
    return {
        logical_id: resource.get("Properties", {})
        for template in templates.values()
        for logical_id, resource in template["Resources"].items()
        if resource["Type"] == kind
    }


def start_of(logical_id):
    (start,) = [start for start in {*OWN, *OTHERS, *LEARNING} if logical_id.startswith(start)]
    return start


def actions_of(statement):
    """Return a statement's actions, as one text."""
    actions = statement["Action"]
    return actions if isinstance(actions, str) else " ".join(actions)


def resources_of(statement):
    """Return what a statement is about: prefixes of the lake, the lake itself, or a resource of the stack."""
    found = statement["Resource"]
    return [short(json.dumps(each)) for each in (found if isinstance(found, list) else [found])]


def short(text):
    if "DataLake" in text or "data-lake" in text:
        return text.rpartition('"/')[2].partition('"')[0] or "lake" if '"/' in text else "lake"
    if text == '"*"':
        return "*"
    if imported := re.search(r"GetStackOutput.*FnGetAtt([A-Za-z]+)[0-9A-F]{8}([A-Za-z]*?)Arn", text):
        return " ".join(filter(None, imported.groups()))
    if ":execute-api:" in text and text.endswith('*"]]}'):
        return "OperationsApi"
    (name,) = set(re.findall(r'"(?:Ref|Fn::GetAtt)": \[?"((?!AWS)[A-Za-z]+?)[0-9A-F]{8}"', text))
    if ":execution:" in text:
        return f"executions of {name}"
    return f"{name}:*" if '":*"' in text else name


@pytest.mark.parametrize("stage", STAGES)
def test_there_are_no_other_roles_than_these(templates, stage):
    roles = found(templates(stage), "AWS::IAM::Role")

    expected = {*OWN, *OTHERS, *LEARNING} - (NOT_LOCAL if stage == "local" else set(LEARNING))
    assert {start_of(logical_id) for logical_id in roles} == expected
    assert len(roles) == len(expected)
    assert not any("Policies" in role for role in roles.values())


@pytest.mark.parametrize("stage", STAGES)
def test_managed_policies_are_aws_own_and_none_is_on_our_functions(templates, stage):
    for logical_id, role in found(templates(stage), "AWS::IAM::Role").items():
        managed = json.dumps(role.get("ManagedPolicyArns", []))
        expected = OTHERS.get(start_of(logical_id))

        assert managed.count("arn:") == (1 if expected else 0)
        assert expected is None or f"/{expected}" in managed


@pytest.mark.parametrize("stage", STAGES)
def test_our_functions_may_do_exactly_this(templates, stage):
    policies = found(templates(stage), "AWS::IAM::Policy")
    statements = {
        start: policy["PolicyDocument"]["Statement"]
        for start in OWN
        for logical_id, policy in policies.items()
        if logical_id.startswith(start)
    }
    (bucket_arn,) = {
        json.dumps(s["Resource"]) for s in statements["InferenceRole"] if s["Action"] == "s3:ListBucket"
    }
    lake = json.loads(bucket_arn)
    log_of_function, log_of_canary = (
        statements[start][0]["Resource"] for start in ("InferenceRole", "CanaryRole")
    )

    assert statements["CanaryRole"] == [{"Action": LOG, "Effect": "Allow", "Resource": log_of_canary}]
    assert statements["InferenceRole"] == [
        {"Action": LOG, "Effect": "Allow", "Resource": log_of_function},
        {"Action": "s3:GetObject", "Effect": "Allow", "Resource": {"Fn::Join": ["", [lake, "/models/*"]]}},
        {
            "Action": "s3:ListBucket",
            "Condition": {"StringLike": {"s3:prefix": ["models/current.json", "models/*/model.*"]}},
            "Effect": "Allow",
            "Resource": lake,
        },
    ]
    assert "LakeBucket" in bucket_arn
    assert log_of_function["Fn::GetAtt"][0].startswith("InferenceLogs")
    assert log_of_canary["Fn::GetAtt"][0].startswith("CanaryLogs")


@pytest.mark.parametrize("role", LEARNING)
def test_learning_loop_may_do_exactly_this(templates, role):
    (policy,) = [
        policy
        for logical_id, policy in found(templates("local"), "AWS::IAM::Policy").items()
        if logical_id.startswith(role)
    ]
    statements = policy["PolicyDocument"]["Statement"]
    logs = [statement for statement in statements if statement["Action"] == LOG]
    others = [statement for statement in statements if statement not in logs]

    assert len(logs) == (0 if role in NO_LOG else 1)
    assert all(statement["Effect"] == "Allow" for statement in statements)
    assert [
        (actions_of(s), resources_of(s), next(iter(s.get("Condition", {}).values()), {}).get("s3:prefix"))
        for s in others
    ] == LEARNING[role]


@pytest.mark.parametrize("stage", STAGES)
def test_policies_are_only_on_the_roles_that_are_named_here(templates, stage):
    policies = found(templates(stage), "AWS::IAM::Policy")

    expected = OWN | (set(LEARNING) if stage == "local" else {"CustomCDKBucketDeployment"})
    assert {start_of(logical_id) for logical_id in policies} == expected
    assert not found(templates(stage), "AWS::IAM::ManagedPolicy")
    assert not found(templates(stage), "AWS::IAM::User")


@pytest.mark.parametrize("stage", STAGES)
def test_functions_are_called_by_gateway_and_events_of_this_deployment_alone(templates, stage):
    for permission in found(templates(stage), "AWS::Lambda::Permission").values():
        assert permission["Action"] == "lambda:InvokeFunction"
        assert permission["Principal"] in {"apigateway.amazonaws.com", "events.amazonaws.com"}
        assert permission["SourceArn"] != "*"
