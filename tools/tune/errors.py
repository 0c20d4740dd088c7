"""What goes wrong while a function is tuned, and what AWS's errors mean there."""

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import BotoCoreError, ClientError

from tools.doctor.cloud import DENIED, NO_CREDENTIALS, SIGN_IN, UNUSABLE, code_of

PREDICT = "`recall tune --predict` needs no account"


class TuneError(Exception):
    """A function can't be tuned: says why, and the fix, in one line."""


@contextmanager
def aws_errors() -> Iterator[None]:
    """Turn boto3's errors into a `TuneError`."""
    try:
        yield
    except NO_CREDENTIALS as error:
        raise TuneError(f"{error}; {SIGN_IN}; {PREDICT}") from error
    except ClientError as error:
        raise TuneError(_meaning(error)) from error
    except BotoCoreError as error:
        raise TuneError(
            f"{error}; check the network, the proxy, the region and --endpoint-url; {PREDICT}"
        ) from error


def message_of(error: ClientError) -> str:
    """Return what a response that is an error says, or its code where it says nothing."""
    return str(error.response.get("Error", {}).get("Message") or code_of(error))


def _meaning(error: ClientError) -> str:
    code, operation = code_of(error), error.operation_name
    if code in DENIED:
        return f"the credentials may not call {operation} ({message_of(error)}); docs/tune.md has the policy"
    if code in UNUSABLE:
        return f"AWS refuses the credentials ({code}); {SIGN_IN}; {PREDICT}"
    return f"{operation} fails: {message_of(error)}"
