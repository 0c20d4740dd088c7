"""The temporary copy of a function: made, changed, and deleted in any case."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError, WaiterError

from tools.doctor.cloud import code_of
from tools.tune.errors import TuneError, aws_errors, message_of
from tools.tune.leftovers import new_name, new_tags

if TYPE_CHECKING:
    from tools.tune.source import Source

Say = Callable[[str], None]
PATIENT_SECONDS = 60.0
PAUSE_SECONDS = 1.0
# Half of boto3's pause: an update takes about a second.
WAIT = {"Delay": 0.5, "MaxAttempts": 600}
GONE = "ResourceNotFoundException"
# Something else is being done to the function, or too much to all of them.
BUSY = {"ResourceConflictException", "TooManyRequestsException", "ThrottlingException", "ServiceException"}
REFUSED = {"InvalidParameterValueException", "ValidationException"}


class RefusedSizeError(Exception):
    """The account doesn't allow functions of a memory size; says why, as Lambda does."""


class TemporaryCopy:
    """A copy of a function.

    Parameters
    ----------
    client : boto3 Lambda client
        The client to make and change it with.
    logs : boto3 CloudWatch Logs client
        The client to delete its log group with.
    source : Source
        The function.
    say : callable
        Tells the user something at once.

    Attributes
    ----------
    name : str
        The copy's name.
    deleted : bool
        Whether it was deleted.
    """

    def __init__(self, client: Any, logs: Any, source: Source, say: Say) -> None:
        self._client, self._logs, self._source, self._say = client, logs, source, say
        self.name = new_name(source.name)
        self.deleted = False
        self._refused = False

    def create(self) -> None:
        """Make it.

        Raises
        ------
        TuneError
            If Lambda refuses it.
        """
        request = self._source.copy_request(self.name, new_tags(self._source.name))
        with aws_errors():
            try:
                self._client.create_function(**request)
            except ClientError as error:
                # The response to a first try may be lost: the second then meets the copy, whose name is new.
                if code_of(error) != "ResourceConflictException":
                    self._refused = True
                    raise

    def wait_until_active(self) -> None:
        """Wait until it can be called and changed.

        Raises
        ------
        TuneError
            If it never can.
        """
        with aws_errors():
            self._wait("function_active_v2")

    def publish(self, memory_mb: int, number: int) -> str:
        """Give it a memory size, and publish a version, which has no environment: its first call is cold.

        Parameters
        ----------
        memory_mb : int
            The size.
        number : int
            Another one for each version of a size; in the description it makes them differ, without which
            Lambda publishes none.

        Raises
        ------
        RefusedSizeError
            If the account doesn't allow the size.
        TuneError
            If Lambda refuses something else.
        """
        description = f"Temporary copy of {self._source.name}, by recall tune: {memory_mb} MB, {number}"
        with aws_errors():
            try:
                self._patiently(
                    self._client.update_function_configuration, MemorySize=memory_mb, Description=description
                )
            except ClientError as error:
                if code_of(error) in REFUSED and "memorysize" in message_of(error).lower():
                    raise RefusedSizeError(message_of(error)) from error
                raise
            self._wait("function_updated_v2")
            published = self._patiently(self._client.publish_version)
        return str(published["Version"])

    def wait_for(self, version: str) -> None:
        """Wait until a version can be called: with SnapStart its snapshot takes minutes.

        Raises
        ------
        TuneError
            If it never can.
        """
        with aws_errors():
            self._wait("published_version_active", Qualifier=version)

    def delete_version(self, version: str) -> None:
        """Delete a version that isn't needed any more, with its environment.

        Raises
        ------
        TuneError
            If Lambda refuses it.
        """
        with aws_errors():
            self._patiently(self._client.delete_function, Qualifier=version)

    def delete(self, after: BaseException | None = None) -> None:
        """Delete it with its versions, and its log group, if its role may make one; nothing there is fine.

        Parameters
        ----------
        after : BaseException, optional
            The error that ended the run.

        Raises
        ------
        TuneError
            If it was made and can't be deleted: says how to do it by hand, after the run's own error.
        """
        try:
            self._patiently(self._client.delete_function)
        except (BotoCoreError, ClientError) as error:
            gone = isinstance(error, ClientError) and code_of(error) == GONE
            if not (gone or self._refused):
                raise self._left(error, after) from error
        delete_log_group(self._logs, self.name, self._say)
        self.deleted = True

    def _left(self, error: Exception, after: BaseException | None) -> TuneError:
        first = f"{after}; and " if isinstance(after, TuneError) else ""
        return TuneError(
            f"{first}the copy {self.name} couldn't be deleted: {error}; run `aws lambda delete-function "
            f"--function-name {self.name}`, or `recall tune` again, which deletes it first"
        )

    def _patiently(self, operation: Any, **arguments: Any) -> Any:
        """Call an operation on the copy; while Lambda is busy with it, again and again for a minute."""
        last = time.monotonic() + PATIENT_SECONDS
        while True:
            try:
                return operation(FunctionName=self.name, **arguments)
            except ClientError as error:
                if code_of(error) not in BUSY or time.monotonic() > last:
                    raise
            time.sleep(PAUSE_SECONDS)

    def _wait(self, waiter: str, **arguments: Any) -> None:
        try:
            waiting = self._client.get_waiter(waiter)
            waiting.wait(FunctionName=self.name, WaiterConfig=WAIT, **arguments)
        except WaiterError as error:
            found = error.last_response.get("Configuration", error.last_response)
            why = found.get("StateReason") or found.get("LastUpdateStatusReason") or str(error)
            raise TuneError(f"the copy of {self._source.name} doesn't get ready: {why}") from error


def delete_log_group(logs: Any, name: str, say: Say) -> None:
    """Delete the log group of a copy; Lambda makes one only if the function's role allows it."""
    group = f"/aws/lambda/{name}"
    try:
        logs.delete_log_group(logGroupName=group)
    except (BotoCoreError, ClientError) as error:
        if not (isinstance(error, ClientError) and code_of(error) == GONE):
            say(f"note: the log group {group} may be left: {error}")
