"""What recorded requests need of IAM: action, resource and condition keys, as AWS has them.

https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree as ET

from botocore.loaders import Loader

from tests.e2e.roles.policies import Request
from tools.local_cloud.home import ACCOUNT, REGION

Line = dict[str, Any]  # of the record that tests/e2e/roles/cloud.py writes
READS = ("GET", "HEAD")
# Of Iceberg's REST catalogue:
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-tables-integrating-open-source.html
TABLE_ACTIONS = {
    "GET": ("GetTableMetadataLocation", "GetTableData"),
    "HEAD": ("GetTable",),
    "POST": ("UpdateTableMetadataLocation", "PutTableData", "GetTableData"),
    "DELETE": ("DeleteTable",),
}
# Of a transaction, which is no action itself:
# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html
IN_TRANSACTIONS = {
    "Put": "PutItem",
    "Update": "UpdateItem",
    "Delete": "DeleteItem",
    "ConditionCheck": "ConditionCheckItem",
    "Get": "GetItem",
}
# Actions that aren't called as their operation is.
ACTIONS = {"lambda:Invoke": "lambda:InvokeFunction"}


def needs(line: Line, table_arn: str) -> list[Request]:
    """Return what a request needs, all of it.

    Parameters
    ----------
    line : dict
        The recorded request.
    table_arn : str
        ARN of the one S3 table.

    Raises
    ------
    ValueError
        If the request is of a kind that isn't known here.
    """
    service, operation = line["service"], line["target"].partition(".")[2]
    if line["path"].startswith("/iceberg"):
        return list(_catalogue(line, table_arn))
    if line["table"]:
        return [Request(f"s3tables:{'Get' if line['method'] in READS else 'Put'}TableData", line["table"])]
    if service == "s3":
        return list(_objects(line))
    if service == "dynamodb":
        return list(_items(operation, json.loads(line["body"])))
    if service in ("sqs", "states"):
        return [Request(f"{service}:{operation}", _resource(service, json.loads(line["body"])))]
    return [_by_path(line)]


def _catalogue(line: Line, table_arn: str) -> Iterator[Request]:
    bucket, parts = table_arn.partition("/table/")[0], line["path"].split("/")[3:]
    if parts == ["config"]:
        yield Request("s3tables:GetTableBucket", bucket)
    elif parts[1:] == ["namespaces", "recall"] and line["method"] in READS:
        yield Request("s3tables:GetNamespace", bucket)
    elif parts[1:] == ["namespaces", "recall", "tables", "reviews"]:
        for action in TABLE_ACTIONS[line["method"]]:
            yield Request(f"s3tables:{action}", table_arn)
    else:
        raise _unknown(line)


def _objects(line: Line) -> Iterator[Request]:
    bucket, _, key = unquote(line["path"]).lstrip("/").partition("/")
    arn, method, query, headers = f"arn:aws:s3:::{bucket}", line["method"], line["query"], line["headers"]
    version = "Version" if "versionId" in query else ""
    if not key and method == "GET" and query.keys() & {"list-type", "versions"}:
        action = "s3:ListBucketVersions" if "versions" in query else "s3:ListBucket"
        yield Request(action, arn, {"s3:prefix": query.get("prefix", "")})
    elif not key and method == "POST" and "delete" in query:
        yield from _deletions(arn, line["body"])
    elif key and method in READS:
        yield Request(f"s3:GetObject{version}", f"{arn}/{key}")
    elif key and method == "DELETE":
        yield Request(f"s3:DeleteObject{version}", f"{arn}/{key}")
    elif key and (method == "PUT" or query.keys() & {"uploads", "uploadId"}):
        yield Request("s3:PutObject", f"{arn}/{key}")
        if "if-match" in headers:  # docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
            yield Request("s3:GetObject", f"{arn}/{key}")
        if source := headers.get("x-amz-copy-source"):
            yield Request("s3:GetObject", f"arn:aws:s3:::{unquote(source).lstrip('/')}")
    else:
        raise _unknown(line)


def _deletions(bucket_arn: str, body: str) -> Iterator[Request]:
    """https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html."""
    for found in ET.fromstring(body).iterfind("{*}Object"):  # noqa: S314 - written by boto3
        key = f"{bucket_arn}/{found.findtext('{*}Key')}"
        yield Request("s3:DeleteObject", key)
        if found.find("{*}VersionId") is not None:
            yield Request("s3:DeleteObjectVersion", key)


def _items(operation: str, body: dict[str, Any]) -> Iterator[Request]:
    if operation in ("TransactWriteItems", "TransactGetItems"):
        for item in body["TransactItems"]:
            ((kind, call),) = item.items()
            action = IN_TRANSACTIONS.get(
                kind, "ConditionCheckItem" if kind == "ConditionCheck" else "GetItem"
            )
            yield Request(f"dynamodb:{action}", _table(call["TableName"]))
    else:
        for name in body.get("RequestItems", [body.get("TableName")]):
            yield Request(f"dynamodb:{operation}", _table(name))


def _table(name: str) -> str:
    return f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{name}"


def _resource(service: str, body: dict[str, Any]) -> str:
    if service == "sqs":
        return f"arn:aws:sqs:{REGION}:{ACCOUNT}:{body['QueueUrl'].rpartition('/')[2]}"
    return str(body.get("executionArn") or body["stateMachineArn"])


def _by_path(line: Line) -> Request:
    """Find the operation in botocore's model of the service; of resources, only functions are in a path."""
    if line["service"] == "monitoring":  # by a header, or, in CBOR, at the end of the path
        operation = line["target"].partition(".")[2] or line["path"].rpartition("/")[2]
        return Request(f"cloudwatch:{operation}", f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:*")
    model = Loader().load_service_model(line["service"], "service-2")
    for name, operation in model["operations"].items():
        pattern = re.sub(r"\{(\w+)\+?\}", r"(?P<\1>[^/]+)", operation["http"]["requestUri"])
        found = re.fullmatch(pattern, unquote(line["path"]))
        if found and operation["http"]["method"] == line["method"] and "FunctionName" in found.groupdict():
            action = f"{line['service']}:{name}"
            function = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{found['FunctionName']}"
            return Request(ACTIONS.get(action, action), function)
    raise _unknown(line)


def _unknown(line: Line) -> ValueError:
    return ValueError(
        f"what does this need? {line['service']} {line['method']} {line['path']} {line['query']}"
    )
