"""A conditional S3 GET on the standard library.

boto3 takes 160–390 ms of CPU to its first object, this 28 (48 with TLS), and a cold start pays for it.
"""

from __future__ import annotations

import hashlib
from http import HTTPStatus
from http.client import HTTPException
from time import sleep
from urllib.parse import quote

from aws_kit.connection import Connection, LargeResponseError, amazon_host, own_endpoint, random_share
from aws_kit.signature import Signer, seconds_ahead
from recall.errors import RecallError

TYPE_CHECKING = False  # `typing` itself costs a cold start 2 ms
if TYPE_CHECKING:
    from collections.abc import Mapping

    from aws_kit.connection import Response

MAXIMUM_BYTES = 16 * 1024 * 1024
# Of a larger object, at once: little is read again when a frozen environment wakes up to a dead connection.
PART_BYTES = 8 * 1024 * 1024
# Before a request that S3 failed at is sent again, at most. Any part of it is as likely, so that functions
# which failed together don't come back together.
LONGEST_PAUSE_SECONDS = 0.2
EMPTY_SHA256 = hashlib.sha256(b"").hexdigest()
# S3 says 403 of a missing object to whoever may not list the bucket, and 404 of one in a missing bucket:
# https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
MISSING_OR_HIDDEN = (403, 404)
# These need no percent-encoding, so the signed path is the sent path. (To compile a pattern takes 0.2 ms.)
SAFE_CHARACTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._/-")


class S3Error(RecallError):
    """S3 gave no usable answer; `status` is the one that it gave, if any."""

    def __init__(self, message: str, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status


class MissingObjectError(S3Error):
    """There is no such object: the bucket doesn't list it."""


class SkewedClockError(S3Error):
    """S3 takes no request signed by this clock; `seconds` is how far S3's own is ahead of it."""

    def __init__(self, message: str, seconds: float) -> None:
        super().__init__(f"{message}: S3's clock is {seconds:+.0f} s off ours", HTTPStatus.FORBIDDEN)
        self.seconds = seconds


class S3Object:
    """An object's bytes, or some of them; its ETag; and the size of the whole object in bytes."""

    __slots__ = ("body", "etag", "size")

    def __init__(self, body: bytes, etag: str, size: int) -> None:
        self.body = body
        self.etag = etag
        self.size = size


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
        self._signer = Signer("s3", environment)
        endpoint = own_endpoint("s3", environment)
        self._prefix = f"/{bucket}/" if endpoint else "/"
        url = endpoint or f"https://{bucket}.{amazon_host('s3', self._signer.region)}"
        self._connection = Connection(url)

    def get(self, key: str, etag: str | None = None, start: int | None = None) -> S3Object | None:
        """Read an object, or return None when it still has the given ETag.

        Parameters
        ----------
        key : str
            The object's key.
        etag : str, optional
            The ETag of what is known of it already.
        start : int, optional
            Read a part of the object from this byte on (0 is the first): up to `MAXIMUM_BYTES` from 0 on,
            up to `PART_BYTES` from anywhere else. Without it the whole object is read, up to `MAXIMUM_BYTES`.

        Raises
        ------
        S3Error
            On any other response than 200, 206 or 304, on a network failure, or on an object over the size
            cap. A 5xx and a network failure are tried once more before.
        """
        if not key or not SAFE_CHARACTERS.issuperset(key):
            raise S3Error(f"unusual object key {key[:100]!r}")
        wanted = {} if etag is None else {"If-None-Match": etag}
        if start is not None:
            wanted["Range"] = f"bytes={start}-{start + (PART_BYTES if start else MAXIMUM_BYTES) - 1}"
        return self._request(key, "", wanted)

    def read(self, key: str, etag: str | None = None, start: int | None = None) -> S3Object | None:
        """Read an object as `get` does, and where S3 refuses it find out whether it exists.

        Raises
        ------
        MissingObjectError
            If there is no such object.
        S3Error
            As `get` and `is_missing` do.
        """
        try:
            return self.get(key, etag, start)
        except SkewedClockError:
            raise
        except S3Error as error:
            if error.status not in MISSING_OR_HIDDEN:
                raise
            if self.is_missing(key):
                raise MissingObjectError(f"{key} is missing", error.status) from error
            raise S3Error(f"{error}, though it is there", error.status) from error

    def is_missing(self, key: str) -> bool:
        """Tell a missing object from a forbidden one, by asking for the bucket's keys that begin like it.

        The role may list this one key, by a condition on ``s3:prefix``, which GET has none of.

        Raises
        ------
        S3Error
            If S3 doesn't say.
        """
        query = f"list-type=2&max-keys=1&prefix={quote(key, safe='')}"
        listing = self._request("", query, {})
        if listing is None or b"<ListBucketResult" not in listing.body:
            raise S3Error(f"GET {query}: the answer is no listing")
        return f"<Key>{key}</Key>".encode() not in listing.body

    def close(self) -> None:
        """Drop the connection; the next request opens a new one."""
        self._connection.close()

    def _request(self, key: str, query: str, wanted: Mapping[str, str]) -> S3Object | None:
        try:
            return self._send(key, query, wanted)
        except SkewedClockError as error:
            self._signer.ahead = error.seconds
        except S3Error as error:
            if error.status is None or error.status < HTTPStatus.INTERNAL_SERVER_ERROR:
                raise
            # A few in a million are normal, and the next try succeeds, most likely on another host:
            # https://docs.aws.amazon.com/AmazonS3/latest/userguide/ErrorBestPractices.html
            self.close()
            sleep(LONGEST_PAUSE_SECONDS * random_share())
        except (OSError, HTTPException):
            pass  # an environment that was frozen wakes up with a dead connection: once more, on a new one
        try:
            return self._send(key, query, wanted)
        except (OSError, HTTPException) as error:
            raise S3Error(f"GET {key or query}: {type(error).__name__}: {error}") from error

    def _send(self, key: str, query: str, wanted: Mapping[str, str]) -> S3Object | None:
        path = self._prefix + key
        signed = {"host": self._connection.host, "x-amz-content-sha256": EMPTY_SHA256}
        headers = self._signer.sign("GET", path, query, signed, EMPTY_SHA256)
        headers.update(wanted)
        target = f"{path}?{query}" if query else path
        try:
            response = self._connection.request("GET", target, headers, maximum_bytes=MAXIMUM_BYTES)
        except LargeResponseError as error:
            raise S3Error(f"GET {key or query}: {error}") from error
        if response.status == HTTPStatus.NOT_MODIFIED:
            return None
        if response.status not in (HTTPStatus.OK, HTTPStatus.PARTIAL_CONTENT):
            raise _refusal(f"GET {key or query}: status {response.status}", response)
        part = response.headers.get("Content-Range")  # rclone says 200 of parts, too
        size = len(response.body) if part is None else _whole_size(part)
        return S3Object(response.body, response.headers.get("ETag", ""), size)


def _whole_size(content_range: str) -> int:
    size = content_range.rpartition("/")[2]
    if not size.isdecimal():
        raise S3Error(f"S3 sent a part of unknown size: Content-Range {content_range[:100]!r}")
    return int(size)


def _refusal(message: str, response: Response) -> S3Error:
    if b"<Code>RequestTimeTooSkewed</Code>" in response.body:
        seconds = seconds_ahead(response.headers.get("Date"))
        if seconds is not None:
            return SkewedClockError(message, seconds)
    return S3Error(message, response.status)
