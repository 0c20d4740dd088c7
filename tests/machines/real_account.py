"""An environment with a real account in it, which records whoever calls that account."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

PROFILE = "production"


class RealAccount:
    """Every endpoint of an account, and a program that gives out its credentials; nobody may use either.

    Parameters
    ----------
    home : pathlib.Path
        The home whose ``.aws`` and ``.cdk.json`` name the account.
    """

    def __init__(self, home: Path) -> None:
        self._requests: list[str] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self._url = f"http://127.0.0.1:{self._server.server_port}"
        self._asked = home / "credentials-were-asked-for"
        (home / ".aws").mkdir()
        (home / ".cdk.json").write_text(json.dumps({"profile": PROFILE, "context": {"stage": "prod"}}))
        (home / ".aws" / "config").write_text(
            "\n".join(map(self._section, ("default", f"profile {PROFILE}")))
        )

    @property
    def variables(self) -> dict[str, str]:
        """The environment variables of someone who works with the account."""
        names = ("", "_S3", "_STS", "_CLOUDFORMATION", "_SSM", "_IAM", "_API_GATEWAY")
        return {f"AWS_ENDPOINT_URL{name}": self._url for name in names} | {
            "AWS_PROFILE": PROFILE,
            "AWS_DEFAULT_PROFILE": PROFILE,
            "AWS_REGION": "eu-central-1",
            "AWS_DEFAULT_REGION": "eu-central-1",
            "AWS_ACCESS_KEY_ID": "of-a-real-account",
            "AWS_SECRET_ACCESS_KEY": "of-a-real-account",
            "AWS_SESSION_TOKEN": "of-a-real-account",
            "AWS_CONTAINER_CREDENTIALS_FULL_URI": f"{self._url}/container",
            "AWS_EC2_METADATA_SERVICE_ENDPOINT": self._url,
            "AWS_CA_BUNDLE": "/missing.pem",
            "CDK_DEFAULT_ACCOUNT": "111122223333",
            "CDK_DEFAULT_REGION": "eu-central-1",
        }

    def uses(self) -> list[str]:
        """Return how the account was used since the last time that this was asked."""
        found = list(self._requests)
        self._requests.clear()
        if self._asked.exists():
            found.append("credential_process")
            self._asked.unlink()
        return found

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()

    def _section(self, name: str) -> str:
        lines = (f"[{name}]", "region = eu-central-1", f"endpoint_url = {self._url}")
        return "\n".join((*lines, f"credential_process = /usr/bin/touch {self._asked}", ""))

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        requests = self._requests

        class Handler(BaseHTTPRequestHandler):
            def handle_one_request(self) -> None:
                requests.append(self.rfile.readline().decode().rpartition(" ")[0])
                self.wfile.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
                self.close_connection = True

        return Handler
