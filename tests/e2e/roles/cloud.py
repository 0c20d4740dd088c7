"""The local cloud with AWS's 403, and a record of what each of the service's roles asks of it.

S3 says 404 of a missing object only to who may list the bucket, without a condition that a GET can't meet:
https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html. To all others it says 403.

The files of an S3 table are read and written by s3tables:GetTableData and PutTableData, as in AWS:
https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-tables-setting-up.html. And every request counts as
one over TLS, which the buckets' policies ask for.

Run by the Python of ``.venv-cloud``; ``RECORD`` names the file that gets a line of JSON for each request.
"""

import json
import os
import runpy
import sys
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import ministack.app
from ministack.core import iam_actions, iam_evaluator
from ministack.core.router import extract_access_key_id
from ministack.services import s3tables, sts

PROJECT = Path(__file__).parents[3]
RECORD = Path(os.environ["RECORD"])
OURS = ":assumed-role/recall-"
MISSING = (b"NoSuchKey", b"NoSuchVersion")
DENIED = b"<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>"
READS = ("GET", "HEAD")
HEADERS = ("if-match", "if-none-match", "x-amz-copy-source")
MOST_RECORDED = 1_000_000  # bytes of a body: those of objects aren't needed

runpy.run_path(str(PROJECT / "tools" / "local_cloud" / "cloud.py"))
_dispatch = ministack.app._dispatch_service_request
_special = ministack.app._handle_special_data_plane_request
_action, _resource = iam_actions.extract_iam_action, iam_actions.extract_resource_arn
_pin_origin = ministack.app.pin_request_origin


async def dispatch(
    method: str, path: str, headers: dict[str, str], body: bytes, query: dict[str, Any], request_id: str
) -> Any:
    """Answer a request to most of the services, as AWS does where it is S3's for a missing object."""
    status, response, content = await _dispatch(method, path, headers, body, query, request_id)
    if status == 404 and any(code in bytes(content) for code in MISSING):
        source = headers.get("x-amz-copy-source") or path
        if (method in READS or source != path) and not _may_list(headers, query, source):
            status, response, content = 403, {"Content-Type": "application/xml"}, DENIED
    _record(method, path, headers, body, query, status)
    return status, response, content


async def special(
    method: str,
    path: str,
    headers: dict[str, str],
    body: bytes,
    query: dict[str, Any],
    *more: Any,
    **options: Any,
) -> Any:
    """Answer a request to Iceberg's catalogue, among others that have handlers of their own."""
    response = await _special(method, path, headers, body, query, *more, **options)
    if response is not None and path.startswith("/iceberg"):
        _record(method, options.get("raw_path") or path, headers, body, query, response[0])
    return response


def action(service: str, method: str, path: str, *more: Any) -> Any:
    """Return the IAM action of a request."""
    if service == "s3" and _table_of(path):
        return f"s3tables:{'GetTableData' if method in READS else 'PutTableData'}"
    return _action(service, method, path, *more)


def resource(service: str, method: str, path: str, *more: Any) -> str:
    """Return the ARN of the resource that a request is about."""
    table = _table_of(path) if service == "s3" else None
    return table or str(_resource(service, method, path, *more))


def _table_of(path: str) -> str | None:
    """Return the ARN of the table whose file a path names, if it does: /bucket/namespace/table/..."""
    parts = [unquote(part) for part in path.split("/")[1:4]]
    tables = s3tables._tables.values() if len(parts) == 3 else ()
    found = (t["tableARN"] for t in tables if t["metadataLocation"].startswith(f"s3://{'/'.join(parts)}/"))
    return next(found, None)


def _may_list(headers: dict[str, str], query: dict[str, Any], path: str) -> bool:
    bucket = unquote(path).lstrip("/").partition("/")[0]
    key = extract_access_key_id(headers, query) or ""
    arn = f"arn:aws:s3:::{bucket}"
    return iam_evaluator.enforce(key, "s3:ListBucket", "s3", "us-east-1", resource_arn=arn) is None


def _record(
    method: str, path: str, headers: dict[str, str], body: bytes, query: dict[str, Any], status: int
) -> None:
    session = sts._sessions.get(extract_access_key_id(headers, query) or "") or {}
    if OURS not in session.get("Arn", ""):
        return
    service = headers["authorization"].split("/")[3]
    line = {
        "role": session["Arn"].split("/")[1],
        "service": service,
        "method": method,
        "path": path,
        "query": {name: values[0] for name, values in query.items()},
        "target": headers.get("x-amz-target", ""),
        "table": _table_of(path) if service == "s3" else None,
        "headers": {name: headers[name] for name in HEADERS if name in headers},
        "body": body[:MOST_RECORDED].decode("latin-1") if method == "POST" else "",
        "status": status,
    }
    with RECORD.open("a") as file:
        file.write(json.dumps(line) + "\n")


ministack.app._dispatch_service_request = dispatch
ministack.app.pin_request_origin = lambda address, _secure: _pin_origin(address, True)
iam_actions.extract_iam_action, iam_actions.extract_resource_arn = action, resource
ministack.app._handle_special_data_plane_request = special

if __name__ == "__main__":
    sys.exit(ministack.app.main())
