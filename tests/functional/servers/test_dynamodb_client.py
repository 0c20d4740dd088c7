"""What the memory's client expects of DynamoDB, asked of two implementations: the local cloud and moto.

moto 5.2.5 has no limit of a transaction's size and takes no notice of its token, the local cloud none of a
batch's size. DynamoDB has all three: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/.
"""

from base64 import b64encode

import pytest

from memory.dynamodb import DynamoDB
from memory.errors import ConflictError, StoreError
from tests.functional.dynamodb import Tables, memory_environment

MOST_ITEMS = 100  # in a transaction, or in a batch that is read
LARGE = b64encode(b"x" * 300_000).decode()


class Store:
    """A client with a new table of the memory.

    Attributes
    ----------
    tables : Tables
        The DynamoDB.
    table : str
        The table's name.
    """

    def __init__(self, tables: Tables) -> None:
        self.tables, self.table = tables, tables.create()
        self._client = DynamoDB(memory_environment(self.table, tables.url))
        self.close = self._client.close

    def call(self, operation, **parameters):
        """Call an operation of the table's."""
        return self._client.call(operation, {"TableName": self.table} | parameters)

    def transact(self, *writes, token=None):
        """Do writes, each (kind, parameters), in one transaction."""
        items = [{kind: {"TableName": self.table} | parameters} for kind, parameters in writes]
        named = {"ClientRequestToken": token} if token else {}
        return self._client.call("TransactWriteItems", {"TransactItems": items} | named)

    def read(self, *keys):
        """Return the items of a batch and the keys that weren't read, by the items' names."""
        found = self._client.call("BatchGetItem", {"RequestItems": {self.table: {"Keys": list(keys)}}})
        unread = found.get("UnprocessedKeys", {}).get(self.table, {}).get("Keys", [])
        return found["Responses"][self.table], unread

    def items(self):
        """Return all that the table has, by the items' names, without boto3's types."""
        return {item["item"]["S"]: item for item in self.tables.items(self.table)}


@pytest.fixture(params=["local cloud", "moto"])
def store(request):
    local = request.param == "local cloud"
    made = request.getfixturevalue("tables") if local else Tables(request.getfixturevalue("moto_url"))
    store = Store(made)
    yield store
    store.close()


def key(name, learner="ada"):
    return {"learner": {"S": learner}, "item": {"S": name}}


def put(name, version="1", **attributes):
    return "Put", {"Item": key(name) | {"version": {"N": version}} | attributes}


def new(name):
    kind, parameters = put(name)
    return kind, parameters | {"ConditionExpression": "attribute_not_exists(learner)"}


def at(version):
    """Return the condition that an item still has a version."""
    return {
        "ConditionExpression": "#version = :version",
        "ExpressionAttributeNames": {"#version": "version"},
        "ExpressionAttributeValues": {":version": {"N": version}},
    }


def test_item_is_read_as_it_was_put(store):
    item = key("card#ä") | {
        "version": {"N": "1764000000123456"},
        "history": {"B": b64encode(bytes(range(256))).decode()},
        "last": {"L": [{"S": "e1"}, {"S": ""}]},
        "erased": {"BOOL": True},
        "expires_at": {"N": "1790000000"},
    }
    store.call("PutItem", Item=item)

    assert store.call("GetItem", Key=key("card#ä"), ConsistentRead=True) == {"Item": item}
    assert store.call("GetItem", Key=key("card#a")) == {}


def test_transaction_does_all_or_nothing(store):
    store.transact(new("a"), new("b"))
    with pytest.raises(ConflictError, match=r"^TransactWriteItems: status 400 .*: ConditionalCheckFailed$"):
        store.transact(put("c"), new("b"), put("a", "2"))

    assert {name: item["version"]["N"] for name, item in store.items().items()} == {"a": "1", "b": "1"}


def test_writes_and_deletes_depend_on_the_version_that_was_read(store):
    store.transact(new("a"), new("b"), new("mark"))
    kind, parameters = put("a", "2")
    store.transact((kind, parameters | at("1")), ("Delete", {"Key": key("b")} | at("1")))
    assert set(store.items()) == {"a", "mark"}

    marked = ("ConditionCheck", {"Key": key("mark"), "ConditionExpression": "attribute_exists(erased)"})
    for refused in (("Delete", {"Key": key("a")} | at("1")), (kind, parameters | at("1")), marked):
        with pytest.raises(ConflictError):
            store.transact(put("c"), refused)
    assert {name: item["version"]["N"] for name, item in store.items().items()} == {"a": "2", "mark": "1"}


@pytest.mark.parametrize(
    "writes",
    [
        [put("a"), put("a", "2")],
        [put(f"card#{number}") for number in range(MOST_ITEMS + 1)],
        [put("")],
    ],
    ids=["one item twice", "too many", "empty key"],
)
def test_transaction_that_no_table_takes_is_refused_and_not_repeated(store, writes):
    with pytest.raises(StoreError) as raised:
        store.transact(*writes)

    assert not isinstance(raised.value, ConflictError)
    assert store.items() == {}


@pytest.mark.parametrize("store", ["local cloud"], indirect=True)
def test_transaction_of_more_than_4_mb_is_refused(store):
    with pytest.raises(StoreError, match=r"^TransactWriteItems: status 400"):
        store.transact(*(put(f"card#{number}", reviews={"B": LARGE}) for number in range(15)))

    assert store.items() == {}


@pytest.mark.parametrize("store", ["local cloud"], indirect=True)
def test_repeated_transaction_is_the_first_one_and_no_other_may_have_its_token(store):
    store.transact(new("a"), token="first")
    store.transact(new("a"), token="first")

    with pytest.raises(ConflictError):
        store.transact(new("a"), token="second")
    with pytest.raises(StoreError, match=r"IdempotentParameterMismatchException$"):
        store.transact(new("b"), token="first")
    assert set(store.items()) == {"a"}


def test_largest_transaction_is_done(store):
    store.transact(*(new(f"card#{number:02}") for number in range(MOST_ITEMS)))

    assert len(store.items()) == MOST_ITEMS


def test_batch_has_the_items_that_there_are(store):
    store.transact(*(new(f"card#{number:02}") for number in range(MOST_ITEMS)))
    keys = [key(f"card#{number:02}") for number in range(MOST_ITEMS - 2)]
    found, unread = store.read(*keys, key("card#none"), key("card#00", "bea"))

    assert sorted(item["item"]["S"] for item in found) == [each["item"]["S"] for each in keys]
    assert unread == []


@pytest.mark.parametrize("store", ["moto"], indirect=True)
def test_batch_of_more_than_16_mb_comes_in_parts(store):
    keys = [key(f"card#{number:02}") for number in range(60)]
    for each in keys:
        store.call("PutItem", Item=each | {"reviews": {"B": LARGE}})
    waiting, names, parts = keys, [], 0
    while waiting:
        found, waiting = store.read(*waiting)
        names += [item["item"]["S"] for item in found]
        parts += 1

    assert sorted(names) == [each["item"]["S"] for each in keys]
    assert parts == 2  # of 16 MB and the rest


def test_query_goes_through_pages_of_a_megabyte_in_the_order_of_the_items(store):
    names = ["#", *(f"card#{number:02}" for number in range(8))]
    for name in names:
        store.call("PutItem", Item=key(name) | {"reviews": {"B": LARGE}, "version": {"N": "1"}})
    store.call("PutItem", Item=key("card#00", "bea"))
    query = {
        "ConsistentRead": True,
        "KeyConditionExpression": "learner = :learner",
        "ExpressionAttributeValues": {":learner": {"S": "ada"}},
        "ProjectionExpression": "#0, #1",
        "ExpressionAttributeNames": {"#0": "item", "#1": "version"},
    }
    pages = [store.call("Query", **query)]
    while after := pages[-1].get("LastEvaluatedKey"):
        pages.append(store.call("Query", **query, ExclusiveStartKey=after))

    assert [item for page in pages for item in page["Items"]] == [
        {"item": {"S": name}, "version": {"N": "1"}} for name in names
    ]
    assert len(pages) == 3  # what isn't projected counts for a page's size
    rest = store.call("Query", **query, ExclusiveStartKey=key("card#06"))
    assert [item["item"]["S"] for item in rest["Items"]] == ["card#07"]
    first = store.call("Query", **query, Limit=1)
    assert (first["Items"], first["LastEvaluatedKey"]) == ([pages[0]["Items"][0]], key("#"))


def test_missing_table_is_refused(store):
    with pytest.raises(StoreError, match=r"^GetItem: status 400 ResourceNotFoundException$"):
        store.call("GetItem", TableName="memory-that-is-not-there", Key=key("a"))
