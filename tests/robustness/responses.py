"""Whether a response is one that the OpenAPI document allows."""

import base64
import gzip
import json
import time
from functools import cache
from typing import Any, NamedTuple

from jsonschema import Draft202012Validator

from .gateway import DOCUMENT

# CPU time of the handler, on a slow machine: far above what is measured, far below the function's timeout.
CPU_SECONDS = 3.0
TRACES = ("Traceback", 'File "', ".py", "Error", "Exception")


class Checked(NamedTuple):
    """A response that the document allows; `field` is the one that a refusal names."""

    status: int
    field: str | None
    body: Any


def checked(service, event) -> Checked:
    """Send an event; check what must hold for every response, and return it.

    It isn't 5xx, comes in bounded time, has a documented status and a body that its schema allows. A refusal
    names the field, in one line without a trace of the code.
    """
    started = time.process_time()
    response = service.respond(event)
    assert time.process_time() - started < CPU_SECONDS
    status, body = response["statusCode"], _json_of(response)
    assert status < 500, body
    operation = DOCUMENT["paths"][event["resource"]][event["httpMethod"].lower()]
    assert str(status) in operation["responses"], (status, body)
    _validator(event["resource"], event["httpMethod"].lower(), str(status)).validate(body)
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
