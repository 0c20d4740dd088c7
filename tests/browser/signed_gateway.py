"""The operations API as a browser sees it: API Gateway, which checks signatures, before the real function."""

import hmac
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from operations.routes import ROUTES

REGION, SERVICE = "eu-central-1", "execute-api"
KEYS = Credentials("ASIAEXAMPLE", "secretEXAMPLE/+=", "tokenEXAMPLE//+==")
SKEW = timedelta(minutes=5)
ALLOWED = "Authorization,Content-Type,X-Amz-Content-Sha256,X-Amz-Date,X-Amz-Security-Token"
CORS = {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": "X-Request-Id, Retry-After"}
PREFLIGHT = CORS | {
    "Access-Control-Allow-Headers": ALLOWED,
    "Access-Control-Allow-Methods": "GET,POST,OPTIONS",
}
EXPIRED = ("session_expired", "the session has expired; sign in again")
WRONG = ("forbidden", "the signature isn't that of these credentials; sign in again, and check the clock")
UNSIGNED = (
    "forbidden",
    "requests must be signed (Signature Version 4, service execute-api), and the path known",
)


class Gateway:
    """What the requests of a test go through.

    Parameters
    ----------
    stage : Operated
        The stage behind it.
    signed : bool
        Whether only signed requests are let through.
    """

    def __init__(self, stage: Any, *, signed: bool) -> None:
        self.stage = stage
        self.signed = signed
        self.over = False  # the session, whenever a test says so
        self.requests: list[tuple[str, str]] = []

    def refusal(self, method: str, url: str, headers: Any, body: bytes) -> tuple[str, str] | None:
        """Return why a request isn't let through: code and message."""
        if not self.signed:
            return None
        authorization = re.fullmatch(
            r"AWS4-HMAC-SHA256 Credential=([^/]+)/(\d{8})/([^/]+)/([^/]+)/aws4_request, "
            r"SignedHeaders=([^,]+), Signature=([0-9a-f]{64})",
            headers.get("Authorization", ""),
        )
        if not authorization:
            return UNSIGNED
        key, _, region, service, names, signature = authorization.groups()
        if (key, headers["X-Amz-Security-Token"], region, service) != (
            KEYS.access_key, KEYS.token, REGION, SERVICE,
        ):  # fmt: skip
            return WRONG
        at = datetime.strptime(headers["X-Amz-Date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        if {"host", "x-amz-date", "x-amz-security-token"} - set(names.split(";")) or abs(
            datetime.now(UTC) - at
        ) > SKEW:
            return WRONG
        request = AWSRequest(method, url, {name: headers[name] for name in names.split(";")}, body)
        if not hmac.compare_digest(signature, signature_of(request)):
            return WRONG
        return EXPIRED if self.over else None

    def respond(self, method: str, path: str, body: bytes) -> tuple[int, dict[str, str], str]:
        """Let the function respond."""
        self.requests.append((method, path))
        resource, parameters = resource_of(path)
        event = {
            "resource": resource,
            "path": path,
            "httpMethod": method,
            "pathParameters": parameters or None,
            "headers": {"Content-Type": "application/json"},
            "body": body.decode() or None,
            "requestContext": {
                "requestId": "r1",
                "identity": {"userArn": "arn:aws:sts::1:assumed-role/Operator/ann"},
            },
        }
        response = self.stage.respond(event)
        text = response.body if isinstance(response.body, str) else json.dumps(response.body)
        return response.status, response.headers, text


def signature_of(request: AWSRequest) -> str:
    """Return the signature that botocore gives a request with its signed headers."""
    request.context["timestamp"] = request.headers["X-Amz-Date"]
    signer = SigV4Auth(KEYS, SERVICE, REGION)
    return str(signer.signature(signer.string_to_sign(request, signer.canonical_request(request)), request))


def resource_of(path: str) -> tuple[str, dict[str, str]]:
    """Return the declared path that a request's is one of, and its parameters."""
    for resource in ROUTES:
        found = re.fullmatch(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", resource), path)
        if found:
            return resource, found.groupdict()
    return path, {}


class _Handler(BaseHTTPRequestHandler):
    gateway: Gateway

    def do_OPTIONS(self) -> None:
        """Allow what API Gateway allows."""
        self._send(204, PREFLIGHT, "")

    def do_GET(self) -> None:
        """Respond."""
        self._respond()

    def do_POST(self) -> None:
        """Respond."""
        self._respond()

    def _respond(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        url = f"http://{self.headers['Host']}{self.path}"
        refusal = self.gateway.refusal(self.command, url, self.headers, body)
        if refusal:
            error = {"code": refusal[0], "message": refusal[1], "field": None}
            self._send(403, CORS, json.dumps({"error": error, "request_id": "r1"}))
            return
        status, headers, text = self.gateway.respond(self.command, self.path.removeprefix("/prod"), body)
        self._send(status, {"Content-Type": headers["Content-Type"]} | CORS, text)

    def _send(self, status: int, headers: dict[str, str], text: str) -> None:
        body = text.encode()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's own name
        """Say nothing."""


@contextmanager
def running(gateway: Gateway) -> Iterator[str]:
    """Run the API on a free port; give its URL, as API Gateway writes it."""
    handler = type("Handler", (_Handler,), {"gateway": gateway})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/prod/"
        server.shutdown()
        thread.join()
