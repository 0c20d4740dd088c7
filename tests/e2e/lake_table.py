"""The table of reviews of a deployment, and what its lake holds, read past the service."""

import json
import time
from collections.abc import Set
from io import BytesIO
from typing import Any

import pyarrow.parquet as pq

from lake.catalog import open_table
from lake.table import ReviewTable
from model_training.registry.lake import Lake
from tests.e2e.conftest import Service
from tests.functional.tables import ReviewTables

PATIENCE_SECONDS = 120
READS = 5
COLUMNS = ("event_id", "learner", "card", "rating", "recall_probability", "model_version")


def table_bucket(service: Service) -> str:
    """Return the ARN of the table bucket."""
    arn: str = json.loads(service.home.outputs.read_text())["table_bucket"]
    return arn


def table_of(service: Service) -> ReviewTable:
    """Return the table of reviews."""
    return open_table(table_bucket(service), service.home.url)


def rows_of(service: Service) -> list[dict[str, Any]]:
    """Return the table's rows, with some of their columns."""
    for _ in range(READS):
        try:
            rows: list[dict[str, Any]] = table_of(service).batches(COLUMNS).read_all().to_pylist()
        except OSError as error:
            # Another test's erasure lets go of the snapshot that is being read, and the local cloud deletes
            # its files at once, where S3 Tables keeps them for days.
            if "NO_SUCH_KEY" not in str(error):
                raise
        else:
            return rows
    raise AssertionError(f"the table's files went {READS} times while they were read")


def wait_for_events(service: Service, event_ids: Set[str]) -> None:
    """Wait until the loader has brought events into the table."""
    until(lambda: event_ids <= {row["event_id"] for row in rows_of(service)})


def until(look: Any) -> Any:
    """Look again until something is found; return it."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not (found := look()):
        assert time.monotonic() < deadline, "never"
        time.sleep(0.5)
    return found


def held_by_lake(service: Service, text: str) -> list[str]:
    """Return the keys of all objects, of the lake's bucket and the table's, that hold a text.

    In any of their versions, their names, or the values in them.
    """
    lake = Lake(service.client("s3"), service.bucket)
    versions = [version for version in lake.versions("") if not version.is_marker]
    # A version may go while they are read.
    bodies = [(version.key, lake.read_version(version) or b"") for version in versions]
    held = [key for key, body in bodies if text in key or (body and text in _content(key, body))]
    return held + ReviewTables(service.home.url).holding(table_bucket(service), text)


def _content(key: str, body: bytes) -> str:
    if key.endswith(".parquet"):
        return str(pq.read_table(BytesIO(body)).to_pylist())
    return body.decode("latin-1")
