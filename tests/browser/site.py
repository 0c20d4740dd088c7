"""The studio as a deployment serves it: its built files, a config.json and the security headers."""

import json
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from stacks.security_headers import content_security_policy
from stacks.studio_page import PROJECT, build_here
from tools.local_cloud.put_studio import CONTENT_TYPES


def build(folder: Path) -> Path:
    """Build the page into a folder as a deployment does, and return it."""
    subprocess.run(build_here(str(folder)), cwd=PROJECT, check=True)
    return folder


class _Handler(SimpleHTTPRequestHandler):
    extensions_map = SimpleHTTPRequestHandler.extensions_map | CONTENT_TYPES

    def __init__(self, *args: Any, config: dict[str, Any], folder: Path) -> None:
        self._config = config
        super().__init__(*args, directory=str(folder))

    def do_GET(self) -> None:
        """Answer a file, or the config.json that only a deployment has."""
        if urlsplit(self.path).path != "/config.json":
            super().do_GET()
            return
        body = json.dumps(self._config).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def end_headers(self) -> None:
        """Add what CloudFront adds."""
        self.send_header("Content-Security-Policy", content_security_policy(*_origins(self._config)))
        self.send_header("X-Content-Type-Options", "nosniff")
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's own name
        """Say nothing."""


def _origins(config: dict[str, Any]) -> list[str]:
    urls = [config["endpoint"], *([config["operations"]["url"]] if config["operations"] else [])]
    return sorted({f"{url.scheme}://{url.netloc}" for url in map(urlsplit, urls)})


@contextmanager
def serving(folder: Path, endpoint: str, operations: dict[str, Any] | None = None) -> Iterator[str]:
    """Serve the built page for an API on a free port; give its URL."""
    config = {"endpoint": endpoint, "operations": operations}
    handler = partial(_Handler, config=config, folder=folder)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()
