"""Calls of a function's versions: how long each took, and whether it failed."""

from __future__ import annotations

import base64
import json
import time
from typing import TYPE_CHECKING, Any, NamedTuple

from botocore.exceptions import BotoCoreError, ClientError

from tools.doctor.cloud import code_of
from tools.tune.errors import TuneError, aws_errors
from tools.tune.report_line import Report, read_report

if TYPE_CHECKING:
    from collections.abc import Mapping

PATIENT_SECONDS = 60.0
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.5, 8.0
THROTTLED = {"TooManyRequestsException", "ThrottlingException", "EC2ThrottledException"}
# Lambda itself failed, or the version isn't ready yet; the next try may do better.
PASSING = {"ServiceException", "ResourceConflictException", "SnapStartNotReadyException"}
FIRST_FAILING_STATUS = 400
SHOWN_CHARACTERS = 200


class Call(NamedTuple):
    """One invocation.

    Attributes
    ----------
    client_ms : float
        How long the caller waited for the response.
    report : Report or None
        What Lambda measured; None where its log ended without a REPORT line.
    error : str or None
        Why it failed, if it did: an exception, the time limit, the memory, a response with an HTTP status
        from 400 on.
    """

    client_ms: float
    report: Report | None
    error: str | None


class Caller:
    """Calls versions of one function, one call at a time: a new account runs only 10 at once.

    Parameters
    ----------
    client : boto3 Lambda client
        One that waits for as long as the function may take, and tries once.
    function : str
        The function's name.
    payload : bytes
        The event.
    """

    def __init__(self, client: Any, function: str, payload: bytes) -> None:
        self._client, self._function, self._payload = client, function, payload
        self.calls: list[tuple[int, Call]] = []
        """Every call so far, with the memory size that it had, in MB."""

    @property
    def reported(self) -> bool:
        """Whether Lambda measured the calls: stand-ins for it write no REPORT line."""
        return any(call.report for _, call in self.calls)

    def call(self, version: str, memory_mb: int) -> Call:
        """Call a version; where Lambda is too busy, again for a minute.

        Raises
        ------
        TuneError
            If Lambda doesn't take the call at all.
        """
        last, pause = time.monotonic() + PATIENT_SECONDS, FIRST_PAUSE_SECONDS
        with aws_errors():
            while True:
                try:
                    made = self._once(version)
                except ClientError as error:
                    if code_of(error) not in THROTTLED | PASSING:
                        raise
                    if time.monotonic() > last:
                        raise self._too_busy(error) from error
                else:
                    if self.reported and made.report is None and made.error is None:
                        made = made._replace(error="its log ended without a REPORT line")
                    self.calls.append((memory_mb, made))
                    return made
                time.sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE_SECONDS)

    def _once(self, version: str) -> Call:
        began = time.perf_counter()
        response = self._client.invoke(
            FunctionName=self._function, Qualifier=version, LogType="Tail", Payload=self._payload
        )
        try:
            body = response["Payload"].read()
        except BotoCoreError as error:
            return Call((time.perf_counter() - began) * 1000, None, f"the response broke off: {error}")
        waited = (time.perf_counter() - began) * 1000
        log = base64.b64decode(response.get("LogResult", "")).decode(errors="replace")
        return Call(waited, read_report(log), _error(response, body))

    def _too_busy(self, error: ClientError) -> TuneError:
        if code_of(error) not in THROTTLED:
            return TuneError(f"Invoke fails for {PATIENT_SECONDS:.0f} s: {error}")
        return TuneError(
            f"Lambda has refused calls for {PATIENT_SECONDS:.0f} s ({code_of(error)}): the account's "
            "concurrency is used up or reserved for other functions; try later, or raise it"
        )


def _error(response: Mapping[str, Any], body: bytes) -> str | None:
    try:
        result = json.loads(body)
    except ValueError:
        result = None
    if not isinstance(result, dict):
        result = {}
    if "FunctionError" in response:
        kind, message = result.get("errorType"), result.get("errorMessage")
        return _short(": ".join(str(part) for part in (kind, message) if part) or response["FunctionError"])
    status = result.get("statusCode")
    if isinstance(status, int) and status >= FIRST_FAILING_STATUS:
        return _short(f"status {status}: {_message(result.get('body'))}")
    return None


def _message(body: object) -> str:
    """Return what the service's own error body says, or the body as it is."""
    try:
        return str(json.loads(str(body))["error"]["message"])
    except (ValueError, KeyError, TypeError):
        return str(body)


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= SHOWN_CHARACTERS else f"{text[:SHOWN_CHARACTERS]}…"
