"""MiniStack with what it lacks of AWS's REST APIs and of S3 Tables.

Values in a path reach the function percent-encoded, as they were sent, so that an id may hold a slash; and
the function is told the id of the API key that was sent, so that it knows the tenant.

An Iceberg table's snapshots can be removed, and then the files go that no other snapshot has: at once, where
S3 Tables' maintenance takes some days.

Run by the Python of an environment of its own, in the place of the program ``ministack``.
"""

import json
import sys
from contextvars import ContextVar
from http import HTTPStatus
from io import BytesIO
from typing import Any

import fastavro
import ministack.app
from ministack.services import apigateway_v1, s3, s3tables

DELETED = 2  # an entry's status in a manifest: https://iceberg.apache.org/spec/#manifests

_raw_path: ContextVar[str | None] = ContextVar("raw_path", default=None)
_handle_request = ministack.app._handle_execute_api_request
_execute = apigateway_v1.handle_execute
_build_event = apigateway_v1._build_lambda_event_v1
_apply_updates = s3tables._apply_iceberg_updates
_commit_table = s3tables._iceberg_commit_table


async def handle_request(*arguments: Any, raw_path: str | None = None, **options: Any) -> Any:
    """Keep the path as it was sent while a request of any API is handled."""
    _raw_path.set(raw_path)
    return await _handle_request(*arguments, raw_path=raw_path, **options)


async def execute(api_id: str, stage: str, method: str, path: str, *request: Any) -> Any:
    """Call a REST API with the path as it was sent; what is before it has no escapes, and the same length."""
    raw = _raw_path.get()
    if raw is not None:
        path = raw.partition("?")[0].partition(f"/{stage}")[2] or path
    return await _execute(api_id, stage, method, path, *request)


def build_event(*arguments: Any, **options: Any) -> dict[str, Any]:
    """Return the event of a request, with the id of its API key: not the key, which the log would show."""
    event: dict[str, Any] = _build_event(*arguments, **options)
    key = apigateway_v1._resolve_api_key(apigateway_v1._api_key_from_request(event["headers"]))
    event["requestContext"]["identity"]["apiKeyId"] = key["id"] if key else None
    return event


def apply_updates(metadata: dict[str, Any], updates: list[dict[str, Any]]) -> None:
    """Apply a commit's updates to a table's metadata, the removal of snapshots and of their names too."""
    _apply_updates(metadata, updates)
    for update in updates:
        if update["action"] == "remove-snapshots":
            for kept in ("snapshots", "snapshot-log"):
                metadata[kept] = [s for s in metadata[kept] if s["snapshot-id"] not in update["snapshot-ids"]]
        elif update["action"] == "remove-snapshot-ref":
            metadata["refs"].pop(update["ref-name"], None)


def commit_table(namespace: str, name: str, commit: dict[str, Any], *scope: Any) -> Any:
    """Commit to a table; if that removed snapshots, delete the files that no other one has."""
    before = s3tables._iceberg_load_table(namespace, name, *scope)
    response = _commit_table(namespace, name, commit, *scope)
    removes = any(update["action"] == "remove-snapshots" for update in commit["updates"])
    if removes and response[0] == HTTPStatus.OK:
        after = json.loads(response[2])
        kept = after["metadata"]["snapshots"]
        _delete(_files(json.loads(before[2])["metadata"]["snapshots"]) - _files(kept))
        _delete_older_metadata(after["metadata-location"])
    return response


def _files(snapshots: list[dict[str, Any]]) -> set[str]:
    """Return the locations of all files that snapshots have: their lists of manifests, manifests and data."""
    lists = {snapshot["manifest-list"] for snapshot in snapshots}
    manifests = {each["manifest_path"] for path in lists for each in _records(path)}
    entries = (entry for path in manifests for entry in _records(path))
    return lists | manifests | {e["data_file"]["file_path"] for e in entries if e["status"] != DELETED}


def _records(location: str) -> list[dict[str, Any]]:
    content = s3._get_object_data(*_bucket_and_key(location))
    return list(fastavro.reader(BytesIO(content))) if content else []


def _delete(locations: set[str]) -> None:
    for location in locations:
        s3._delete_object(*_bucket_and_key(location))


def _delete_older_metadata(newest: str) -> None:
    bucket, key = _bucket_and_key(newest)
    folder = key.rpartition("/")[0]
    found = s3._buckets[bucket]["objects"]
    older = {k for k in found if k.startswith(folder) and k.endswith(".metadata.json") and k != key}
    _delete({f"s3://{bucket}/{key}" for key in older})


def _bucket_and_key(location: str) -> list[str]:
    return location.removeprefix("s3://").split("/", 1)


ministack.app._handle_execute_api_request = handle_request
apigateway_v1.handle_execute = execute
apigateway_v1._build_lambda_event_v1 = build_event
s3tables._apply_iceberg_updates = apply_updates
s3tables._iceberg_commit_table = commit_table

if __name__ == "__main__":
    sys.exit(ministack.app.main())
