"""Promoting a model and rolling back: done by the training jobs function, which has the gates.

The outcome of each is an object in the lake. This side writes it when it is asked for, and the jobs function
(`model_training.jobs.outcome`) when it is done, so that it is known however long the gates take.
"""

from __future__ import annotations

import json
import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

from botocore.exceptions import ReadTimeoutError

from http_kit.errors import UnknownPathError
from operations.objects import Objects
from operations.outages import outages_as_503

MOVES = "reports/moves/"  # as the training side has it; tests compare
PROMOTE, ROLLBACK = "promote", "rollback"
RUNNING, DONE, REFUSED, FAILED = "running", "done", "refused", "failed"
LONGEST = timedelta(minutes=16)  # the jobs function's time limit, and a minute in which it starts
NEVER_ENDED = "it ended without an outcome; the log of the training jobs function says why"

Move = dict[str, Any]


class Moves:
    """The moves of the live model that were asked for here.

    Parameters
    ----------
    jobs : boto3 Lambda client
        Waits some seconds for a response, and doesn't try again: a move is no request to repeat.
    function : str
        Name of the training jobs function.
    objects : Objects
        The data lake.

    Every method raises `OperationsUnavailableError` while AWS is out of reach.
    """

    def __init__(self, jobs: Any, function: str, objects: Objects) -> None:
        self._jobs = jobs
        self._function = function
        self._objects = objects

    @outages_as_503()
    def make(self, kind: str, version: str | None, *, by: str, reason: str) -> Move:
        """Let the jobs function move the live model, and wait a while for the outcome.

        Parameters
        ----------
        kind : str
            `PROMOTE` or `ROLLBACK`.
        version : str or None
            The version to promote.
        by, reason : str
            Who wants it, and why, for the record.

        Returns
        -------
        dict
            The move with its ``status``: `RUNNING` if the gates take longer.
        """
        now = datetime.now(UTC)
        name = f"{now:%Y%m%dT%H%M%SZ}-{secrets.token_hex(4)}"
        asked = {"id": name, "kind": kind, "version": version, "by": by, "reason": reason}
        move = asked | {"status": RUNNING, "asked_at": now.isoformat(timespec="seconds")}
        self._objects.write(_key(name), move)
        arguments = [] if version is None else [version]
        command = [kind, f"--by={by}", f"--reason={reason}", *arguments]
        event = json.dumps({"command": command, "outcome": _key(name)}).encode()
        try:
            response = self._jobs.invoke(FunctionName=self._function, Payload=event)
        except ReadTimeoutError:  # the function goes on
            return self.read(name)
        found = self.read(name)
        if response.get("FunctionError") and found["status"] == RUNNING:
            found |= {"status": FAILED, "why": NEVER_ENDED}
            self._objects.write(_key(name), found)
        return found

    @outages_as_503()
    def read(self, name: str) -> Move:
        """Return a move with what came of it.

        Raises
        ------
        UnknownPathError
            If there is none of this name.
        """
        move = self._objects.record(_key(name))
        if move is None:
            raise UnknownPathError("id", f"{name} is no move that was asked for here in the last 400 days")
        asked = datetime.fromisoformat(move["asked_at"])
        if move["status"] == RUNNING and datetime.now(UTC) - asked > LONGEST:
            return move | {"status": FAILED, "why": NEVER_ENDED}
        return move


def _key(name: str) -> str:
    return f"{MOVES}{name}.json"
