"""A function that reads an item with botocore: the client below boto3's, which costs a little less."""

from __future__ import annotations

import json
from typing import Any

from botocore.session import Session

store: Any = None


def handler(_event: object, _context: object) -> dict[str, object]:
    """Respond with the item's number."""
    global store  # noqa: PLW0603 - made by the first call, as the service makes it
    if store is None:
        store = Session().create_client("dynamodb")
    key = {"learner": {"S": "ada"}, "item": {"S": "card#1"}}
    item = store.get_item(TableName="memory", Key=key, ConsistentRead=True)["Item"]
    return {"statusCode": 200, "body": json.dumps({"recall_probability": float(item["recall"]["N"])})}
