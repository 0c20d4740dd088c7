"""The memory: its table is kept and bounded, its role does what it must, and tenants' keys are its own."""

import json
import re

import pytest

from tests.infrastructure.conftest import PROJECT, new_app, only, resources, synthesized_stage

pytestmark = pytest.mark.slow

TENANTS = {"school-a": "a:", "school-b": "b:"}
TABLE = "AWS::DynamoDB::Table"


@pytest.fixture(scope="module")
def remembering():
    """Give the templates of prod with the memory and two tenants, by stack."""
    assembly = new_app("prod", memory=True, memory_retention_days=30, tenants=TENANTS, x_ray=True).synth()
    return {stack.id: stack.template for stack in assembly.stacks}


def test_table_is_keyed_by_learner_and_item_and_has_no_index(remembering):
    table = only(remembering["Memory"], TABLE)

    assert table["KeySchema"] == [
        {"AttributeName": "learner", "KeyType": "HASH"},
        {"AttributeName": "item", "KeyType": "RANGE"},
    ]
    assert {each["AttributeType"] for each in table["AttributeDefinitions"]} == {"S"}
    assert not table.keys() & {"GlobalSecondaryIndexes", "LocalSecondaryIndexes"}
    assert table["TimeToLiveSpecification"] == {"AttributeName": "expires_at", "Enabled": True}
    assert table["StreamSpecification"] == {"StreamViewType": "NEW_AND_OLD_IMAGES"}


@pytest.mark.parametrize(
    ("stage", "policy", "protected"), [("prod", "Retain", True), ("local", "Delete", False)]
)
def test_table_outlives_its_stack_everywhere_but_in_the_local_cloud(stage, policy, protected):
    template = synthesized_stage(stage, memory=True)["Memory"]
    (table,) = [each for each in template["Resources"].values() if each["Type"] == TABLE]

    assert table["DeletionPolicy"] == table["UpdateReplacePolicy"] == policy
    assert table["Properties"]["DeletionProtectionEnabled"] is protected
    assert table["Properties"]["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}


def test_table_is_billed_by_use_up_to_what_the_throttle_lets_through(remembering):
    table = only(remembering["Memory"], TABLE)

    assert table["BillingMode"] == "PAY_PER_REQUEST"
    assert table["OnDemandThroughput"] == {
        "MaxWriteRequestUnits": 100 * 20,
        "MaxReadRequestUnits": 100 * 100,
    }


def actions_of_the_code():
    """Return DynamoDB's actions that the memory's table calls; a transaction has those of what is in it."""
    source = (PROJECT / "lambda_src" / "memory" / "table.py").read_text(encoding="utf-8")
    calls = set(re.findall(r'\.call\(\s*"(\w+)"', source))
    assert "TransactWriteItems" in calls
    writes = re.findall(r'{"(Put|Update|Delete|ConditionCheck)": ', source)
    return calls - {"TransactWriteItems"} | {f"{write}Item" for write in writes}


def test_role_reads_and_writes_items_of_the_one_table_and_reads_models():
    template = synthesized_stage("prod", memory=True)["Memory"]
    (table,) = [name for name, each in template["Resources"].items() if each["Type"] == TABLE]
    policy = only(template, "AWS::IAM::Policy")
    log, items, models, listing = policy["PolicyDocument"]["Statement"]

    assert log["Action"] == ["logs:CreateLogStream", "logs:PutLogEvents"]
    assert items["Resource"] == {"Fn::GetAtt": [table, "Arn"]}
    assert set(items["Action"]) == {f"dynamodb:{action}" for action in actions_of_the_code()}
    assert (models["Action"], models["Resource"]["Fn::Join"][1][-1]) == ("s3:GetObject", "/models/*")
    # A missing pointer or model is told from a forbidden one by listing its key.
    listed = {"StringLike": {"s3:prefix": ["models/current.json", "models/*/model.*"]}}
    assert (listing["Action"], listing["Condition"]) == ("s3:ListBucket", listed)


def test_function_has_what_its_handler_reads_and_the_layer_of_owners_models(remembering):
    function = only(remembering["Memory"], "AWS::Lambda::Function")
    environment = function["Environment"]["Variables"]

    assert (function["Handler"], function["MemorySize"]) == ("memory.handler.handler", 1024)
    assert set(environment) == {
        *("MEMORY_TABLE", "MEMORY_RETENTION_DAYS", "TENANTS"),
        *("MODEL_BUCKET", "MODEL_REFRESH_SECONDS", "METRICS_NAMESPACE", "STAGE"),
        *("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"),
    }
    assert environment["MEMORY_RETENTION_DAYS"] == "30"
    assert len(function["Layers"]) == 1
    assert 8 + 6 < function["Timeout"] < 29  # the model, then the store


def test_function_has_the_memory_for_every_model_that_the_inference_function_serves():
    template = synthesized_stage("prod", memory=True, memory_mb=4_096)["Memory"]

    assert only(template, "AWS::Lambda::Function")["MemorySize"] == 4_096


def test_function_knows_how_far_each_tenants_key_reaches(remembering):
    template = remembering["Memory"]
    keys = {
        each["Properties"]["Description"].split()[-1]: name
        for name, each in template["Resources"].items()
        if each["Type"] == "AWS::ApiGateway::ApiKey"
    }
    known = only(template, "AWS::Lambda::Function")["Environment"]["Variables"]["TENANTS"]["Fn::Join"][1]
    text = "".join(part if isinstance(part, str) else part["Ref"] for part in known)

    assert json.loads(text) == {keys[tenant]: prefix for tenant, prefix in TENANTS.items()}


def test_tenants_keys_have_the_usage_plan_that_the_owners_has(remembering):
    keys = resources(remembering["Api"], "AWS::ApiGateway::UsagePlanKey")
    (plan,) = [
        n for n, r in remembering["Api"]["Resources"].items() if r["Type"] == "AWS::ApiGateway::UsagePlan"
    ]

    assert len(keys) == 1 + len(TENANTS)
    assert all(each["UsagePlanId"] == {"Ref": plan} for each in keys)
    assert len({json.dumps(each["KeyId"]) for each in keys}) == len(keys)


def test_where_learners_are_in_paths_the_api_is_not_traced_since_segments_hold_urls(remembering):
    traced = [
        only(remembering["Memory"], "AWS::Lambda::Function")["TracingConfig"]["Mode"],
        only(remembering["Api"], "AWS::ApiGateway::Stage")["TracingEnabled"],
    ]

    assert traced == ["Active", False]
    assert (
        only(synthesized_stage("prod", x_ray=True)["Api"], "AWS::ApiGateway::Stage")["TracingEnabled"] is True
    )


@pytest.mark.parametrize(("stage", "without"), [("local", set()), ("dev", {"Memory"}), ("prod", {"Memory"})])
def test_stack_is_there_where_learners_are_remembered_or_reviews_collected(stage, without):
    forgetting = {stack.id for stack in new_app(stage, memory=False, tenants={}).synth().stacks}

    assert synthesized_stage(stage, memory=True).keys() - forgetting == without


def test_image_of_the_memory_runs_its_own_handler():
    template = synthesized_stage("prod", memory=True, packaging="image")["Memory"]
    function = only(template, "AWS::Lambda::Function")

    assert function["PackageType"] == "Image"
    assert function["ImageConfig"] == {"Command": ["memory.handler.handler"]}
