"""The API's document, its schemas as validators, and its examples.

``python -m tests.functional.openapi`` writes the examples' responses anew, from the default model.
"""

import json
from contextlib import redirect_stdout
from datetime import datetime
from io import StringIO
from pathlib import Path
from unittest.mock import patch

from jsonschema import Draft202012Validator, FormatChecker

from inference.handler import make_service
from intake.quality import KEY

from .calls import load_event, response_of
from .fakes import FakeReader
from .intakes import FakeInbox, new_intake

PATH = Path(__file__).parents[2] / "lambda_src" / "inference" / "openapi.json"
DOCUMENT = json.loads(PATH.read_text(encoding="utf-8"))
POSTS = {path: methods["post"] for path, methods in DOCUMENT["paths"].items() if "post" in methods}
INTAKE = ("/v1/reviews", "/v1/quality")  # the intake function's
FORMATS = FormatChecker(formats=())


@FORMATS.checks("date-time", raises=ValueError)
def is_date_time(value):
    """Whether a text is a date and a time that there are; the pattern has the form."""
    if isinstance(value, str):
        datetime.fromisoformat(value.upper())
    return True


def validator(schema):
    """Return the validator of one of the document's schemas."""
    return Draft202012Validator(schema | {"components": DOCUMENT["components"]}, format_checker=FORMATS)


def request_validator(path):
    """Return the validator of a path's request bodies."""
    return validator(json_of(POSTS[path]["requestBody"])["schema"])


def success(operation):
    """Return the status of an operation's good response."""
    (status,) = [status for status in operation["responses"] if status < "300"]
    return status


def response_validator(path, method="post", status=None):
    """Return the validator of an operation's responses of a status."""
    operation = DOCUMENT["paths"][path][method]
    response = operation["responses"][status or success(operation)]
    if "$ref" in response:
        response = DOCUMENT["components"]["responses"][response["$ref"].rpartition("/")[2]]
    return validator(json_of(response)["schema"])


def json_of(part):
    """Return what a request or a response is as JSON."""
    return part["content"]["application/json"]


def new_deployment():
    """Return the call of a service on a lake in which nothing was published: it has the default model.

    Reviews are collected, and what came of them is the document's own example; another test holds what
    `calibrate` writes to the schema.
    """
    settings = {"MODEL_REFRESH_SECONDS": "60", "METRICS_NAMESPACE": "Recall", "STAGE": "test"}
    with patch("inference.s3.S3Reader", lambda *_: FakeReader()):
        service = make_service(settings | {"MODEL_BUCKET": "lake"})
    s3 = FakeInbox()
    s3.objects[KEY] = json.dumps(example_of("/v1/quality", "get", "week")).encode()
    intake = new_intake(s3)
    return lambda event: intake(event) if event["path"] in INTAKE else response_of(service.respond(event))


def example_of(path, method, name):
    """Return one of an operation's example responses."""
    operation = DOCUMENT["paths"][path][method]
    return json_of(operation["responses"][success(operation)])["examples"][name]["value"]


def event_of(path, method="POST", body=None):
    """Return API Gateway's event of a request."""
    text = None if body is None else json.dumps(body)
    return load_event("predict_single", path=path, httpMethod=method, body=text)


def examples():
    """Return each example's operation, its request, and the object that holds its response."""
    for path, methods in DOCUMENT["paths"].items():
        for method, operation in methods.items():
            content = operation["responses"][success(operation)]["content"]
            responses = content.get("application/json", {}).get("examples", {})
            requests = json_of(operation["requestBody"])["examples"] if method == "post" else {}
            for name, response in responses.items():
                yield path, method.upper(), requests.get(name, {}).get("value"), response


def main():
    """Write the examples' responses anew."""
    send = new_deployment()
    for path, method, body, response in examples():
        with redirect_stdout(StringIO()):
            response["value"] = send(event_of(path, method, body)).body
    PATH.write_text(json.dumps(DOCUMENT, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
