"""`Signer` gives any request the signature that botocore gives it, whatever its parts are made of."""

import hashlib
import random
import time
from datetime import UTC, datetime
from types import SimpleNamespace
from urllib.parse import quote

import pytest
from botocore import auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from aws_kit import signature
from aws_kit.signature import Signer

REQUESTS = 5_000  # of each kind of service
METHODS = ["GET", "HEAD", "PUT", "POST", "DELETE", "PATCH"]
REGIONS = ["eu-central-1", "us-gov-west-1", "cn-north-1", "ap-southeast-7"]
OTHER_SERVICES = ["dynamodb", "lambda", "logs", "s3tables", "states", "execute-api"]
HOSTS = ["lake.s3.eu-central-1.amazonaws.com", "127.0.0.1:4566", "localhost"]
CREDENTIALS = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"]
# What RFC 3986 reserves and doesn't, what URLs can't hold, control characters, one to four bytes of UTF-8.
ODD = "azAZ09-._~!*'();:@&=+$,/?#[]%\"<>\\^`{|} \t\n\x00\x7fäßé€漢🂡"
IN_HEADERS = "abc XYZ  019;,=/+\t"
LAST_SECOND = 4_000_000_000  # in 2096
CHANCE = random.Random()  # noqa: S311 - seeded by the test


class Request:
    """A random request, credentials and a time; its query is in the order of names, some of them repeated."""

    def __init__(self, services: list[str]) -> None:
        self.service, self.region = CHANCE.choice(services), CHANCE.choice(REGIONS)
        self.method, self.seconds = CHANCE.choice(METHODS), CHANCE.randint(0, LAST_SECOND)
        # The other services' signatures have the path encoded twice; all that we call have only "/".
        self.path = "/" + (quote(_text(ODD, 30), safe="/-_.~") if self.service == "s3" else "")
        names = [_text(ODD, 4) or "x" for _ in range(3)]
        pairs = {(CHANCE.choice(names), _text(ODD, 6)) for _ in range(CHANCE.randint(0, 5))}
        encoded = sorted((quote(name, safe="-_.~"), quote(value, safe="-_.~")) for name, value in pairs)
        self.parameters = [f"{name}={value}" for name, value in encoded]
        self.body = CHANCE.randbytes(CHANCE.choice([0, 1, 100]))
        self.sha256 = hashlib.sha256(self.body).hexdigest()
        odd = {f"x-amz-{_text('abcdefghijk-', 8)}z": _text(IN_HEADERS, 20) for _ in range(3)}
        hashed = {"x-amz-content-sha256": self.sha256} if self.service == "s3" else {}
        self.headers = odd | hashed | {"host": CHANCE.choice(HOSTS)}
        self.credentials = (
            _text("AB0", 20) or "A",
            _text("aZ/+0", 40) or "s",
            _text("abZ/+=", 400) or None,
        )


def _text(letters: str, longest: int) -> str:
    return "".join(CHANCE.choices(letters, k=CHANCE.randint(0, longest)))


def signed_by_us(request, monkeypatch):
    clock = SimpleNamespace(time=lambda: request.seconds, strftime=time.strftime, gmtime=time.gmtime)
    monkeypatch.setattr(signature, "time", clock)
    variables = {name: value for name, value in zip(CREDENTIALS, request.credentials, strict=True) if value}
    signer = Signer(request.service, variables | {"AWS_REGION": request.region})
    query = "&".join(request.parameters)
    return signer.sign(request.method, request.path, query, request.headers, request.sha256)["Authorization"]


def signed_by_botocore(request, monkeypatch):
    """Return its header, from parameters in any order; over https it would leave out S3's bodies."""
    now = datetime.fromtimestamp(request.seconds, UTC).replace(tzinfo=None)
    monkeypatch.setattr(auth, "get_current_datetime", lambda: now)
    query = "&".join(CHANCE.sample(request.parameters, len(request.parameters)))
    url = f"http://{request.headers['host']}{request.path}?{query}"
    sent = AWSRequest(request.method, url, request.headers, request.body)
    kind = auth.S3SigV4Auth if request.service == "s3" else auth.SigV4Auth
    kind(Credentials(*request.credentials), request.service, request.region).add_auth(sent)
    return sent.headers["Authorization"]


@pytest.mark.parametrize("services", [["s3"], OTHER_SERVICES], ids=["s3", "others"])
def test_random_requests_are_signed_as_botocore_signs_them(services, monkeypatch):
    CHANCE.seed(17)
    for _ in range(REQUESTS):
        request = Request(services)
        assert signed_by_us(request, monkeypatch) == signed_by_botocore(request, monkeypatch), vars(request)
