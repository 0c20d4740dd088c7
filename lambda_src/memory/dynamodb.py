"""DynamoDB's JSON protocol on the standard library: one call, repeated until it succeeds or time is over.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.LowLevelAPI.html; what may be
repeated is from https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from http import HTTPStatus
from http.client import HTTPException
from time import monotonic, sleep

from aws_kit.connection import Connection, LargeResponseError, amazon_host, own_endpoint, random_share
from aws_kit.signature import Signer, seconds_ahead
from http_kit.errors import MemoryUnavailableError
from memory.errors import ConflictError, StoreError

TYPE_CHECKING = False  # `typing` itself costs a cold start 2 ms
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from aws_kit.connection import Response

BUDGET_SECONDS = 6.0  # for a call with all its repetitions
# Before the first repetition at most; twice as long before each further one. Any part of it is as likely:
# https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter/
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.025, 1.0
RETRY_AFTER_SECONDS = 1
# A BatchGetItem returns up to 16 MB, of which binary values are sent in base64.
MAXIMUM_BYTES = 24 * 1024 * 1024
PASSING = {
    "InternalServerError",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "ServiceUnavailable",
    "ThrottlingException",
    "TransactionInProgressException",
}
CONFLICTS = {"ConditionalCheckFailedException", "TransactionConflictException"}
# The codes of a cancelled transaction's reasons, one for each of its items.
CANCELLED = "TransactionCanceledException"
CONFLICT_REASONS = {"ConditionalCheckFailed", "TransactionConflict"}
PASSING_REASONS = {"ProvisionedThroughputExceeded", "ThrottlingError"}
EXPIRED_CREDENTIALS = "ExpiredTokenException"
WRONG_SIGNATURE = "InvalidSignatureException"
WRONG_CLOCK = ("Signature expired", "Signature not yet current")


class _PassingError(Exception):
    """DynamoDB couldn't do it this time."""


class _RefusedSignatureError(StoreError):
    """The time of the signature is wrong by `ahead` seconds, or (None) its credentials have expired."""

    def __init__(self, message: str, ahead: float | None) -> None:
        super().__init__(message)
        self.ahead = ahead


class DynamoDB:
    """Calls DynamoDB over one kept connection.

    Parameters
    ----------
    environment : mapping of str to str
        Lambda's own variables: region and credentials; ``AWS_ENDPOINT_URL_DYNAMODB`` or ``AWS_ENDPOINT_URL``
        for another DynamoDB than AWS's.
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._signer = Signer("dynamodb", environment)
        url = own_endpoint("dynamodb", environment)
        self._connection = Connection(url or f"https://{amazon_host('dynamodb', self._signer.region)}")

    def call(self, operation: str, body: dict[str, Any]) -> dict[str, Any]:
        """Call an operation, and again while DynamoDB throttles, fails or keeps silent.

        A write whose response is lost may be done, and is sent again: a TransactWriteItems needs a
        ``ClientRequestToken`` (a new one for each transaction, valid for 10 minutes), by which DynamoDB does
        it once. ``UnprocessedKeys`` beside items that were read are for the caller to send again.

        Parameters
        ----------
        operation : str
            Such as ``BatchGetItem``.
        body : dict
            The operation's parameters, binary values in base64.

        Returns
        -------
        dict
            The operation's result.

        Raises
        ------
        ConflictError
            If a condition doesn't hold, or another transaction is in the way.
        MemoryUnavailableError
            If there is no result within `BUDGET_SECONDS`.
        StoreError
            If DynamoDB refuses the request for another reason.
        """
        sent = json.dumps(body, separators=(",", ":")).encode()
        deadline = monotonic() + BUDGET_SECONDS
        longest_pause = FIRST_PAUSE_SECONDS
        while True:
            try:
                return self._attempt(operation, sent, deadline)
            except (OSError, HTTPException, _PassingError) as error:
                pause = longest_pause * random_share()
                if monotonic() + pause >= deadline:
                    raise _unavailable() from error
            sleep(pause)
            longest_pause = min(2 * longest_pause, LONGEST_PAUSE_SECONDS)

    def close(self) -> None:
        """Drop the connection; the next call opens a new one."""
        self._connection.close()

    def _attempt(self, operation: str, sent: bytes, deadline: float) -> dict[str, Any]:
        """Try once, and once more at once if a clock or credentials that were refused can be mended."""
        try:
            return _result(operation, self._exchange(operation, sent, deadline))
        except _RefusedSignatureError as refusal:
            if refusal.ahead is not None:
                self._signer.ahead = refusal.ahead
            elif not self._signer.renew():
                raise
        return _result(operation, self._exchange(operation, sent, deadline))

    def _exchange(self, operation: str, sent: bytes, deadline: float) -> Response:
        was_open = self._connection.is_open
        try:
            return self._send(operation, sent, deadline)
        except (ConnectionError, HTTPException):
            # An environment that was frozen wakes up with a dead connection: once more, on a new one.
            if not was_open:
                raise
        return self._send(operation, sent, deadline)

    def _send(self, operation: str, sent: bytes, deadline: float) -> Response:
        seconds = deadline - monotonic()
        if seconds <= 0:
            raise TimeoutError(f"{operation}: no result within {BUDGET_SECONDS:g} s")
        signed = {
            "content-type": "application/x-amz-json-1.0",
            "host": self._connection.host,
            "x-amz-target": f"DynamoDB_20120810.{operation}",
        }
        headers = self._signer.sign("POST", "/", "", signed, hashlib.sha256(sent).hexdigest())
        try:
            return self._connection.request(
                "POST", "/", headers, sent, maximum_bytes=MAXIMUM_BYTES, seconds=seconds
            )
        except LargeResponseError as error:
            raise StoreError(f"{operation}: {error}") from error


def _result(operation: str, response: Response) -> dict[str, Any]:
    checksum = response.headers.get("x-amz-crc32")
    if checksum is not None and checksum != str(zlib.crc32(response.body)):
        raise _PassingError(f"{operation}: the response isn't what its checksum says")
    try:
        content = json.loads(response.body)
    except ValueError:
        content = None
    if response.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise _PassingError(f"{operation}: status {response.status}")
    if response.status == HTTPStatus.OK and isinstance(content, dict):
        if content.get("UnprocessedKeys") and not any(content["Responses"].values()):
            raise _PassingError(f"{operation}: no item was read")  # how a batch is throttled
        return content
    if response.status == HTTPStatus.OK:
        raise _PassingError(f"{operation}: the response is no JSON object")
    raise _refusal(operation, response, content if isinstance(content, dict) else {})


def _refusal(operation: str, response: Response, content: dict[str, Any]) -> Exception:
    """Return the error that a refusal is; DynamoDB's own message may quote items."""
    kind = str(content.get("__type", "")).rpartition("#")[2]
    message = f"{operation}: status {response.status} {kind}".rstrip()
    if kind == CANCELLED:
        return _cancellation(message, content)
    if kind in PASSING:
        return _PassingError(message)
    if kind in CONFLICTS:
        return ConflictError(message)
    if kind == EXPIRED_CREDENTIALS:
        return _RefusedSignatureError(message, None)
    if kind == WRONG_SIGNATURE and str(content.get("message", "")).startswith(WRONG_CLOCK):
        ahead = seconds_ahead(response.headers.get("Date"))
        if ahead is not None:
            return _RefusedSignatureError(f"{message}: its clock is {ahead:+.0f} s off ours", ahead)
    return StoreError(message)


def _cancellation(message: str, content: dict[str, Any]) -> Exception:
    reasons = {reason["Code"] for reason in content.get("CancellationReasons", [])} - {"None"}
    message = f"{message}: {', '.join(sorted(reasons)) or 'no reasons'}"
    if reasons & CONFLICT_REASONS:
        return ConflictError(message)
    if reasons and reasons <= PASSING_REASONS:
        return _PassingError(message)
    return StoreError(message)


def _unavailable() -> MemoryUnavailableError:
    message = "learners can't be read or written now; try again later"
    return MemoryUnavailableError(message, RETRY_AFTER_SECONDS, "memory_unavailable")
