"""Which errors say that AWS is down, overloaded or out of reach, and the 503 that callers get then."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from botocore import exceptions
from botocore.exceptions import ClientError

from http_kit.errors import OperationsUnavailableError

RETRY_AFTER = 5  # seconds
UNREACHABLE = exceptions.ConnectionError, exceptions.HTTPClientError, exceptions.IncompleteReadError
# Codes of outages whose status isn't 5xx:
# https://docs.aws.amazon.com/step-functions/latest/apireference/CommonErrors.html,
# https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html,
# https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html#API_Invoke_Errors and
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CommonErrors.html.
TRANSIENT_CODES = {
    *("ExecutionLimitExceeded", "RequestTimeout", "Throttling", "ThrottlingException"),
    *("TooManyRequestsException", "ResourceConflictException"),
}
SERVER_ERRORS = 500  # HTTP statuses from here on


@contextmanager
def outages_as_503() -> Iterator[None]:
    """Turn the errors of an outage into one that is answered with 503; all others stay as they are.

    Raises
    ------
    OperationsUnavailableError
        If an AWS service can't be reached, doesn't answer in time, throttles, or fails.
    """
    try:
        yield
    except ClientError as error:
        if not _is_outage(error):
            raise
        raise _unavailable() from error
    except UNREACHABLE as error:
        raise _unavailable() from error


def _is_outage(error: ClientError) -> bool:
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return status >= SERVER_ERRORS or error.response.get("Error", {}).get("Code") in TRANSIENT_CODES


def _unavailable() -> OperationsUnavailableError:
    return OperationsUnavailableError(
        "AWS doesn't answer at the moment; send the request again",
        RETRY_AFTER,
        "operations_unavailable",
    )
