"""A function that reads an item with the memory's own client."""

from __future__ import annotations

import json
import os

from memory.dynamodb import DynamoDB

store: DynamoDB | None = None


def handler(_event: object, _context: object) -> dict[str, object]:
    """Respond with the item's number."""
    global store  # noqa: PLW0603 - made by the first call, as the service makes it
    if store is None:
        store = DynamoDB(os.environ)
    key = {"learner": {"S": "ada"}, "item": {"S": "card#1"}}
    item = store.call("GetItem", {"TableName": "memory", "Key": key, "ConsistentRead": True})["Item"]
    return {"statusCode": 200, "body": json.dumps({"recall_probability": float(item["recall"]["N"])})}
