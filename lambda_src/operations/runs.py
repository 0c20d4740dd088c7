"""Training runs, as Step Functions and the lake have them.

A run is an execution of the same name. What each step found is in the lake, written by
`model_training.retraining.run`; tests compare both sides.
"""

from __future__ import annotations

import json
import re
from typing import Any

from botocore.exceptions import ClientError

from http_kit.errors import UnknownPathError
from lake.objects import error_code
from operations.objects import Objects
from operations.outages import outages_as_503
from recall.errors import InvalidInputError

# As the training side has them; tests compare.
RUNS = "reports/runs/"
REPORT = "report.html"
STEPS = ("prepare", "train", "evaluate", "gate", "refit", "promote")
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,79}")
LISTED = 100  # runs; Step Functions lists up to 1,000
RUNNING, PROMOTED, STOPPED, FAILED, UNFINISHED = "running", "promoted", "stopped", "failed", "unfinished"
# The run's status, by its execution's; the outcome of one that succeeded is in its steps.
STATUSES = {"RUNNING": RUNNING, "FAILED": FAILED, "TIMED_OUT": FAILED, "ABORTED": FAILED}

Run = dict[str, Any]


def checked_name(name: object) -> str:
    """Return a run's name.

    Raises
    ------
    InvalidInputError
        If no run can have this name.
    """
    if not isinstance(name, str) or not NAME.fullmatch(name):
        problem = "must have 1 to 80 letters, digits, - and _, and begin with a letter or digit"
        raise InvalidInputError("name", problem)
    return name


class Runs:
    """The runs of one deployment.

    Parameters
    ----------
    states : boto3 Step Functions client
        Starts, lists and describes executions of `machine`.
    objects : Objects
        The data lake, with what runs wrote under `RUNS`.
    machine : str
        ARN of the state machine.
    automl_most_seconds : int
        How long a run may search by AutoML; 0 where none can.

    Every method raises `OperationsUnavailableError` while AWS is down.
    """

    def __init__(self, states: Any, objects: Objects, machine: str, automl_most_seconds: int) -> None:
        self._states = states
        self._objects = objects
        self._machine = machine
        self.automl_most_seconds = automl_most_seconds

    @outages_as_503()
    def start(self, name: str, automl_seconds: int | None) -> Run:
        """Start a run, or return the one that was started alike and is running.

        Parameters
        ----------
        name : str
            The run's name.
        automl_seconds : int or None
            How long it searches by AutoML; None for as long as the stage's setting says.

        Raises
        ------
        InvalidInputError
            If a run that ended, or was started otherwise, has this name.
        """
        given = {} if automl_seconds is None else {"automl_seconds": automl_seconds}
        try:
            started = self._states.start_execution(
                stateMachineArn=self._machine, name=name, input=json.dumps(given)
            )
        except ClientError as error:
            if error_code(error) != "ExecutionAlreadyExists":
                raise
            raise InvalidInputError(
                "name", f"{name} is the name of another run, or of one that ended; choose another"
            ) from error
        return {"name": name, "status": RUNNING, "started_at": started["startDate"].isoformat()}

    @outages_as_503()
    def newest(self) -> list[Run]:
        """Return up to `LISTED` runs, the newest first; the outcome of one that ended is only in `read`."""
        found = self._states.list_executions(stateMachineArn=self._machine, maxResults=LISTED)
        return [_facts(each) for each in found["executions"]]

    @outages_as_503()
    def read(self, name: str) -> Run:
        """Return a run with what each of its steps found.

        Raises
        ------
        UnknownPathError
            If it is neither in Step Functions, which keeps executions for 90 days, nor in the lake.
        """
        execution = self._execution(name)
        steps = self._steps(name)
        if execution is None and not steps:
            raise UnknownPathError("name", f"{name} is no run; GET /v1/training/runs lists them")
        facts = {"name": name} if execution is None else _facts(execution)
        if facts.get("status") in {None, "ended"}:
            facts["status"] = _outcome(steps)
        return {**facts, "steps": steps, "report": self._report(name) is not None}

    @outages_as_503()
    def report(self, name: str) -> str:
        """Return a run's report, a page of HTML.

        Raises
        ------
        UnknownPathError
            If there is none.
        """
        text = self._report(name)
        if text is None:
            raise UnknownPathError(
                "name", f"{name} has no report: it is unknown, or stopped before one was written"
            )
        return text

    def _execution(self, name: str) -> Any:
        arn = f"{self._machine.replace(':stateMachine:', ':execution:')}:{name}"
        try:
            return self._states.describe_execution(executionArn=arn)
        except ClientError as error:
            if error_code(error) != "ExecutionDoesNotExist":
                raise
            return None

    def _steps(self, name: str) -> dict[str, Any]:
        found = {step: self._objects.record(f"{RUNS}{name}/{step}.json") for step in STEPS}
        return {step: output for step, output in found.items() if output is not None}

    def _report(self, name: str) -> str | None:
        return self._objects.text(f"{RUNS}{name}/{REPORT}")


def _facts(execution: Any) -> Run:
    ended = execution.get("stopDate")
    return {
        "name": execution["name"],
        "status": STATUSES.get(execution["status"], "ended"),
        "started_at": execution["startDate"].isoformat(),
        "ended_at": ended.isoformat() if ended else None,
    }


def _outcome(steps: dict[str, Any]) -> str:
    """Return the status of a run that ended: a step stopped it, all steps are done, or some are missing."""
    if any(not found["go"] for found in steps.values()):
        return STOPPED
    return PROMOTED if set(steps) == set(STEPS) else UNFINISHED
