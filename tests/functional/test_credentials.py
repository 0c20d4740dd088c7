"""A function that starts from a snapshot has no credentials in its environment: it fetches them."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from inference.s3 import S3Error, S3Reader

KEY = "models/current.json"
PATH = "/2021-04-23/credentials"


def credentials(name, lives_seconds):
    """Return an answer of Lambda's: credentials that live so long."""
    expiration = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + lives_seconds))
    answer = {"AccessKeyId": name, "SecretAccessKey": "secret", "Token": f"token of {name}"}
    return json.dumps(answer | {"Expiration": expiration}).encode()


class CredentialServer(HTTPServer):
    """Lambda's own address for credentials: `answer` is what it gives out, `requests` who asked."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answer = credentials("FIRST", 3600)
        self.requests = []


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.requests.append((self.path, self.headers["Authorization"]))
        self.send_response(200 if self.server.answer else 404)
        self.end_headers()
        self.wfile.write(self.server.answer)

    def log_message(self, *_arguments):
        """Say nothing."""


@pytest.fixture
def lambdas():
    with CredentialServer() as running:
        threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield running
        running.shutdown()


@pytest.fixture
def reader(lambdas, server):
    reader = S3Reader(
        "lake",
        {
            "AWS_ENDPOINT_URL": server.url,
            "AWS_REGION": "eu-central-1",
            "AWS_CONTAINER_CREDENTIALS_FULL_URI": f"http://127.0.0.1:{lambdas.server_port}{PATH}",
            "AWS_CONTAINER_AUTHORIZATION_TOKEN": "who is asking",
        },
    )
    yield reader
    reader.close()


def signer(headers):
    """Return the access key id and the session token that signed a request."""
    key_id = headers["Authorization"].partition("Credential=")[2].partition("/")[0]
    return key_id, headers["x-amz-security-token"]


def test_fetched_credentials_sign_the_request(reader, lambdas, server):
    assert reader.get(KEY).body == b"pointer"

    assert lambdas.requests == [(PATH, "who is asking")]
    assert signer(server.requests[0][1]) == ("FIRST", "token of FIRST")


def test_credentials_are_kept_while_they_live(reader, lambdas, server):
    reader.get(KEY)
    lambdas.answer = credentials("SECOND", 3600)
    reader.get(KEY)

    assert len(lambdas.requests) == 1
    assert signer(server.requests[1][1])[0] == "FIRST"


def test_credentials_that_expire_soon_are_fetched_anew(reader, lambdas, server):
    lambdas.answer = credentials("FIRST", 299)
    reader.get(KEY)
    lambdas.answer = credentials("SECOND", 3600)
    reader.get(KEY)

    assert [signer(headers) for _path, headers in server.requests] == [
        ("FIRST", "token of FIRST"),
        ("SECOND", "token of SECOND"),
    ]


def test_credentials_that_are_not_given_out_are_an_error_until_they_are(reader, lambdas, server):
    lambdas.answer = b""
    with pytest.raises(S3Error, match="the function's credentials: status 404"):
        reader.get(KEY)
    assert server.requests == []

    lambdas.answer = credentials("LATE", 3600)
    assert reader.get(KEY).body == b"pointer"
