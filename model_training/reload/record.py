"""The memory's table in DynamoDB, as it is read here: learners, and their cards with all reviews."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from memory.card import unpack_states
from memory.reviews import Review, unpack_reviews
from memory.table import CARD_PREFIX, MARK
from model_training.registry.lake import LOCAL_CREDENTIALS, local_outputs
from recall.errors import RecallError

MOST_CONNECTIONS = 16
CONFIG = Config(
    connect_timeout=5,
    read_timeout=30,
    retries={"total_max_attempts": 10, "mode": "adaptive"},  # a scan may be more than the table's rate
    max_pool_connections=MOST_CONNECTIONS,
)
FIXES = {
    "ResourceNotFoundException": "check --learners-table",
    "AccessDeniedException": "the credentials need dynamodb:Query and dynamodb:Scan on it",
}


class RecordError(RecallError):
    """The memory's table can't be read: names it, the problem and the fix."""


class RecordedCard(NamedTuple):
    """A card of the record.

    Attributes
    ----------
    name : str
        The card's id.
    reviews : list of Review
        All of its reviews, by time.
    states : dict of int to tuple of float
        `memory.card.Card.states` of the reviews that the last write added.
    model : str
        Version of the model that predicted those; empty if none did.
    """

    name: str
    reviews: list[Review]
    states: dict[int, tuple[float, ...]]
    model: str


class Record:
    """The memory's table; reads may come from several threads at once.

    Parameters
    ----------
    client : boto3 DynamoDB client
        Its credentials may query and scan the table.
    table : str
        The table's name.

    Every method raises `RecordError` if the table can't be read.
    """

    def __init__(self, client: Any, table: str) -> None:
        self._client = client
        self._table = table

    def learners(self) -> set[str]:
        """Return the ids of all learners that have anything in the table."""
        options = {"ProjectionExpression": "learner", "ConsistentRead": True}
        return {item["learner"]["S"] for item in self._items("scan", options)}

    def cards(self, learner: str) -> list[RecordedCard]:
        """Return a learner's cards; none of one who is being erased."""
        query = {
            "ConsistentRead": True,
            "KeyConditionExpression": "learner = :learner",
            "ExpressionAttributeValues": {":learner": {"S": learner}},
            "ProjectionExpression": "#item, reviews, states, #model, #mark",
            "ExpressionAttributeNames": {"#item": "item", "#model": "model", "#mark": MARK},
        }
        items = list(self._items("query", query))
        if any(MARK in item for item in items):
            return []
        return [
            RecordedCard(
                item["item"]["S"].removeprefix(CARD_PREFIX),
                unpack_reviews(item["reviews"]["B"]),
                unpack_states(item["states"]["B"]) if "states" in item else {},
                item["model"]["S"],
            )
            for item in items
            if item["item"]["S"].startswith(CARD_PREFIX)
        ]

    def _items(self, operation: str, options: dict[str, Any]) -> Iterator[dict[str, Any]]:
        with _failures(self._table):
            for page in self._client.get_paginator(operation).paginate(TableName=self._table, **options):
                yield from page["Items"]


def find_record(table: str | None, endpoint_url: str | None) -> Record:
    """Return the given table of a memory, or without a name that which `make up` deployed on this machine.

    Raises
    ------
    RecordError
        If the endpoint or the configuration of AWS is invalid.
    LakeError
        If no name is given and nothing is up.
    """
    with _failures(table or "the memory's table"):
        if table is not None:
            return Record(boto3.client("dynamodb", endpoint_url=endpoint_url, config=CONFIG), table)
        outputs = local_outputs("learners_table", "which table of the memory? give --learners-table")
        endpoint = endpoint_url or outputs["endpoint"]
        client = boto3.client("dynamodb", endpoint_url=endpoint, config=CONFIG, **LOCAL_CREDENTIALS)
        return Record(client, outputs["learners_table"])


@contextmanager
def _failures(table: str) -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code")
        fix = FIXES.get(str(code), "check the credentials")
        raise RecordError(f"{table}: DynamoDB says {code}; {fix}") from error
    except (BotoCoreError, ValueError) as error:
        raise RecordError(f"{table}: {error}; check --endpoint-url and the AWS configuration") from error
