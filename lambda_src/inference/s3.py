"""A conditional S3 GET on the standard library.

boto3 takes 160–390 ms of CPU to its first object, this 28 (48 with TLS), and a cold start pays for it. The
signature is AWS Signature Version 4,
https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html.
"""

from __future__ import annotations

import hashlib
import hmac
import io
import re
import ssl
import time
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection, IncompleteRead
from urllib.parse import quote, urlsplit

from recall.errors import RecallError

TYPE_CHECKING = False  # `typing` itself costs a cold start 2 ms
if TYPE_CHECKING:
    import socket
    from collections.abc import Mapping
    from typing import Any

    from inference.credentials import ContainerCredentials

TIMEOUT_SECONDS = 2.0  # of silence
ANSWER_SECONDS = 3.0  # for a whole answer
MAXIMUM_BYTES = 16 * 1024 * 1024
# Amazon Trust Services' roots, to which S3's certificates lead; the system's 144 take a cold start 20 ms. For
# China (amazonaws.com.cn) AWS promises no such roots: there, as at any other endpoint, the system's count.
AMAZON_ROOTS = __file__.rpartition("/")[0] + "/amazon_roots.pem"
AMAZON_DOMAIN = ".amazonaws.com"
EMPTY_SHA256 = hashlib.sha256(b"").hexdigest()
# These need no percent-encoding, so the signed path is the sent path.
SAFE_KEY = re.compile(r"[A-Za-z0-9._/-]+")


class S3Error(RecallError):
    """S3 gave no usable answer; `status` is the one that it gave, if any."""

    def __init__(self, message: str, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status


class SkewedClockError(S3Error):
    """S3 takes no request signed by this clock; `seconds` is how far S3's own is ahead of it."""

    def __init__(self, message: str, seconds: float) -> None:
        super().__init__(f"{message}: S3's clock is {seconds:+.0f} s off ours", HTTPStatus.FORBIDDEN)
        self.seconds = seconds


class S3Object:
    """An object's bytes and its ETag."""

    __slots__ = ("body", "etag")

    def __init__(self, body: bytes, etag: str) -> None:
        self.body = body
        self.etag = etag


class _TimedStream(io.RawIOBase):
    """The bytes that a socket receives until a deadline: its own timeout starts anew with each byte."""

    def __init__(self, connected: socket.socket) -> None:
        self._socket = connected
        self._deadline = time.monotonic() + ANSWER_SECONDS

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError(f"slower than {ANSWER_SECONDS:g} s")
        self._socket.settimeout(min(left, TIMEOUT_SECONDS))
        return self._socket.recv_into(buffer)


class _TimedResponse(HTTPResponse):
    def __init__(self, sock: socket.socket, debuglevel: int = 0, method: str | None = None) -> None:
        super().__init__(sock, debuglevel, method)
        self.fp.close()
        self.fp = io.BufferedReader(_TimedStream(sock))


class S3Reader:
    """Reads objects of one bucket.

    Parameters
    ----------
    bucket : str
        The bucket's name, without dots (they break TLS on S3's wildcard certificate).
    environment : mapping of str to str
        Lambda's own variables: region and credentials; ``AWS_ENDPOINT_URL_S3`` or ``AWS_ENDPOINT_URL`` for
        another S3 than AWS's.
    """

    def __init__(self, bucket: str, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self._region = environment["AWS_REGION"]
        endpoint = environment.get("AWS_ENDPOINT_URL_S3") or environment.get("AWS_ENDPOINT_URL")
        if endpoint:
            parts = urlsplit(endpoint)
            self._secure, self._host, self._prefix = parts.scheme == "https", parts.netloc, f"/{bucket}/"
        else:
            suffix = "amazonaws.com.cn" if self._region.startswith("cn-") else "amazonaws.com"
            self._secure, self._host, self._prefix = True, f"{bucket}.s3.{self._region}.{suffix}", "/"
        self._connection: HTTPConnection | None = None
        self._ahead = 0.0  # seconds, of S3's clock
        self._container: ContainerCredentials | None = None
        if "AWS_CONTAINER_CREDENTIALS_FULL_URI" in environment:
            from inference.credentials import ContainerCredentials  # noqa: PLC0415 - only with SnapStart

            self._container = ContainerCredentials(environment)

    def get(self, key: str, etag: str | None = None) -> S3Object | None:
        """Read an object, or return None when it still has the given ETag.

        Raises
        ------
        S3Error
            On any other answer than 200 or 304, on a network failure, or on an object over the size cap.
        """
        if not SAFE_KEY.fullmatch(key):
            raise S3Error(f"unusual object key {key[:100]!r}")
        return self._request(key, "", etag)

    def is_missing(self, key: str) -> bool:
        """Tell a missing object from a forbidden one, by asking for the bucket's keys that begin like it.

        S3 answers 403 to both where the role may not list the bucket; this role may list this one key.

        Raises
        ------
        S3Error
            If S3 doesn't say.
        """
        query = f"list-type=2&max-keys=1&prefix={quote(key, safe='')}"
        listing = self._request("", query, None)
        if listing is None or b"<ListBucketResult" not in listing.body:
            raise S3Error(f"GET {query}: the answer is no listing")
        return f"<Key>{key}</Key>".encode() not in listing.body

    def close(self) -> None:
        """Drop the connection; the next request opens a new one."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _request(self, key: str, query: str, etag: str | None) -> S3Object | None:
        try:
            return self._send(key, query, etag)
        except SkewedClockError as error:
            self._ahead = error.seconds
        except (OSError, HTTPException):
            # An environment that was frozen wakes up with a dead connection: once more, on a new one.
            self.close()
        try:
            return self._send(key, query, etag)
        except (OSError, HTTPException) as error:
            self.close()
            raise S3Error(f"GET {key or query}: {type(error).__name__}: {error}") from error

    def _send(self, key: str, query: str, etag: str | None) -> S3Object | None:
        if self._connection is None:
            self._connection = self._connect()
            self._connection.response_class = _TimedResponse
        path = self._prefix + key
        headers = self._signed_headers(path, query, self._timestamp())
        if etag is not None:
            headers["If-None-Match"] = etag
        self._connection.request("GET", f"{path}?{query}" if query else path, headers=headers)
        response = self._connection.getresponse()
        body = response.read(MAXIMUM_BYTES + 1)
        if len(body) > MAXIMUM_BYTES:
            self.close()
            raise S3Error(f"GET {key or query}: larger than {MAXIMUM_BYTES} bytes")
        if response.length:  # read() with a size returns a torn body without a word
            raise IncompleteRead(body, response.length)
        if response.status == HTTPStatus.NOT_MODIFIED:
            return None
        if response.status != HTTPStatus.OK:
            raise _refusal(f"GET {key or query}: status {response.status}", response, body)
        return S3Object(body, response.headers.get("ETag", ""))

    def _connect(self) -> HTTPConnection:
        if not self._secure:
            return HTTPConnection(self._host, timeout=TIMEOUT_SECONDS)
        is_amazon = self._host.lower().partition(":")[0].endswith(AMAZON_DOMAIN)
        trusted = ssl.create_default_context(cafile=AMAZON_ROOTS if is_amazon else None)
        return HTTPSConnection(self._host, timeout=TIMEOUT_SECONDS, context=trusted)

    def _timestamp(self) -> str:
        return time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(time.time() + self._ahead))

    def _credentials(self) -> tuple[str, str, str | None]:
        if self._container is not None:
            return self._container.get()
        given = self._environment
        return given["AWS_ACCESS_KEY_ID"], given["AWS_SECRET_ACCESS_KEY"], given.get("AWS_SESSION_TOKEN")

    def _signed_headers(self, path: str, query: str, timestamp: str) -> dict[str, str]:
        headers = {
            "host": self._host,
            "x-amz-content-sha256": EMPTY_SHA256,
            "x-amz-date": timestamp,
        }
        key_id, secret, token = self._credentials()
        if token:
            headers["x-amz-security-token"] = token
        names = ";".join(headers)
        lines = "".join(f"{name}:{value}\n" for name, value in headers.items())
        canonical = f"GET\n{path}\n{query}\n{lines}\n{names}\n{EMPTY_SHA256}"
        scope = f"{timestamp[:8]}/{self._region}/s3/aws4_request"
        to_sign = f"AWS4-HMAC-SHA256\n{timestamp}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
        key = b"AWS4" + secret.encode()
        for part in scope.split("/"):
            key = hmac.digest(key, part.encode(), "sha256")
        signature = hmac.digest(key, to_sign.encode(), "sha256").hex()
        headers["Authorization"] = (
            f"AWS4-HMAC-SHA256 Credential={key_id}/{scope}, SignedHeaders={names}, Signature={signature}"
        )
        return headers


def _refusal(message: str, response: HTTPResponse, body: bytes) -> S3Error:
    if b"<Code>RequestTimeTooSkewed</Code>" in body:
        from email.utils import mktime_tz, parsedate_tz  # noqa: PLC0415 - only when a clock is wrong

        date = parsedate_tz(response.headers.get("Date", ""))
        if date is not None:
            return SkewedClockError(message, mktime_tz(date) - time.time())
    return S3Error(message, response.status)
