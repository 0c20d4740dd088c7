"""The service as clients see it: HTTP requests become API Gateway's proxy events, responses HTTP again.

Behind the gateway are the real handlers, with the default model, and with a stand-in for that of texts.
Learners are remembered where there is a DynamoDB for it; without one, reviews of many learners are taken, and
forgotten. Of the gateway itself, there is what a client can notice: the API key, the preflight and the
parameters of paths.
"""

import base64
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple
from unittest.mock import patch
from urllib.parse import parse_qs, unquote, urlsplit
from uuid import uuid4

from http_kit.request import Request
from http_kit.service import Service
from inference.endpoints.health import health
from inference.handler import make_service
from inference.model_store import LoadFailure
from inference.s3 import S3Object
from memory import handler as memory_handler
from tests.functional.dynamodb import memory_environment
from tests.functional.texts import text_service
from text.routes import ROUTES as TEXT_ROUTES

INFERENCE = Path(__file__).parents[2] / "lambda_src" / "inference"
DOCUMENT = json.loads((INFERENCE / "openapi.json").read_text(encoding="utf-8"))
ENVIRONMENT = {
    "MODEL_FILE": str(INFERENCE / "default_model" / "model.json"),
    "MODEL_REFRESH_SECONDS": "60",
    "METRICS_NAMESPACE": "Recall",
    "STAGE": "test",
}
DEGRADED_SINCE = "2026-11-21T14:00:00Z"
API_KEY = "EXAMPLEkeyOfTheFirstClient0123456789abcd"
STAGE = "/local"
FORBIDDEN = DOCUMENT["components"]["responses"]["Forbidden"]["content"]["application/json"]["examples"]
QUALITY = DOCUMENT["paths"]["/v1/quality"]["get"]["responses"]["200"]["content"]["application/json"][
    "examples"
]["week"]["value"]
LEARNERS = "/v1/learners/"
REVIEWS, REPORT = ("POST", "/v1/reviews"), ("GET", "/v1/quality")
ALLOWED_ORIGIN = {"Access-Control-Allow-Origin": "*"}
PREFLIGHT = ALLOWED_ORIGIN | {
    "Access-Control-Allow-Headers": "Content-Type,X-Api-Key,Content-Encoding",
    "Access-Control-Allow-Methods": "GET,POST,DELETE,OPTIONS",
}


Report = dict[str, Any]  # the body of GET /v1/quality


class HttpResponse(NamedTuple):
    """A response as a client gets it."""

    status: int
    headers: dict[str, str]
    body: bytes


class ForgetfulStore:
    """A DynamoDB that takes every write and keeps none: a request sent twice gets the same response."""

    def call(self, operation: str, _body: object) -> dict[str, Any]:
        """Find nothing, and write nothing."""
        return {"Responses": {}} if operation == "BatchGetItem" else {}


class LakeWithReport:
    """A data lake that has the report on the predictions."""

    def __init__(self, report: Report) -> None:
        self._report = report

    def read(self, _key: str) -> S3Object:
        """Give the report."""
        body = json.dumps(self._report).encode()
        return S3Object(body, '"1"', len(body))


def forgetful_memory(report: Report) -> Service:
    """Return the memory's service, which remembers nobody."""
    with (
        patch.object(memory_handler, "DynamoDB", lambda _environment: ForgetfulStore()),
        patch.object(memory_handler, "S3Reader", lambda *_: LakeWithReport(report)),
    ):
        return memory_handler.make_service(memory_environment("none", "http://none", **ENVIRONMENT))


class Functions:
    """The functions, kept warm, as the API's routes lead to them."""

    def __init__(self, report: Report = QUALITY, memory: Service | None = None) -> None:
        self._service = make_service(ENVIRONMENT)
        self._learners = memory or self._service
        forgetful = forgetful_memory(report)
        self._others = {REVIEWS: memory or forgetful, REPORT: forgetful}
        self._others |= dict.fromkeys((("POST", path) for path in TEXT_ROUTES), text_service())

    def respond(self, event: dict[str, Any]) -> dict[str, Any]:
        """Respond to an event."""
        if event["resource"].startswith(LEARNERS):
            return self._learners.respond(event)
        return self._others.get((event["httpMethod"], event["path"]), self._service).respond(event)


class Gateway:
    """API Gateway in front of warm functions.

    Parameters
    ----------
    report : JSON value
        The report on the predictions.
    memory : Service, optional
        That of the memory; without one, it is off.
    """

    def __init__(self, report: Report = QUALITY, memory: Service | None = None) -> None:
        self._functions = Functions(report, memory)

    def respond(self, method: str, target: str, headers: dict[str, str], body: bytes) -> HttpResponse:
        """Respond to a request below the stage, with a key unless the document says that it needs none."""
        url = urlsplit(target)
        names = {name.lower(): value for name, value in headers.items()}
        if method == "OPTIONS":
            return HttpResponse(204, PREFLIGHT, b"")
        if not is_open(method, url.path) and names.get("x-api-key") != API_KEY:
            refusal = json.dumps(FORBIDDEN["forbidden"]["value"]).encode()
            return HttpResponse(403, ALLOWED_ORIGIN | {"Content-Type": "application/json"}, refusal)
        response = self._functions.respond(event_of(method, url.path, headers, body, url.query))
        text = response["body"]
        encoded = response.get("isBase64Encoded")
        return HttpResponse(
            response["statusCode"],
            response["headers"],
            base64.b64decode(text, validate=True) if encoded else text.encode(),
        )


def is_open(method: str, path: str) -> bool:
    """Return whether the document lets this be called without a key."""
    operation = DOCUMENT["paths"].get(path, {}).get(method.lower(), {})
    return operation.get("security") == []


def resource_of(path: str) -> tuple[str, dict[str, str]]:
    """Return the document's path that a request's is one of, and its parameters' values as they were sent."""
    segments = path.split("/")
    for resource in DOCUMENT["paths"]:
        names = resource.split("/")
        if len(names) != len(segments):
            continue
        ids = {name: sent for name, sent in zip(names, segments, strict=True) if name != sent}
        if all(name.startswith("{") for name in ids):
            return resource, {name[1:-1]: sent for name, sent in ids.items()}
    return path, {}


def degraded_health(reason: str) -> Any:
    """Return the body of ``GET /v1/health`` while the last good model is served in place of the newest."""
    model = SimpleNamespace(version="20261120T093902Z-934fbb01")
    store: Any = SimpleNamespace(current=lambda: model, failure=LoadFailure(reason, DEGRADED_SINCE))
    return json.loads(health(Request({}), store).body)


def event_of(method: str, path: str, headers: dict[str, str], body: bytes, query: str = "") -> dict[str, Any]:
    """Return the proxy event of a request; every media type is a binary one to this API."""
    parameters = parse_qs(query, keep_blank_values=True, errors="replace")
    resource, ids = resource_of(path)
    return {
        "resource": resource,
        "path": unquote(path),
        "httpMethod": method,
        "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "queryStringParameters": {name: values[-1] for name, values in parameters.items()} or None,
        "multiValueQueryStringParameters": parameters or None,
        "pathParameters": ids or None,
        "stageVariables": None,
        "requestContext": {"requestId": str(uuid4()), "httpMethod": method, "stage": STAGE[1:]},
        "body": base64.b64encode(body).decode() if body else None,
        "isBase64Encoded": bool(body),
    }


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    gateway: Gateway

    def do_any(self) -> None:
        """Respond to any method."""
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        target = self.path.removeprefix(STAGE)
        response = self.gateway.respond(self.command, target, dict(self.headers.items()), body)
        self.send_response(response.status)
        for name, value in response.headers.items():
            self.send_header(name, value)
        if response.status != 204:
            self.send_header("Content-Length", str(len(response.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(response.body)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("do_"):
            return self.do_any
        raise AttributeError(name)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's own name
        """Say nothing; the service has its own log."""


@contextmanager
def running(report: Report = QUALITY, memory: Service | None = None) -> Iterator[str]:
    """Run the service on a free port; parameters as of `Gateway`; give its base URL."""
    handler = type("Handler", (Handler,), {"gateway": Gateway(report, memory)})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}{STAGE}"
        server.shutdown()
        thread.join()
