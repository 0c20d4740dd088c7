"""The stage's alarms in CloudWatch."""

from __future__ import annotations

import re
from typing import Any

from operations.outages import outages_as_503

# CloudFormation names an alarm by its stack and its logical id, which ends in CDK's hash, and by chance.
NAME = r"(?P<name>\w+?)[0-9A-F]{8}-[^-]+"
# The description's end, by `stacks.alarms.add_alarm`.
RUNBOOK = " What to do: "
STATES = {"OK": "ok", "ALARM": "alarm", "INSUFFICIENT_DATA": "no_data"}
LOUDEST_FIRST = ("alarm", "no_data", "ok")


class Alarms:
    """The alarms of one stage.

    Parameters
    ----------
    cloudwatch : boto3 CloudWatch client
        Describes alarms.
    stage : str
        The stage's name, with which the names of its stacks begin.
    """

    def __init__(self, cloudwatch: Any, stage: str) -> None:
        self._cloudwatch = cloudwatch
        self._prefix = f"recall-{stage}-"
        # A stage `a-b` has the prefix of the stage `a`, too.
        self._name = re.compile(re.escape(self._prefix) + r"(?:monitoring|inference)-" + NAME)

    @outages_as_503()
    def all(self) -> list[dict[str, Any]]:
        """Return each alarm's name, state, since when, what it says, and its page of the runbook.

        Those that are on come first.

        Raises
        ------
        OperationsUnavailableError
            If CloudWatch is out of reach.
        """
        pages = self._cloudwatch.get_paginator("describe_alarms").paginate(AlarmNamePrefix=self._prefix)
        found = [
            _alarm(match["name"], each)
            for page in pages
            for each in page.get("MetricAlarms", [])
            if (match := self._name.fullmatch(each["AlarmName"]))
        ]
        return sorted(found, key=lambda each: (LOUDEST_FIRST.index(each["state"]), each["name"]))


def _alarm(name: str, alarm: Any) -> dict[str, Any]:
    says, _, page = str(alarm.get("AlarmDescription") or "").partition(RUNBOOK)
    since = alarm.get("StateTransitionedTimestamp") or alarm.get("StateUpdatedTimestamp")
    return {
        "name": name,
        "state": STATES[alarm["StateValue"]],
        "since": since.isoformat() if since else None,
        "says": says,
        "runbook": page or None,
    }
