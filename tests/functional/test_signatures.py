"""The requests that S3 and DynamoDB get, and their signatures, are botocore's own."""

from datetime import datetime
from urllib.parse import parse_qs, urlsplit

import pytest
from botocore import auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from aws_kit import connection
from inference.s3 import S3Reader
from memory.dynamodb import DynamoDB

from .dynamodb_server import DynamoDBServer
from .s3_server import S3Server

VARIABLES = {"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEX"}
KEY = "models/20261120T150000Z-0a1b2c3d/model.json"
ONE_KEY = {"list-type": ["2"], "max-keys": ["1"], "prefix": [KEY]}
TOKEN = "IQoJb3JpZ2luX2VjEXAMPLE//+token=="  # noqa: S105 - AWS's own example


def variables(region, token, **others):
    """Return the variables that Lambda sets, with a session token or without."""
    session = {"AWS_SESSION_TOKEN": token} if token else {}
    return VARIABLES | {"AWS_REGION": region} | session | others


def botocore_headers(url, region, token, sent, monkeypatch):
    """Return the headers that botocore would have sent to S3 at the time of the request that was sent."""
    return signed_by_botocore(
        auth.S3SigV4Auth, "s3", AWSRequest("GET", url), region, token, sent, monkeypatch
    )


def botocore_dynamodb_headers(url, region, token, sent, body, monkeypatch):
    """Return the same of DynamoDB."""
    headers = {name: sent[name] for name in ("content-type", "x-amz-target")}
    request = AWSRequest("POST", url, headers=headers, data=body)
    ours = signed_by_botocore(auth.SigV4Auth, "dynamodb", request, region, token, sent, monkeypatch)
    return {name: value for name, value in ours.items() if name != "content-type"}


def signed_by_botocore(signer, service, request, region, token, sent, monkeypatch):
    now = datetime.strptime(sent["x-amz-date"], auth.SIGV4_TIMESTAMP)  # noqa: DTZ007 - botocore's is naive
    monkeypatch.setattr(auth, "get_current_datetime", lambda: now)
    credentials = Credentials(VARIABLES["AWS_ACCESS_KEY_ID"], VARIABLES["AWS_SECRET_ACCESS_KEY"], token)
    signer(credentials, service, region).add_auth(request)
    return {name.lower(): value for name, value in request.headers.items()}


def signed(headers):
    """Return the headers that take part in the signature, and the signature."""
    return {
        name.lower(): value
        for name, value in headers.items()
        if name.lower().startswith("x-amz-") or name.lower() == "authorization"
    }


class FakeConnection:
    """An HTTPS connection to AWS that keeps what is sent, and answers that nothing has changed."""

    opened = None  # the last one
    status, length, headers, sock = 304, 0, {}, None

    def __init__(self, host, timeout, context):
        self.host, self.timeout, self.context = host, timeout, context
        FakeConnection.opened = self

    def request(self, method, path, body, headers):
        self.sent = method, path, headers, body

    def getresponse(self):
        return self

    def read(self, _limit):
        return b""


class FakeListing(FakeConnection):
    """Such a connection that answers with an empty listing."""

    status = 200

    def read(self, _limit):
        return b"<ListBucketResult/>"


class FakeDynamoDB(FakeListing):
    """Such a connection that answers with an empty result."""

    def read(self, _limit):
        return b"{}"


@pytest.mark.parametrize("token", [None, TOKEN], ids=["no token", "session token"])
def test_path_style_request_is_signed_as_botocore_signs_it(token, monkeypatch):
    with S3Server() as server:
        server.objects[f"/lake/{KEY}"] = b"model"
        reader = S3Reader("lake", variables("eu-central-1", token, AWS_ENDPOINT_URL=server.url))
        assert reader.get(KEY).body == b"model"
        reader.close()
        ((path, sent),) = server.requests

    expected = botocore_headers(server.url + path, "eu-central-1", token, sent, monkeypatch)
    assert signed(sent) == expected
    assert expected.get("x-amz-security-token") == token


@pytest.mark.parametrize(
    ("region", "host"),
    [
        ("eu-central-1", "lake.s3.eu-central-1.amazonaws.com"),
        ("us-gov-west-1", "lake.s3.us-gov-west-1.amazonaws.com"),
        ("cn-north-1", "lake.s3.cn-north-1.amazonaws.com.cn"),
    ],
)
def test_request_to_aws_is_signed_for_the_buckets_own_host(region, host, monkeypatch):
    monkeypatch.setattr(connection, "HTTPSConnection", FakeConnection)
    S3Reader("lake", variables(region, TOKEN)).get(KEY, '"etag"')
    opened = FakeConnection.opened
    method, path, sent, body = opened.sent

    assert (method, opened.host, path, body) == ("GET", host, f"/{KEY}", None)
    assert opened.timeout == connection.TIMEOUT_SECONDS
    assert (sent["host"], sent["If-None-Match"]) == (host, '"etag"')
    assert signed(sent) == botocore_headers(f"https://{host}{path}", region, TOKEN, sent, monkeypatch)


def test_path_style_listing_is_signed_as_botocore_signs_it_and_names_one_key(monkeypatch):
    with S3Server() as server:
        reader = S3Reader("lake", variables("eu-central-1", TOKEN, AWS_ENDPOINT_URL=server.url))
        assert reader.is_missing(KEY) is True
        reader.close()
        ((path, sent),) = server.requests

    parts = urlsplit(path)
    assert (parts.path, parse_qs(parts.query)) == ("/lake/", ONE_KEY)
    assert signed(sent) == botocore_headers(server.url + path, "eu-central-1", TOKEN, sent, monkeypatch)


def test_listing_of_aws_is_signed_for_the_buckets_own_host_and_names_one_key(monkeypatch):
    monkeypatch.setattr(connection, "HTTPSConnection", FakeListing)
    host = "lake.s3.eu-central-1.amazonaws.com"
    assert S3Reader("lake", variables("eu-central-1", TOKEN)).is_missing(KEY) is True
    method, path, sent, body = FakeConnection.opened.sent

    parts = urlsplit(path)
    assert (method, FakeConnection.opened.host, body) == ("GET", host, None)
    assert (parts.path, parse_qs(parts.query)) == ("/", ONE_KEY)
    assert signed(sent) == botocore_headers(f"https://{host}{path}", "eu-central-1", TOKEN, sent, monkeypatch)


@pytest.mark.parametrize("token", [None, TOKEN], ids=["no token", "session token"])
def test_call_of_dynamodb_is_signed_as_botocore_signs_it(token, monkeypatch):
    with DynamoDBServer() as server:
        store = DynamoDB(variables("eu-central-1", token, AWS_ENDPOINT_URL=server.url))
        store.call("GetItem", {"TableName": "memory", "Key": {"learner": {"S": "ädä"}}})
        store.close()
        ((path, sent),), (body,) = server.requests, server.bodies

    expected = botocore_dynamodb_headers(server.url + path, "eu-central-1", token, sent, body, monkeypatch)
    assert signed(sent) == expected
    assert expected.get("x-amz-security-token") == token


@pytest.mark.parametrize(
    ("region", "host"),
    [
        ("eu-central-1", "dynamodb.eu-central-1.amazonaws.com"),
        ("us-gov-west-1", "dynamodb.us-gov-west-1.amazonaws.com"),
        ("cn-north-1", "dynamodb.cn-north-1.amazonaws.com.cn"),
    ],
)
def test_call_of_aws_is_signed_for_dynamodbs_own_host(region, host, monkeypatch):
    monkeypatch.setattr(connection, "HTTPSConnection", FakeDynamoDB)
    DynamoDB(variables(region, TOKEN)).call("GetItem", {"TableName": "memory"})
    method, path, sent, body = FakeConnection.opened.sent

    assert (method, FakeConnection.opened.host, path, sent["host"]) == ("POST", host, "/", host)
    assert signed(sent) == botocore_dynamodb_headers(
        f"https://{host}/", region, TOKEN, sent, body, monkeypatch
    )


def test_missing_variable_of_lambda_is_named():
    for missing in ("AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        given = {name: value for name, value in variables("eu-central-1", None).items() if name != missing}
        with pytest.raises(KeyError, match=missing):
            S3Reader("lake", given).get(KEY)
