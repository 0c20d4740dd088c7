"""The memory's role may do to the one table what the code does, and nothing to anything else."""

import pytest

from tests.e2e.least_privilege.conftest import Guarded
from tests.e2e.least_privilege.test_permissions import DENIED, HIDDEN, READS, WRITES, attempt

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

KEY = {"learner": {"S": "ann"}, "item": {"S": "#"}}
OTHER_KEY = {"learner": {"S": "ann"}, "item": {"S": "card#gato"}}
LEARNER = {
    "KeyConditionExpression": "learner = :learner",
    "ExpressionAttributeValues": {":learner": {"S": "ann"}},
}
PER_TABLE = (
    ("query", LEARNER),
    ("put_item", {"Item": KEY}),
    ("delete_item", {"Key": KEY}),
)
MAY_NOT = (
    ("get_item", {"Key": KEY}),
    ("update_item", {"Key": KEY}),
    ("scan", {}),
    ("describe_table", {}),
    ("update_table", {"DeletionProtectionEnabled": False}),
    ("delete_table", {}),
    ("update_time_to_live", {"TimeToLiveSpecification": {"Enabled": False, "AttributeName": "expires_at"}}),
)


@pytest.fixture(scope="module")
def table(guarded: Guarded) -> str:
    """Give the table's name."""
    return guarded.outputs["recall-local-memory"]["Table"]


@pytest.fixture(scope="module")
def as_memory(guarded: Guarded) -> dict[str, str]:
    """Give temporary credentials of the memory's role."""
    return guarded.home.assume(guarded.roles()[3])


@pytest.mark.parametrize(("operation", "arguments"), PER_TABLE)
def test_memory_may_read_and_write_items_of_its_table_and_of_no_other(
    guarded, as_memory, table, operation, arguments
):
    dynamodb, owner = guarded.home.client("dynamodb", as_memory), guarded.home.client("dynamodb")
    other = f"other-{operation.replace('_', '-')}"
    owner.create_table(
        TableName=other,
        KeySchema=[
            {"AttributeName": "learner", "KeyType": "HASH"},
            {"AttributeName": "item", "KeyType": "RANGE"},
        ],
        AttributeDefinitions=[{"AttributeName": n, "AttributeType": "S"} for n in ("learner", "item")],
        BillingMode="PAY_PER_REQUEST",
    )

    assert attempt(dynamodb, operation, TableName=table, **arguments) == "ok"
    assert attempt(owner, operation, TableName=other, **arguments) == "ok"
    assert attempt(dynamodb, operation, TableName=other, **arguments) in DENIED


def test_memory_may_read_items_together_and_write_them_in_one_transaction(guarded, as_memory, table):
    dynamodb = guarded.home.client("dynamodb", as_memory)
    condition = {"TableName": table, "Key": KEY, "ConditionExpression": "attribute_exists(learner)"}
    writes = (
        [{"Put": {"TableName": table, "Item": KEY}}, {"Put": {"TableName": table, "Item": OTHER_KEY}}],
        [{"ConditionCheck": condition}, {"Delete": {"TableName": table, "Key": OTHER_KEY}}],
    )

    assert [attempt(dynamodb, "transact_write_items", TransactItems=write) for write in writes] == ["ok"] * 2
    assert attempt(dynamodb, "batch_get_item", RequestItems={table: {"Keys": [KEY, OTHER_KEY]}}) == "ok"


@pytest.mark.parametrize(("operation", "arguments"), MAY_NOT)
def test_memory_may_neither_read_the_whole_table_nor_change_the_table_itself(
    guarded, as_memory, table, operation, arguments
):
    dynamodb = guarded.home.client("dynamodb", as_memory)

    assert attempt(dynamodb, operation, TableName=table, **arguments) in DENIED


def test_memory_may_read_models_and_nothing_else_of_the_lake(guarded, as_memory):
    s3, bucket = guarded.home.client("s3", as_memory), guarded.service.bucket

    assert {attempt(s3, operation, Bucket=bucket, **given) for operation, given in READS} == {"ok"}
    assert {attempt(s3, operation, Bucket=bucket, **given) for operation, given in HIDDEN + WRITES} <= DENIED


@pytest.mark.parametrize("index", [0, 1, 2], ids=["gateway", "canary", "inference"])
def test_no_other_role_may_touch_the_table(guarded, table, index):
    dynamodb = guarded.home.client("dynamodb", guarded.home.assume(guarded.roles()[index]))

    results = {
        attempt(dynamodb, operation, TableName=table, **given) for operation, given in PER_TABLE + MAY_NOT
    }

    assert results <= DENIED
