"""A function that starts from a snapshot has no credentials in its environment: it fetches them."""

import pytest

from inference.s3 import S3Error, S3Reader

from .credential_server import PATH, credentials, signer

KEY = "models/current.json"


@pytest.fixture
def reader(lambdas, server):
    reader = S3Reader("lake", lambdas.variables | {"AWS_ENDPOINT_URL": server.url})
    yield reader
    reader.close()


def test_fetched_credentials_sign_the_request(reader, lambdas, server):
    assert reader.get(KEY).body == b"pointer"

    assert lambdas.requests == [(PATH, "who is asking")]
    assert signer(server.requests[0][1]) == ("FIRST", "token of FIRST")


def test_credentials_are_kept_while_they_live(reader, lambdas, server):
    reader.get(KEY)
    lambdas.answer = credentials("SECOND", 3600)
    reader.get(KEY)

    assert len(lambdas.requests) == 1
    assert signer(server.requests[1][1])[0] == "FIRST"


def test_credentials_that_expire_soon_are_fetched_anew(reader, lambdas, server):
    lambdas.answer = credentials("FIRST", 299)
    reader.get(KEY)
    lambdas.answer = credentials("SECOND", 3600)
    reader.get(KEY)

    assert [signer(headers) for _path, headers in server.requests] == [
        ("FIRST", "token of FIRST"),
        ("SECOND", "token of SECOND"),
    ]


def test_credentials_that_are_not_given_out_are_an_error_until_they_are(reader, lambdas, server):
    lambdas.answer = b""
    with pytest.raises(S3Error, match="the function's credentials: status 404"):
        reader.get(KEY)
    assert server.requests == []

    lambdas.answer = credentials("LATE", 3600)
    assert reader.get(KEY).body == b"pointer"
