"""The benchmark's figures as a table of Markdown, for docs/scale.md."""

from __future__ import annotations

from typing import Any

JOBS = {
    "load": "load, 50,000 rows a commit",
    "calibrate": "`calibrate`",
    "aggregate": "`aggregate`",
    "fit cells": "`fit-cells`",
    "sample": "`retrain --steps prepare`",
    "fit": "`retrain --steps train`",
}


def as_markdown(results: dict[str, Any]) -> str:
    """Return a line for each job: seconds of the processors and peak memory by the table's rows.

    Parameters
    ----------
    results : dict
        What `benchmarks.lake` writes to lake.json.
    """
    sizes = [results["sizes"][reviews] for reviews in sorted(results["sizes"], key=int)]
    head = ["rows", *(f"{size['load']['rows']:,}" for size in sizes), "exponent"]
    jobs = [
        [
            title,
            *(f"{size[job]['cpu_seconds']:g} s, {size[job]['peak_megabytes']:,} MB" for size in sizes),
            f"{results['exponents'][job]:.2f}",
        ]
        for job, title in JOBS.items()
    ]
    batches = [
        [title, *(f"{size['load'][name] * 1_000:,.0f} ms" for size in sizes), ""]
        for name, title in {
            "loaders_batch_seconds": "a batch of 1,700 rows",
            "same_batch_again_seconds": "the same batch again",
        }.items()
    ]
    return "\n".join(f"| {' | '.join(row)} |" for row in [head, ["---"] * len(head), *jobs, *batches])
