"""A process that loads rows into the table, and then batches of the loader's size: ``FOLDER ARN URL``.

Prints one line of JSON.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from pathlib import Path

from benchmarks.lake.rows import PLACES, by_time
from lake.catalog import open_table

AT_ONCE = 50_000  # rows in a commit, as of a migration
LOADERS_BATCH = 1_700  # rows: what 6 MB of the stream hold, the most that Lambda hands to a function
ROUNDS = 5
EVENT_ID = PLACES["event_id"]


def main(folder: str, bucket_arn: str, url: str) -> None:
    """Load everything, then some of the newest rows again under new ids, and these once more."""
    table = open_table(bucket_arn, url)
    began, loaded, newest = time.perf_counter(), 0, []
    for rows in by_time(Path(folder), AT_ONCE):
        loaded += table.apply(rows).added
        newest = rows[-LOADERS_BATCH:]
    seconds = time.perf_counter() - began
    new: list[float] = []
    again: list[float] = []
    for number in range(ROUNDS):
        batch = [(f"{row[EVENT_ID]}-{number}", *row[EVENT_ID + 1 :]) for row in newest]
        for times in (new, again):
            began = time.perf_counter()
            table.apply(batch)
            times.append(time.perf_counter() - began)
    print(
        json.dumps(
            {
                "rows": loaded,
                "rows_a_second": round(loaded / seconds),
                "loaders_batch_rows": LOADERS_BATCH,
                "loaders_batch_seconds": round(statistics.median(new), 3),
                "same_batch_again_seconds": round(statistics.median(again), 3),
            }
        )
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
