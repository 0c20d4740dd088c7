"""DynamoDB as the functions meet it: over TLS, under Amazon's name, with the local cloud's behind it."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path

from benchmarks.bucket import DYNAMODB_HOST, TlsRequest, TlsServer
from tools.local_cloud import process
from tools.local_cloud.home import Home

PASSED_ON = ("content-type", "x-amz-crc32")


class Store(TlsServer):
    """Passes every call on to the DynamoDB at `upstream`, host and port."""

    def __init__(self, upstream: str, certificate: Path, key: Path) -> None:
        self.upstream = upstream
        super().__init__(DYNAMODB_HOST, _StoreRequest, certificate, key)


class _StoreRequest(TlsRequest):
    server: Store

    def do_POST(self) -> None:  # noqa: N802 - the base class's own name
        """Give what the local cloud responds."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        with closing(HTTPConnection(self.server.upstream)) as connection:
            connection.request("POST", "/", body, dict(self.headers.items()))
            response = connection.getresponse()
            content = response.read()
        headers = {name: value for name, value in response.getheaders() if name.lower() in PASSED_ON}
        self.reply(response.status, content, headers)


@contextmanager
def local_dynamodb(folder: Path) -> Iterator[str]:
    """Run a local cloud of the benchmark's own, in a process of its own; give its URL."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        home = Home(folder, probe.getsockname()[1])
    process.start(home)
    try:
        yield home.url
    finally:
        process.stop(home)
