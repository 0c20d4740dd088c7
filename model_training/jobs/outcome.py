"""Where a job keeps its outcome for whoever asked for it and may not wait that long."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

MOVES = "reports/moves/"  # promotions and rollbacks that the operations API asks for
DONE, REFUSED, FAILED = "done", "refused", "failed"


class Outcome:
    """An object of the lake that says what was asked for, and in the end what came of it.

    Parameters
    ----------
    bucket : str
        The lake's bucket.
    key : str
        The object's key.
    """

    def __init__(self, bucket: str, key: str) -> None:
        self._bucket = bucket
        self._key = key

    def keep(self, status: str, found: Mapping[str, Any]) -> None:
        """Add what came of it: `DONE`, `REFUSED` or `FAILED`, and what the command found, or why."""
        from model_training.registry.lake import find_lake  # noqa: PLC0415 - boto3 comes with a command
        from model_training.registry.stored_model import read_json  # noqa: PLC0415 - with the lake

        lake, now = find_lake(self._bucket, None), datetime.now(UTC).isoformat(timespec="seconds")
        record = {**read_json(lake, self._key), **found, "status": status, "ended_at": now}
        lake.write(self._key, json.dumps(record, indent=2, sort_keys=True).encode() + b"\n")
