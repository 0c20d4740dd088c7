"""The console as a deployment serves it: its files, a config.json and the security headers."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

from stacks.security_headers import content_security_policy

WEB = Path(__file__).parents[2] / "web"


class _Handler(SimpleHTTPRequestHandler):
    extensions_map = SimpleHTTPRequestHandler.extensions_map | {".js": "text/javascript"}

    def __init__(self, *args: object, endpoint: str) -> None:
        self._endpoint = endpoint
        super().__init__(*args, directory=str(WEB))  # type: ignore[arg-type]  # socketserver's own arguments

    def do_GET(self) -> None:
        """Answer a file, or the config.json that only a deployment has."""
        if self.path != "/config.json":
            super().do_GET()
            return
        body = json.dumps({"endpoint": self._endpoint}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def end_headers(self) -> None:
        """Add what CloudFront adds."""
        url = urlsplit(self._endpoint)
        self.send_header("Content-Security-Policy", content_security_policy(f"{url.scheme}://{url.netloc}"))
        self.send_header("X-Content-Type-Options", "nosniff")
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's own name
        """Say nothing."""


@contextmanager
def serving(endpoint: str) -> Iterator[str]:
    """Serve the page for an API on a free port; give its URL."""
    handler = partial(_Handler, endpoint=endpoint)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()
