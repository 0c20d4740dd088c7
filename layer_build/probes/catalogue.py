"""An Iceberg REST catalogue of one table and an S3 bucket to read from, for the lake layer's probe.

They answer what PyIceberg and Arrow send, as the services do: over HTTP, on this machine.
"""

import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from pyiceberg.partitioning import UNPARTITIONED_PARTITION_SPEC
from pyiceberg.schema import Schema
from pyiceberg.table import CommitTableRequest
from pyiceberg.table.metadata import new_table_metadata
from pyiceberg.table.sorting import UNSORTED_SORT_ORDER
from pyiceberg.table.update import update_table_metadata

RANGE = re.compile(r"bytes=(\d+)-(\d*)")


class Catalogue(ThreadingHTTPServer):
    """Serves a table without rows, and the files of a folder under ``/bucket/``.

    Parameters
    ----------
    schema : pyiceberg.schema.Schema
        The table's columns.
    folder : pathlib.Path
        Gets the table's files, and holds those of the bucket.
    """

    def __init__(self, schema: Schema, folder: Path) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.folder = folder
        self.table = new_table_metadata(
            schema, UNPARTITIONED_PARTITION_SPEC, UNSORTED_SORT_ORDER, str(folder / "table")
        )
        threading.Thread(target=self.serve_forever, daemon=True).start()


class _Handler(BaseHTTPRequestHandler):
    server: Catalogue

    def do_POST(self) -> None:
        """Commit, if the table still is what the client requires."""
        commit = CommitTableRequest.model_validate_json(self.rfile.read(int(self.headers["Content-Length"])))
        for requirement in commit.requirements:
            requirement.validate(self.server.table)
        self.server.table = update_table_metadata(self.server.table, commit.updates)
        self._send(200, self._table())

    def do_GET(self) -> None:
        """Return the catalogue's settings, the table, or a part of a file."""
        if self.path.startswith("/bucket/"):
            data = self._file()
            first, last = RANGE.fullmatch(self.headers["Range"]).groups()  # type: ignore[union-attr]
            self._send(206, data[int(first) : int(last or len(data)) + 1])
        else:
            self._send(200, b'{"defaults":{},"overrides":{}}' if "config" in self.path else self._table())

    def do_HEAD(self) -> None:
        """Return the size of a file."""
        self._send(200, b"", size=len(self._file()))

    def log_message(self, *_arguments: object) -> None:
        """Print nothing."""

    def _file(self) -> bytes:
        return (self.server.folder / self.path.removeprefix("/bucket/")).read_bytes()

    def _table(self) -> bytes:
        location, metadata = self.server.folder / "metadata.json", self.server.table.model_dump_json()
        return f'{{"metadata-location": "{location}", "metadata": {metadata}, "config": {{}}}}'.encode()

    def _send(self, status: int, body: bytes, size: int | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body) if size is None else size))
        self.send_header("Last-Modified", "Sun, 01 Nov 2026 12:00:00 GMT")
        self.end_headers()
        self.wfile.write(body)
