"""Whether an answer is one that the OpenAPI document allows."""

import base64
import gzip
import json
import time
from functools import cache
from typing import Any, NamedTuple

from jsonschema import Draft202012Validator

from .gateway import DOCUMENT

# Of the handler's own CPU, on a slow machine: far above what is measured, far below the function's timeout.
SECONDS = 3.0
TRACES = ("Traceback", 'File "', ".py", "Error", "Exception")


class Checked(NamedTuple):
    """An answer that the document allows."""

    status: int
    field: str | None
    body: Any


def checked(service, event) -> Checked:
    """Send an event; return the answer, after what must hold for each.

    No 5xx, in bounded time, a documented status, a body that its schema allows, and in a refusal the field,
    in one line that gives nothing of the code away.
    """
    started = time.process_time()
    response = service.respond(event)
    assert time.process_time() - started < SECONDS
    status, body = response["statusCode"], _json_of(response)
    assert status < 500, body
    operation = DOCUMENT["paths"][event["path"]][event["httpMethod"].lower()]
    assert str(status) in operation["responses"], (status, body)
    _validator(event["path"], event["httpMethod"].lower(), str(status)).validate(body)
    if status < 300:
        return Checked(status, None, body)
    error = body["error"]
    assert error["field"], error
    assert error["message"].isprintable()
    assert len(error["message"]) < 1000
    assert not [trace for trace in TRACES if trace in error["message"].replace(error["field"], "")]
    return Checked(status, error["field"], body)


def _json_of(response) -> Any:
    data = response["body"]
    if response.get("isBase64Encoded"):
        data = base64.b64decode(data, validate=True)
        if response["headers"].get("Content-Encoding") == "gzip":
            data = gzip.decompress(data)
        data = data.decode()
    body = json.loads(data, parse_constant=_refuse)
    json.dumps(body, ensure_ascii=False).encode()  # not every client can read a lone surrogate
    return body


def _refuse(constant: str) -> None:
    raise AssertionError(f"{constant} isn't JSON")


@cache
def _validator(path: str, method: str, status: str) -> Draft202012Validator:
    response = DOCUMENT["paths"][path][method]["responses"][status]
    if "$ref" in response:
        response = DOCUMENT["components"]["responses"][response["$ref"].rpartition("/")[2]]
    schema = response["content"]["application/json"]["schema"]
    return Draft202012Validator({**schema, "components": DOCUMENT["components"]})
