"""Lambda's own address for the credentials of a function that starts from a snapshot."""

import json
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

PATH = "/2021-04-23/credentials"


def credentials(name, lives_seconds):
    """Return an answer of Lambda's: credentials that live so long."""
    expiration = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + lives_seconds))
    answer = {"AccessKeyId": name, "SecretAccessKey": "secret", "Token": f"token of {name}"}
    return json.dumps(answer | {"Expiration": expiration}).encode()


class CredentialServer(HTTPServer):
    """`answer` is what it gives out, `requests` who asked, `variables` what Lambda sets for the function."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answer = credentials("FIRST", 3600)
        self.requests = []
        self.variables = {
            "AWS_REGION": "eu-central-1",
            "AWS_CONTAINER_CREDENTIALS_FULL_URI": f"http://127.0.0.1:{self.server_port}{PATH}",
            "AWS_CONTAINER_AUTHORIZATION_TOKEN": "who is asking",
        }


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.requests.append((self.path, self.headers["Authorization"]))
        self.send_response(200 if self.server.answer else 404)
        self.end_headers()
        self.wfile.write(self.server.answer)

    def log_message(self, *_arguments):
        """Say nothing."""


def signer(headers):
    """Return the access key id and the session token that signed a request."""
    key_id = headers["Authorization"].partition("Credential=")[2].partition("/")[0]
    return key_id, headers["x-amz-security-token"]
