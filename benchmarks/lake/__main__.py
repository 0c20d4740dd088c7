"""``python -m benchmarks.lake``: the lake with a hundred thousand, a million and ten million reviews.

Reviews are simulated, loaded into the table of a local cloud, and then calibrated, aggregated, sampled and
fitted by the commands that run in AWS, each in a process of its own. Figures go to lake.json: what each took,
its peak memory, and the exponent with which its processor time grows (1: in proportion).
"""

from __future__ import annotations

import argparse
import json
import math
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.build import HERE
from benchmarks.command import Command, whole
from benchmarks.commands import run, run_module
from benchmarks.lake.cloud import BUCKET, Cloud, running
from benchmarks.lake.report import as_markdown

RESULTS = HERE / "lake.json"
SMALLEST = 10**5
STEP = 10
RUN = "benchmark"


def main(options: argparse.Namespace) -> int:
    """Run the benchmark with reviews up to the number that is asked for."""
    sizes = [SMALLEST * STEP**n for n in range(round(math.log(options.reviews / SMALLEST, STEP)) + 1)]
    results = {str(reviews): _measured(reviews) for reviews in sizes}
    found = {"processors": os.cpu_count(), "sizes": results, "exponents": _exponents(list(results.values()))}
    RESULTS.write_text(json.dumps(found, indent=2) + "\n")
    print("\n" + as_markdown(found))
    return 0


def _measured(reviews: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="recall-lake-") as scratch:
        folder = Path(scratch)
        rows = folder / "rows"
        rows.mkdir()
        print(f"{reviews:,} reviews: simulating ...", flush=True)
        simulated = run_module("benchmarks.lake.rows", str(rows), str(reviews))
        with running(folder / "cloud") as cloud:
            return {"simulate": simulated.figures} | _jobs(cloud, rows, folder)


def _jobs(cloud: Cloud, rows: Path, folder: Path) -> dict[str, Any]:
    loaded = run_module(
        "benchmarks.lake.load", str(rows), cloud.table_bucket, cloud.url, environment=cloud.environment
    )
    found: dict[str, Any] = {"load": loaded.figures | json.loads(loaded.output)}
    cells = str(folder / "cells.parquet")
    table = ["--table-bucket", cloud.table_bucket, "--endpoint-url", cloud.url]
    lake = [*table, "--bucket", BUCKET]
    for name, command in {
        "calibrate": ["calibrate", *lake],
        "aggregate": ["aggregate", "--out", cells, *table],
        "fit cells": ["fit-cells", cells, "--out", str(folder / "model")],
        "sample": ["retrain", "--run", RUN, "--steps", "prepare", *lake],
        "fit": ["retrain", "--run", RUN, "--steps", "train", *lake],
    }.items():
        found[name] = run(*command, environment=cloud.environment)
    return found


def _exponents(sizes: list[dict[str, Any]]) -> dict[str, float]:
    """Return by which power of the number of reviews each job's processor time grows."""
    first, last = sizes[0], sizes[-1]
    growth = math.log(last["load"]["rows"] / first["load"]["rows"]) or math.nan  # of a single size
    return {
        name: round(math.log(last[name]["cpu_seconds"] / first[name]["cpu_seconds"]) / growth, 2)
        for name in first
    }


if __name__ == "__main__":
    command = Command("benchmarks.lake", __doc__)
    command.add_argument(
        "--reviews", type=whole(SMALLEST, 10**9), default=10**7, help="the largest number (10,000,000)"
    )
    sys.exit(command.start(main))
