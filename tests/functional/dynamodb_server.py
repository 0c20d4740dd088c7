"""A DynamoDB on 127.0.0.1 whose every operation has one result, and which misbehaves when a test says so."""

import json
import zlib

from .scripted_server import Answer, ScriptedRequest, ScriptedServer

ALLOWED_SKEW_SECONDS = 300


class DynamoDBRequest(ScriptedRequest):
    """Calls of operations."""

    def serve(self) -> None:
        skew = self.skew()
        if abs(skew) > ALLOWED_SKEW_SECONDS:
            problem = (
                "Signature expired: 1 is now earlier than 2" if skew < 0 else "Signature not yet current: 2"
            )
            return refusal("InvalidSignatureException", message=problem)(self)
        return with_checksum(self, 200, json.dumps(self.server.result).encode())


class DynamoDBServer(ScriptedServer):
    """Gives `result`, but for faults."""

    request_class = DynamoDBRequest

    def __init__(self) -> None:
        super().__init__()
        self.result: dict[str, object] = {"Item": {"learner": {"S": "ada"}, "version": {"N": "7"}}}


def with_checksum(request: ScriptedRequest, status: int, body: bytes, off: int = 0) -> None:
    """Reply as DynamoDB does; `off` is what is added to the right checksum."""
    request.reply(status, body, **{"x-amz-crc32": str(zlib.crc32(body) + off)})


def refusal(kind: str, status: int = 400, **more: object) -> Answer:
    """Refuse, as DynamoDB words it; `more` is beside the error's type."""
    body = json.dumps({"__type": f"com.amazonaws.dynamodb.v20120810#{kind}"} | more).encode()
    return lambda request: with_checksum(request, status, body)


def cancellation(*codes: str) -> Answer:
    """Cancel a transaction, with the code of each item's reason."""
    reasons = [{"Code": code, "Message": "about ada", "Item": {"learner": {"S": "ada"}}} for code in codes]
    return refusal("TransactionCanceledException", CancellationReasons=reasons, Message="about ada")


def garbled(request: ScriptedRequest) -> None:
    """Give a result with another checksum."""
    with_checksum(request, 200, b'{"Item": {}}', off=1)
