"""Where a job keeps its outcome for whoever asked for it and may not wait that long."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from model_training.registry.lake import Lake
from model_training.registry.stored_model import read_json

MOVES = "reports/moves/"  # promotions and rollbacks that the operations API asks for
DONE, REFUSED, FAILED = "done", "refused", "failed"


class Outcome:
    """An object of the lake that says what was asked for, and in the end what came of it.

    Parameters
    ----------
    lake : Lake
        The lake.
    key : str
        The object's key.
    """

    def __init__(self, lake: Lake, key: str) -> None:
        self._lake = lake
        self._key = key

    def keep(self, status: str, found: Mapping[str, Any]) -> None:
        """Add what came of it: `DONE`, `REFUSED` or `FAILED`, and what the command found, or why."""
        now = datetime.now(UTC).isoformat(timespec="seconds")
        record = read_json(self._lake, self._key) | found | {"status": status, "ended_at": now}
        self._lake.write(self._key, json.dumps(record, indent=2, sort_keys=True).encode() + b"\n")
