"""The API's document, its schemas as validators, and its examples.

``python -m tests.functional.openapi`` writes the examples' responses anew, from the default model and, for
texts, from the text layer. Those of the memory are a story of one learner: `STORY` is what comes first, and
each other example comes after it.
"""

import json
from collections import namedtuple
from contextlib import contextmanager, redirect_stdout
from datetime import datetime
from io import StringIO
from itertools import takewhile
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch
from urllib.parse import quote

from jsonschema import Draft202012Validator, FormatChecker

from inference.handler import make_service
from memory.dynamodb import DynamoDB
from memory.endpoints.quality import KEY
from memory.handler import make_service as make_memory

from .calls import load_event, response_of
from .dynamodb import memory_environment, running_dynamodb
from .fakes import FakeReader
from .memories import NOW
from .texts import real_text_service

PATH = Path(__file__).parents[2] / "lambda_src" / "inference" / "openapi.json"
DOCUMENT = json.loads(PATH.read_text(encoding="utf-8"))
OPERATIONS = {
    (path, method.upper()): operation
    for path, methods in DOCUMENT["paths"].items()
    for method, operation in methods.items()
}
POSTS = {path: operation for (path, method), operation in OPERATIONS.items() if method == "POST"}
MEMORY = [path for (path, _), operation in OPERATIONS.items() if operation["tags"] == ["memory"]]
TEXT = [path for (path, _), operation in OPERATIONS.items() if operation["tags"] == ["text"]]
REVIEWS = [path for (path, _), operation in OPERATIONS.items() if operation["tags"] == ["reviews"]]
JSON, JSON_LINES = "application/json", "application/jsonl"
STORY = [("importReviews", "collection"), ("study", "first"), ("study", "session")]
FORMATS = FormatChecker(formats=())

# A request of the document's examples; `response` is the object whose `value` is the body of its response.
Example = namedtuple("Example", "path method name parameters query body response")


@FORMATS.checks("date-time", raises=ValueError)
def is_date_time(value):
    """Whether a text is a date and a time that there are; the pattern has the form."""
    if isinstance(value, str):
        datetime.fromisoformat(value.upper())
    return True


def resolved(node):
    """Return what a reference to a component points to; anything else as it is."""
    if "$ref" not in node:
        return node
    _, _, kind, name = node["$ref"].split("/")
    return DOCUMENT["components"][kind][name]


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
    operation = OPERATIONS[path, method.upper()]
    return validator(json_of(resolved(operation["responses"][status or success(operation)]))["schema"])


def json_of(part):
    """Return what a request or a response is as JSON, or as JSON lines."""
    content = part["content"]
    return content[JSON] if JSON in content else content[JSON_LINES]


def examples_of(part):
    """Return the examples of a request or a response, by their names."""
    return {
        name: example
        for content in part.get("content", {}).values()
        for name, example in content.get("examples", {}).items()
    }


def parameters_of(operation, place):
    """Return an operation's parameters in the path, or in the query, by their names."""
    declared = map(resolved, operation.get("parameters", ()))
    return {parameter["name"]: parameter for parameter in declared if parameter["in"] == place}


def new_deployment():
    """Return the call of a service on a lake in which nothing was published: it has the default model."""
    settings = {"MODEL_REFRESH_SECONDS": "60", "METRICS_NAMESPACE": "Recall", "STAGE": "test"}
    with patch("inference.s3.S3Reader", lambda *_: FakeReader()):
        service = make_service(settings | {"MODEL_BUCKET": "lake"})
    return lambda event: response_of(service.respond(event))


@contextmanager
def new_memory(tables):
    """Give the call of a memory function with a new table and the default model, at the moment `NOW`.

    What came of its predictions is the document's own example; another test holds what `calibrate` writes to
    the schema.
    """
    settings = memory_environment(tables.create(), tables.url)
    store, lake = DynamoDB(settings), FakeReader()
    lake.objects[KEY] = json.dumps(example_of("/v1/quality", "get", "week")).encode()
    with (
        patch("inference.s3.S3Reader", lambda *_: FakeReader()),
        patch("memory.handler.S3Reader", lambda *_: lake),
        patch("memory.handler.DynamoDB", lambda _: store),
    ):
        service = make_memory(settings, lambda: NOW)
    yield lambda event: response_of(service.respond(event))
    store.close()


def example_of(path, method, name):
    """Return one of an operation's example responses."""
    operation = OPERATIONS[path, method.upper()]
    return json_of(operation["responses"][success(operation)])["examples"][name]["value"]


def event_of(path, method="POST", body=None, parameters=None, query=None):
    """Return API Gateway's event of a request.

    Parameters
    ----------
    path, method : str
        As the document has them.
    body : JSON value, optional
        What is sent.
    parameters, query : dict of str to str, optional
        The values of the path's parameters, and of those in the query.
    """
    encoded = {name: quote(value, safe="") for name, value in (parameters or {}).items()}
    return load_event(
        "predict_single",
        resource=path,
        path=path.format(**encoded),
        httpMethod=method,
        pathParameters=encoded or None,
        queryStringParameters=query or None,
        multiValueQueryStringParameters={name: [value] for name, value in (query or {}).items()} or None,
        body=None if body is None else json.dumps(body),
    )


def examples():
    """Yield each example of the document: an operation's request, and the object that holds its response.

    A request's body and the parameters that only this example has go by the example's name; a parameter's own
    example is for all of them.
    """
    for (path, method), operation in OPERATIONS.items():
        responses = examples_of(operation["responses"][success(operation)])
        bodies = examples_of(operation.get("requestBody", {}))
        for name, response in responses.items():
            parameters, query = (_values(operation, place, name) for place in ("path", "query"))
            body = bodies.get(name, {}).get("value")
            yield Example(path, method, name, parameters, query, body, response)


def _values(operation, place, example):
    """Return the values of an example's parameters, as they stand in a URL."""
    values = {}
    for name, parameter in parameters_of(operation, place).items():
        value = parameter.get("examples", {}).get(example, {}).get("value", parameter.get("example"))
        if value is not None:
            values[name] = value if isinstance(value, str) else json.dumps(value)
    return values


def event_of_example(example):
    """Return API Gateway's event of an example's request."""
    return event_of(example.path, example.method, example.body, example.parameters, example.query)


def lines_of(text):
    """Return the values of JSON lines."""
    return [json.loads(line) for line in text.splitlines()]


def respond_to(example, deployment, tables):
    """Return the real response to an example, after what comes before it in the story."""
    if example.path in TEXT:
        return response_of(real_text_service().respond(event_of_example(example)))
    if example.path not in (*MEMORY, *REVIEWS):
        return deployment(event_of_example(example))
    told = {(OPERATIONS[one.path, one.method]["operationId"], one.name): one for one in examples()}
    story = (told[name] for name in STORY if example.path in MEMORY)
    earlier = takewhile(lambda one: one[:3] != example[:3], story)
    with new_memory(tables) as send:
        for one in earlier:
            send(event_of_example(one))
        return send(event_of_example(example))


def main():
    """Write the examples' responses anew."""
    deployment = new_deployment()
    with TemporaryDirectory() as folder, running_dynamodb(Path(folder)) as tables:
        for example in examples():
            with redirect_stdout(StringIO()):
                example.response["value"] = respond_to(example, deployment, tables).body
    PATH.write_text(json.dumps(DOCUMENT, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
