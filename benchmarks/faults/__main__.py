"""``python -m benchmarks.faults``: every fault, measured; writes faults.md and faults.json."""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

from aws_kit import connection
from benchmarks.build import HERE
from benchmarks.command import Command
from benchmarks.faults.cases import FAULTS
from benchmarks.faults.drive import Timings, measure_all
from benchmarks.faults.report import as_table
from inference import model_store

# The function's own, but for the refresh: each second, so that faults are seen sooner. In two attempts the
# resolver hangs for longer than a call waits.
TIMINGS = Timings(
    refresh_s=1,
    timeout_s=connection.TIMEOUT_SECONDS,
    answer_s=connection.ANSWER_SECONDS,
    retry_s=model_store.RETRY_AFTER_SECONDS,
    wait_s=model_store.WAIT_SECONDS,
    dns_s=model_store.WAIT_SECONDS / 2 + 1,
)


def main(_options: argparse.Namespace) -> int:
    """Run the benchmark."""
    rows = measure_all(FAULTS, TIMINGS)
    results: dict[str, Any] = {"seconds": TIMINGS._asdict(), "faults": rows}
    (HERE / "faults.json").write_text(json.dumps(results, indent=2, ensure_ascii=False) + "\n")
    table = as_table(rows)
    (HERE / "faults.md").write_text(table)
    print(table, end="")
    return 0


if __name__ == "__main__":
    sys.exit(Command("benchmarks.faults", __doc__).start(main))
